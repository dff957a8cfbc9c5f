import type { BarSeries } from "../market/bar-series.js";
import type { Source } from "./indicator.js";
import { Input } from "./input.js";

/**
 * High, low and close for an indicator that looks at a bar's range. With a source named, that one line stands for
 * all three: the range of an RSI, say, is what it moved since the bar before.
 */
export class RangeInput {
  high: number;
  low: number;
  close: number;
  private readonly line: Input | undefined;

  constructor(source: Source | undefined) {
    this.high = Number.NaN;
    this.low = Number.NaN;
    this.close = Number.NaN;
    this.line = source === undefined ? undefined : new Input(source);
  }

  /** Takes the bar; false where it is no observation, as the source is still warming up. Once a bar. */
  take(bars: BarSeries, row: number): boolean {
    if (this.line === undefined) {
      this.high = bars.high[row];
      this.low = bars.low[row];
      this.close = bars.close[row];
      return true;
    }
    const value = this.line.read(bars, row);
    if (!Number.isFinite(value)) return false;
    this.high = value;
    this.low = value;
    this.close = value;
    return true;
  }
}

/**
 * The true range: the distance a price went since the close before, gap included. The same number as the greatest of
 * high - low, |high - previous close| and |low - previous close| (Wilder, New Concepts in Technical Trading Systems,
 * 1978).
 */
export function trueRangeOf(high: number, low: number, previousClose: number): number {
  return Math.max(high, previousClose) - Math.min(low, previousClose);
}

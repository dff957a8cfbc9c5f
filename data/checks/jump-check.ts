import type { BarSeries } from "../../core/market/bar-series.js";
import type { Split } from "../../core/market/corporate-actions.js";
import type { BarCheck } from "./bar-check.js";
import type { Report } from "./finding.js";
import { splitRatioOf } from "./split-ratio.js";
import { price, utc } from "./words.js";

/**
 * Finds bars that move by more than a share of the last close, in one of two ways. A jump between two sessions that is
 * near the ratio of a split and stays is taken for a split that nobody has adjusted for, unless it is known. All else is
 * a spike; the way back from one is none.
 */
export class JumpCheck implements BarCheck {
  private readonly report: Report;
  private readonly limit: number;
  private readonly splits: readonly Split[];
  private nextSplit = 0;
  private start = -Infinity;
  private end = -Infinity;
  /** The last close that is believed, and the close of a spike behind it; NaN if there is none. */
  private base = Number.NaN;
  private odd = Number.NaN;

  /**
   * @param limit the largest share of a price that it may move by, such as 0.2
   * @param splits those that the prices show, which is all that are known where prices are raw
   */
  constructor(report: Report, limit: number, splits: readonly Split[]) {
    this.report = report;
    this.limit = limit;
    this.splits = splits;
  }

  take(bars: BarSeries): void {
    const { start, end, open, high, low, close, length } = bars;
    for (let row = 0; row < length; row++) {
      this.carryOver(start[row]);
      const { base, limit } = this;
      const top = base * (1 + limit);
      const bottom = base * (1 - limit);
      // Written so that a base that is not known yet, NaN, lets every bar pass.
      if (high[row] > top || low[row] < bottom)
        this.judge(start[row], end[row], open[row], high[row], low[row], close[row]);
      else this.believe(close[row]);
      this.start = start[row];
      this.end = end[row];
    }
  }

  finish(): void {}

  /** Brings the prices to compare with to the number of units that is traded at `start`. */
  private carryOver(start: number): void {
    const { splits } = this;
    for (; this.nextSplit < splits.length && splits[this.nextSplit].time <= start; this.nextSplit++) {
      const { time, numerator, denominator } = splits[this.nextSplit];
      if (time <= this.start) continue;
      this.base = (this.base * denominator) / numerator;
      this.odd = (this.odd * denominator) / numerator;
    }
  }

  private believe(close: number): void {
    this.base = close;
    this.odd = Number.NaN;
  }

  private judge(from: number, to: number, open: number, high: number, low: number, close: number): void {
    const { base, odd, limit } = this;
    // Where the price stays at the level of a spike, the spike was a move, and has been reported.
    if (Math.abs(close / odd - 1) <= limit && Math.abs(close / base - 1) > limit) {
      this.believe(close);
      return;
    }
    const between = from > this.end;
    const ratio = between ? splitRatioOf(base, open, close) : undefined;
    if (ratio !== undefined) {
      const [n, d] = ratio;
      const text = `from ${price(base)} to ${price(open)} at ${utc(from)}, which looks like a split of ${n}:${d}`;
      this.report({ kind: "split", from, to, text });
      this.believe(close);
      return;
    }
    const far = Math.abs(high / base - 1) > Math.abs(low / base - 1) ? high : low;
    const percent = ((far / base - 1) * 100).toFixed(0);
    this.report({
      kind: "spike",
      from,
      to,
      text: `from ${price(base)} to ${price(far)} (${Number(percent) > 0 ? "+" : ""}${percent} %) at ${utc(from)}`,
    });
    if (Math.abs(close / base - 1) > limit) this.odd = close;
    else this.believe(close);
  }
}

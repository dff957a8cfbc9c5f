import { type BarChunk, newLine } from "./bar-chunk.js";
import { CLOSE, HIGH, LOW } from "./bar-fields.js";
import type { Source } from "./indicator.js";
import { Input } from "./input.js";
import type { SharedKernels } from "./shared-kernels.js";

/**
 * High, low and close for an indicator that looks at a bar's range. With a source named, that one line stands for
 * all three: the range of an RSI, say, is what it moved since the bar before.
 */
export class RangeInput {
  /** In the chunk that was read: place p is at `high[shift + p]`, and so on. */
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  shift: number;
  /** Whether all of these are finite. */
  isFinite: boolean;
  private readonly line: Input | undefined;

  constructor(source: Source | undefined, kernels: SharedKernels) {
    this.line = source === undefined ? undefined : new Input(source, kernels);
    this.high = new Float64Array(0);
    this.low = this.high;
    this.close = this.high;
    this.shift = 0;
    this.isFinite = false;
  }

  read(chunk: BarChunk): void {
    const { line } = this;
    if (line === undefined) {
      this.high = chunk.values(HIGH);
      this.low = chunk.values(LOW);
      this.close = chunk.values(CLOSE);
      this.shift = chunk.before;
      this.isFinite = chunk.isFinite(HIGH) && chunk.isFinite(LOW) && chunk.isFinite(CLOSE);
      return;
    }
    line.read(chunk);
    this.high = line.values;
    this.low = line.values;
    this.close = line.values;
    this.shift = line.shift;
    this.isFinite = line.isFinite;
  }

  /** A line that is finite at the places at which all three are. */
  sums({ count }: BarChunk): Float64Array {
    const { high, low, close, shift } = this;
    const line = newLine();
    for (let place = 1; place <= count; place++) {
      line[place] = 0 * high[shift + place] + 0 * low[shift + place] + 0 * close[shift + place];
    }
    return line;
  }
}

/**
 * The true range: the distance a price went since the close before, gap included. The same number as the greatest of
 * high - low, |high - previous close| and |low - previous close| (Wilder, New Concepts in Technical Trading Systems,
 * 1978). NaN where there was no close before.
 */
export function trueRangeOf(high: number, low: number, previousClose: number): number {
  const top = high > previousClose ? high : previousClose;
  const bottom = low < previousClose ? low : previousClose;
  return top - bottom;
}

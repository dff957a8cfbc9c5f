import type { BarSeries } from "../market/bar-series.js";
import { areFinite } from "./arithmetic.js";
import { BAR_FIELDS, CLOSE, FIRST_MEAN, HIGH, HLC3, LOW, OHLC4, OPEN } from "./bar-fields.js";

/**
 * Rows that a chunk has at the most. Every output of every indicator on every series holds one chunk, 8 bytes a row:
 * long enough that what a chunk costs once does not show, short enough that all of a strategy's stay in the caches
 * nearest to the processor.
 */
export const LONGEST_CHUNK = 256;

/** A column for the rows of one chunk, with a place in front for what was before. */
export function newLine(): Float64Array {
  const line = new Float64Array(LONGEST_CHUNK + 1);
  for (let place = 0; place < line.length; place++) line[place] = Number.NaN;
  return line;
}

/** What is known of a field in a chunk. */
const UNKNOWN = 0;
const FINITE = 1;
const BROKEN = 2;

/**
 * The rows of a series that kernels are run on next, and what several of them ask of these rows, found out once. Row
 * `before + p` has place p, from 1 to `count`.
 */
export class BarChunk {
  readonly bars: BarSeries;
  /** The row in front. */
  before: number;
  count: number;
  /** By field, whether all its values are finite. */
  private readonly known: Int32Array;
  /** By field, its line where it is a mean. */
  private readonly means: (Float64Array | undefined)[];

  constructor(bars: BarSeries) {
    this.bars = bars;
    this.before = -1;
    this.count = 0;
    this.known = new Int32Array(BAR_FIELDS.length);
    this.means = BAR_FIELDS.map(() => undefined);
  }

  /** Goes to rows `from` up to but without `to`, at most LONGEST_CHUNK. */
  move(from: number, to: number): void {
    this.before = from - 1;
    this.count = to - from;
    for (let field = 0; field < this.known.length; field++) this.known[field] = UNKNOWN;
  }

  /** A field, by its number: place p is at `values(field)[shift(field) + p]`. */
  values(field: number): Float64Array {
    return field < FIRST_MEAN ? this.column(field) : this.mean(field);
  }

  shift(field: number): number {
    return field < FIRST_MEAN ? this.before : 0;
  }

  /** Whether a field has no value that is not finite; such rows are no observations. */
  isFinite(field: number): boolean {
    if (this.known[field] === UNKNOWN) {
      const shift = this.shift(field);
      const finite = areFinite(this.values(field), shift + 1, shift + 1 + this.count);
      this.known[field] = finite ? FINITE : BROKEN;
    }
    return this.known[field] === FINITE;
  }

  private column(field: number): Float64Array {
    const { bars } = this;
    if (field === CLOSE) return bars.close;
    if (field === OPEN) return bars.open;
    if (field === HIGH) return bars.high;
    return field === LOW ? bars.low : bars.volume;
  }

  private mean(field: number): Float64Array {
    const known = this.means[field];
    if (known !== undefined && this.known[field] !== UNKNOWN) return known;
    const line = known ?? newLine();
    this.means[field] = line;
    this.average(field, line);
    // Not before its values are there: `isFinite` asks for them.
    this.known[field] = areFinite(line, 1, this.count + 1) ? FINITE : BROKEN;
    return line;
  }

  private average(field: number, out: Float64Array): void {
    const { before, count } = this;
    const { open, high, low, close } = this.bars;
    if (field === HLC3) {
      for (let place = 1, row = before + 1; place <= count; place++, row++) {
        out[place] = (high[row] + low[row] + close[row]) / 3;
      }
    } else if (field === OHLC4) {
      for (let place = 1, row = before + 1; place <= count; place++, row++) {
        out[place] = (open[row] + high[row] + low[row] + close[row]) / 4;
      }
    } else {
      for (let place = 1, row = before + 1; place <= count; place++, row++) out[place] = (high[row] + low[row]) / 2;
    }
  }
}

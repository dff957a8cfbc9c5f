import type { Clock } from "../clock.js";
import { widerDoubles } from "../columns.js";
import type { Portfolio } from "./portfolio.js";

/**
 * Equity in the base currency at every instant, as columns that are allocated once where the number of instants is
 * known. Writing them would cost more than the rest of a quiet bar, so two things are not written: the time, where the
 * feed knows its instants beforehand and every mark but the first falls on the next of them; and equity that stayed
 * what it was, which is filled in when it next changes or is read.
 */
export class EquityLog {
  length = 0;
  private values: Float64Array;
  /** How many of `values` have been written. */
  private written = 0;
  /** The feed's instants, or the log's own once a mark has fallen between them. */
  private times: Float64Array;
  private borrowed: boolean;
  /** Of borrowed times: where the second mark lies; the first has a time of its own. */
  private second = 0;
  private startTime = Number.NaN;
  private readonly isKept: boolean;

  /** @param isKept whether anything is: a run without an end would fill all memory */
  constructor(instants: number, times?: Float64Array, isKept = true) {
    this.isKept = isKept;
    const capacity = Math.max(instants, 1024);
    this.values = new Float64Array(capacity);
    this.borrowed = times !== undefined;
    this.times = times ?? new Float64Array(capacity);
  }

  /** Epoch ms UTC, rising; `length` of it are valid. */
  get time(): Float64Array {
    if (!this.borrowed) return this.times;
    const { second, length } = this;
    if (second > 0 && this.times[second - 1] === this.startTime)
      return this.times.subarray(second - 1, second - 1 + length);
    this.ownTimes();
    return this.times;
  }

  /** Base currency; `length` of it are valid. */
  get value(): Float64Array {
    this.fill();
    return this.values;
  }

  /** Whether the next mark falls on this place of the feed's instants. */
  isAligned(place: number): boolean {
    return this.borrowed && this.length > 0 && this.second + this.length - 1 === place;
  }

  /** Marks the equity of now. */
  mark(clock: Clock, portfolio: Portfolio): void {
    if (!this.isKept) return;
    const index = this.length;
    if (index === this.values.length) this.grow();
    if (this.borrowed) {
      if (index === 0) this.begin(clock.now);
      else if (this.times[this.second + index - 1] !== clock.now) this.ownTimes();
    }
    if (!this.borrowed) this.times[index] = clock.now;
    if (this.written < index) this.fill();
    this.values[index] = portfolio.equity;
    this.written = index + 1;
    this.length = index + 1;
  }

  /** Marks the equity of the feed's next instant, where `isAligned` says that this is now. */
  markNext(portfolio: Portfolio): void {
    const index = this.length;
    if (this.written < index) this.fill();
    this.values[index] = portfolio.equity;
    this.written = index + 1;
    this.length = index + 1;
  }

  /** Has marked the next so many instants of the feed: with what stands in `value` from `length` on, or as it was. */
  follow(count: number, isWritten: boolean): void {
    this.length += count;
    if (isWritten) this.written = this.length;
  }

  private fill(): void {
    const { written, length } = this;
    if (written < length) this.values.fill(this.values[written - 1], written, length);
    this.written = length;
  }

  private begin(time: number): void {
    this.startTime = time;
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.times[middle] > time) high = middle;
      else low = middle + 1;
    }
    this.second = low;
  }

  private ownTimes(): void {
    const own = new Float64Array(this.values.length);
    own[0] = this.startTime;
    own.set(this.times.subarray(this.second, this.second + Math.max(0, this.length - 1)), 1);
    this.times = own;
    this.borrowed = false;
  }

  private grow(): void {
    if (this.borrowed) this.ownTimes();
    this.values = widerDoubles(this.values, this.values.length * 2);
    this.times = widerDoubles(this.times, this.values.length);
  }
}

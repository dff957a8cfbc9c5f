/**
 * An exponential average that begins as the simple mean of its first `period` values, as TA-Lib does it:
 * average + weight x (value - average). The weight is 2 / (period + 1) for an EMA and 1 / period for Wilder's.
 * Written as a step towards the value, so that it stays exactly where it is while the value equals it.
 *
 * `push` is for the beginning. Once `isSeeded`, a kernel takes `value` into its loop, steps it there with `weight`, and
 * puts it back: in a register each step waits only for the one before.
 */
export class SeededAverage {
  /** The average; not to be shown before it `isSeeded`. */
  value: number;
  readonly weight: number;
  private readonly period: number;
  private count: number;

  constructor(period: number, weight: number) {
    this.value = Number.NaN;
    this.weight = weight;
    this.period = period;
    this.count = 0;
  }

  /** Whether there were `period` values. */
  get isSeeded(): boolean {
    return this.count === this.period;
  }

  push(value: number): void {
    if (this.isSeeded) {
      this.value += this.weight * (value - this.value);
    } else {
      this.count++;
      this.value = this.count === 1 ? value : this.value + (value - this.value) / this.count;
    }
  }
}

/** The average of an EMA: weight 2 / (period + 1). */
export function exponential(period: number): SeededAverage {
  return new SeededAverage(period, 2 / (period + 1));
}

/** Wilder's smoothing: weight 1 / period (New Concepts in Technical Trading Systems, 1978). */
export function wilder(period: number): SeededAverage {
  return new SeededAverage(period, 1 / period);
}

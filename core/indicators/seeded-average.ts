/**
 * An exponential average that begins as the simple mean of its first `period` values, as TA-Lib does it:
 * average + weight x (value - average). The weight is 2 / (period + 1) for an EMA and 1 / period for Wilder's.
 * Written as a step towards the value, so that it stays exactly where it is while the value equals it.
 */
export class SeededAverage {
  private readonly period: number;
  private readonly weight: number;
  private count: number;
  private average: number;

  constructor(period: number, weight: number) {
    this.period = period;
    this.weight = weight;
    this.count = 0;
    this.average = Number.NaN;
  }

  /** Takes a finite value; returns the average, NaN until there were `period` values. */
  push(value: number): number {
    if (this.count === this.period) {
      this.average += this.weight * (value - this.average);
      return this.average;
    }
    return this.seed(value);
  }

  private seed(value: number): number {
    this.count++;
    this.average = this.count === 1 ? value : this.average + (value - this.average) / this.count;
    return this.count === this.period ? this.average : Number.NaN;
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

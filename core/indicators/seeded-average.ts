/**
 * One step of an exponential average that begins as the simple mean of its first `period` values, as TA-Lib does it:
 * from the average before it to the one with `value`, which is value number `count`. Until number `period` it is not
 * to be shown. Written as a step towards the value, so that it stays exactly where it is while the value equals it.
 *
 * A function of numbers and not an object: inlined into a loop, the averages stay in the processor's registers, where
 * each step waits for the one before.
 */
export function averageStep(average: number, value: number, count: number, period: number, weight: number): number {
  if (count > period) return average + weight * (value - average);
  return count === 1 ? value : average + (value - average) / count;
}

/** The weight of an EMA: 2 / (period + 1). */
export function exponentialWeight(period: number): number {
  return 2 / (period + 1);
}

/** The weight of Wilder's smoothing: 1 / period (New Concepts in Technical Trading Systems, 1978). */
export function wilderWeight(period: number): number {
  return 1 / period;
}

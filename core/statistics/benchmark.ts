import { mean, ROUNDING, standardDeviation } from "./moments.js";
import { sharpe } from "./ratios.js";

/** How returns move with those of a benchmark. */
export interface Regression {
  /** Per year, as a fraction. */
  readonly alpha: number;
  readonly beta: number;
  /** Between -1 and 1; undefined when the returns do not move. */
  readonly correlation: number | undefined;
}

/**
 * Beta: covariance of the excess returns with the benchmark's / variance of the benchmark's. Alpha: what is left of
 * the mean excess return, mean(r) - beta x mean(b), x periods per year. Both arrays hold the same periods.
 * Undefined for fewer than 2 returns or a benchmark that does not move.
 * Source: Jensen (1968), "The Performance of Mutual Funds in the Period 1945-1964", Journal of Finance 23(2).
 */
export function regression(
  excess: Float64Array,
  benchmarkExcess: Float64Array,
  periodsPerYear: number,
): Regression | undefined {
  const average = mean(excess);
  const benchmarkAverage = mean(benchmarkExcess);
  const deviation = standardDeviation(excess);
  const benchmarkDeviation = standardDeviation(benchmarkExcess);
  if (average === undefined || benchmarkAverage === undefined) return undefined;
  if (deviation === undefined || benchmarkDeviation === undefined || benchmarkDeviation < ROUNDING) return undefined;
  let products = 0;
  for (let at = 0; at < excess.length; at++) {
    products += (excess[at] - average) * (benchmarkExcess[at] - benchmarkAverage);
  }
  const covariance = products / (excess.length - 1);
  const beta = covariance / benchmarkDeviation ** 2;
  return {
    alpha: (average - beta * benchmarkAverage) * periodsPerYear,
    beta,
    correlation: deviation < ROUNDING ? undefined : covariance / (deviation * benchmarkDeviation),
  };
}

/** Returns less the benchmark's, period by period. */
export function activeReturns(returns: Float64Array, benchmark: Float64Array): Float64Array {
  return returns.map((value, at) => value - benchmark[at]);
}

/** Tracking error: sample standard deviation of the active returns x sqrt(periods per year). */
export function trackingError(active: Float64Array, periodsPerYear: number): number | undefined {
  const deviation = standardDeviation(active);
  return deviation === undefined ? undefined : deviation * Math.sqrt(periodsPerYear);
}

/**
 * Information ratio: mean / sample standard deviation of the active returns, x sqrt(periods per year). Undefined
 * for fewer than 2 returns or returns that are the benchmark's.
 * Source: Goodwin (1998), "The Information Ratio", Financial Analysts Journal 54(4).
 */
export function informationRatio(active: Float64Array, periodsPerYear: number): number | undefined {
  return sharpe(active, periodsPerYear);
}

import { excessKurtosis, mean, ROUNDING, skewness, standardDeviation } from "./moments.js";
import { normalCdf } from "./normal-distribution.js";

/**
 * Sharpe ratio: mean / sample standard deviation of the excess returns, x sqrt(periods per year).
 * Undefined for fewer than 2 returns or returns that do not move.
 * Source: Sharpe (1994), "The Sharpe Ratio", Journal of Portfolio Management 21(1).
 */
export function sharpe(excess: Float64Array, periodsPerYear: number): number | undefined {
  const average = mean(excess);
  const deviation = standardDeviation(excess);
  if (average === undefined || deviation === undefined || deviation < ROUNDING) return undefined;
  return (average / deviation) * Math.sqrt(periodsPerYear);
}

/**
 * Sortino ratio: mean of the excess returns / downside deviation, x sqrt(periods per year). The downside deviation is
 * sqrt(sum(min(r, 0)^2) / n) over all n returns, not over the losing ones alone.
 * Undefined for no returns or none below 0.
 * Source: Sortino & Price (1994), "Performance Measurement in a Downside Risk Framework", Journal of Investing 3(3).
 */
export function sortino(excess: Float64Array, periodsPerYear: number): number | undefined {
  const average = mean(excess);
  if (average === undefined) return undefined;
  let squares = 0;
  for (let at = 0; at < excess.length; at++) {
    if (excess[at] < 0) squares += excess[at] * excess[at];
  }
  const downside = Math.sqrt(squares / excess.length);
  return downside < ROUNDING ? undefined : (average / downside) * Math.sqrt(periodsPerYear);
}

/**
 * Calmar ratio: compound annual growth rate / depth of the maximum drawdown, both over the whole curve (Young takes
 * the last 36 months). Undefined where one of them is, or without a drawdown.
 * Source: Young (1991), "Calmar Ratio: A Smoother Tool", Futures 20(1).
 */
export function calmar(growth: number | undefined, maxDrawdown: number | undefined): number | undefined {
  return growth === undefined || maxDrawdown === undefined || !(maxDrawdown > 0) ? undefined : growth / maxDrawdown;
}

/**
 * Probabilistic Sharpe ratio: the probability that the true Sharpe ratio is above `threshold`, given how long, skewed
 * and fat-tailed the sample is: Phi((SR - threshold) sqrt(n - 1) / sqrt(1 - g3 SR + (g4 - 1) / 4 x SR^2)).
 * SR and threshold are per period, not annualised; g3 is the skewness and g4 the kurtosis (3 for the normal
 * distribution), both adjusted for the sample. Undefined for fewer than 4 returns or returns that do not move.
 * Source: Bailey & Lopez de Prado (2012), "The Sharpe Ratio Efficient Frontier", Journal of Risk 15(2).
 */
export function probabilisticSharpe(excess: Float64Array, threshold = 0): number | undefined {
  const ratio = sharpe(excess, 1);
  const skew = skewness(excess);
  const kurtosis = excessKurtosis(excess);
  if (ratio === undefined || skew === undefined || kurtosis === undefined) return undefined;
  const variance = 1 - skew * ratio + ((kurtosis + 2) / 4) * ratio * ratio;
  if (!(variance > 0)) return undefined;
  return normalCdf(((ratio - threshold) * Math.sqrt(excess.length - 1)) / Math.sqrt(variance));
}

/**
 * The formulas of the Python library quantstats for statistics that core/statistics defines otherwise or does not
 * offer, on daily simple returns; 252 periods a year.
 */
import { quantile } from "../../core/statistics/tail-risk.js";

/** The 5 % quantile of the standard normal distribution. */
const NORMAL_5 = -1.6448536269514722;

export function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: Float64Array): number {
  return sum(values) / values.length;
}

export function deviation(values: Float64Array): number {
  const average = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - average) ** 2)) / (values.length - 1));
}

export const gains = (returns: Float64Array): Float64Array => returns.filter((value) => value > 0);
export const falls = (returns: Float64Array): Float64Array => returns.filter((value) => value < 0);
const atLeastZero = (returns: Float64Array): Float64Array => returns.filter((value) => value >= 0);
const at = (values: Float64Array, probability: number): number =>
  quantile(values.slice().sort(), probability) ?? Number.NaN;

/** prod(1 + r)^(1 / n) - 1. */
export const geometricMean = (returns: Float64Array): number =>
  returns.reduce((growth, value) => growth * (1 + value), 1) ** (1 / returns.length) - 1;

/** Days that rose / days that moved. */
export const winRate = (returns: Float64Array): number =>
  gains(returns).length / (gains(returns).length + falls(returns).length);

/** Mean of the days that moved. */
export const averageMove = (returns: Float64Array): number => mean(returns.filter((value) => value !== 0));

/** Annualised by the number of returns, not by the calendar: prod(1 + r)^(252 / n) - 1. */
export const cagr = (returns: Float64Array): number => (1 + geometricMean(returns)) ** 252 - 1;

/** Factor by which a lag-1 autocorrelation c widens the deviation: sqrt(1 + 2 sum((n - k) / n x |c|^k)), k = 1 to n - 1. */
export function autocorrelationPenalty(returns: Float64Array): number {
  const count = returns.length;
  const before = returns.subarray(0, count - 1);
  const after = returns.subarray(1);
  const meanBefore = mean(before);
  const meanAfter = mean(after);
  const covariance = sum(before.map((value, row) => (value - meanBefore) * (after[row] - meanAfter))) / (count - 2);
  const correlation = Math.abs(covariance / (deviation(before) * deviation(after)));
  let weights = 0;
  for (let lag = 1; lag < count; lag++) weights += ((count - lag) / count) * correlation ** lag;
  return Math.sqrt(1 + 2 * weights);
}

/** Gains above a yearly required return / shortfalls below it. */
export function omega(returns: Float64Array, required = 0): number {
  const over = returns.map((value) => value - ((1 + required) ** (1 / 252) - 1));
  return sum(gains(over)) / -sum(falls(over));
}

/** Drawdown of each day as 0 or less, from a high that includes the start. */
export function drawdownColumn(returns: Float64Array): Float64Array {
  let equity = 1;
  let peak = 1;
  return returns.map((value) => {
    equity *= 1 + value;
    peak = Math.max(peak, equity);
    return equity / peak - 1;
  });
}

/** sqrt(sum(drawdown^2) / (n - 1)): one less than the number of days. */
export const ulcerIndex = (returns: Float64Array): number =>
  Math.sqrt(sum(drawdownColumn(returns).map((depth) => depth ** 2)) / (returns.length - 1));

/** The 5 % quantile of a normal distribution with the sample's mean and deviation. */
export const normalValueAtRisk = (values: Float64Array): number => mean(values) + NORMAL_5 * deviation(values);

/** Mean of the values below that quantile. */
export const meanBelowNormalValueAtRisk = (values: Float64Array): number =>
  mean(values.filter((value) => value < normalValueAtRisk(values)));

/** Sum of returns / (ulcer index x mean of the deepest drawdowns / deviation of returns). */
export const serenityIndex = (returns: Float64Array): number =>
  sum(returns) / (ulcerIndex(returns) * (-meanBelowNormalValueAtRisk(drawdownColumn(returns)) / deviation(returns)));

/** As in the paper, but with the excess kurtosis where the paper has the kurtosis. */
export const varianceOfSharpe = (ratio: number, skewness: number, excessKurtosis: number, count: number): number =>
  (1 + 0.5 * ratio ** 2 - skewness * ratio + ((excessKurtosis - 3) / 4) * ratio ** 2) / (count - 1);

/** ((1 - win rate) / (1 + win rate))^n. */
export const riskOfRuin = (returns: Float64Array): number =>
  ((1 - winRate(returns)) / (1 + winRate(returns))) ** returns.length;

/** |95 % quantile / 5 % quantile|. */
export const tailRatio = (returns: Float64Array): number => Math.abs(at(returns, 0.95) / at(returns, 0.05));

/** (mean gain / number of gains) / (mean loss / number of losses), days that did not move among the gains. */
export const profitRatio = (returns: Float64Array): number => {
  const up = atLeastZero(returns);
  const down = falls(returns);
  return mean(up) / up.length / -(mean(down) / down.length);
};

/** 99 % quantile / mean of the days that did not fall. */
export const outlierWinRatio = (returns: Float64Array): number => at(returns, 0.99) / mean(atLeastZero(returns));

/** 1 % quantile / mean of the days that fell. */
export const outlierLossRatio = (returns: Float64Array): number => at(returns, 0.01) / mean(falls(returns));

/** Deepest of the drawdown's days that are less deep than 99 % of its days' depths. */
export function depthWithoutOutliers(depths: Float64Array): number {
  const edge = at(
    depths.map((depth) => -depth),
    0.99,
  );
  return depths.filter((depth) => -depth < edge).reduce((deepest, depth) => Math.min(deepest, depth), 0);
}

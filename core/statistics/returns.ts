import { DAY } from "../market/bar-size.js";
import type { EquityCurve } from "./inputs.js";
import { standardDeviation } from "./moments.js";

/** A year on the calendar, in milliseconds: 365.25 days. */
export const YEAR = 365.25 * DAY;

/**
 * Simple returns from point to point, value[i] / value[i - 1] - 1; one fewer than the curve has points.
 * Undefined when a return would start from equity of 0 or less: after ruin there are no returns.
 */
export function simpleReturns(curve: EquityCurve): Float64Array | undefined {
  const { value, length } = curve;
  const returns = new Float64Array(Math.max(0, length - 1));
  for (let row = 1; row < length; row++) {
    if (!(value[row - 1] > 0)) return undefined;
    returns[row - 1] = value[row] / value[row - 1] - 1;
  }
  return returns;
}

/**
 * Returns less the risk-free rate of one period, (1 + rate)^(1 / periods) - 1.
 * `riskFreeRate` is a fraction a year; with 0 the returns themselves are handed back.
 */
export function excessReturns(returns: Float64Array, riskFreeRate: number, periodsPerYear: number): Float64Array {
  if (riskFreeRate === 0) return returns;
  const ratePerPeriod = (1 + riskFreeRate) ** (1 / periodsPerYear) - 1;
  return returns.map((value) => value - ratePerPeriod);
}

/** last / first - 1. Undefined with fewer than two points or when the curve starts at 0 or less. */
export function totalReturn(curve: EquityCurve): number | undefined {
  const { value, length } = curve;
  if (length < 2 || !(value[0] > 0)) return undefined;
  return value[length - 1] / value[0] - 1;
}

/**
 * Compound annual growth rate: (last / first)^(1 / years) - 1, years being the time that passed, in years of 365.25
 * days, trading or not. -1 when everything was lost; undefined when more than everything was, when no time passed, or
 * when the curve starts at 0 or less.
 */
export function cagr(curve: EquityCurve): number | undefined {
  const total = totalReturn(curve);
  if (total === undefined || total < -1) return undefined;
  const years = (curve.time[curve.length - 1] - curve.time[0]) / YEAR;
  return years > 0 ? (1 + total) ** (1 / years) - 1 : undefined;
}

/** Sample standard deviation of the returns x sqrt(periods per year). Undefined for fewer than 2 returns. */
export function annualVolatility(returns: Float64Array, periodsPerYear: number): number | undefined {
  const deviation = standardDeviation(returns);
  return deviation === undefined ? undefined : deviation * Math.sqrt(periodsPerYear);
}

import { nearest } from "../nearest.js";
import { IndicatorError, suggest } from "./errors.js";

/** The longest period there may be, in bars: a ring of it takes 80 MB. */
export const LONGEST_PERIOD = 10_000_000;

/**
 * Holds a period to being a whole number of bars, `least` or more.
 * @throws IndicatorError PERIOD_INVALID, naming the nearest period there can be
 */
export function checkPeriod(indicator: string, parameter: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least && value <= LONGEST_PERIOD) return;
  const rounded = typeof value === "number" && !Number.isNaN(value) ? Math.round(value) : least;
  throw new IndicatorError("PERIOD_INVALID", {
    indicator,
    parameter,
    value: String(value),
    least,
    most: LONGEST_PERIOD,
    right: Math.min(Math.max(rounded, least), LONGEST_PERIOD),
  });
}

/**
 * Holds a multiplier or step to being a finite number above 0.
 * @throws IndicatorError FACTOR_INVALID, naming its size without the sign, or else the customary one
 */
export function checkFactor(indicator: string, parameter: string, value: number, customary: number): void {
  if (typeof value === "number" && value > 0 && value < Infinity) return;
  const size = Math.abs(value);
  const right = size > 0 && size < Infinity ? size : customary;
  throw new IndicatorError("FACTOR_INVALID", { indicator, parameter, value: String(value), right });
}

/**
 * Holds one parameter to being below another, or not above it where `equal` is allowed.
 * @throws IndicatorError PARAMETERS_CROSSED
 */
export function checkOrder(
  indicator: string,
  smaller: readonly [name: string, value: number],
  larger: readonly [name: string, value: number],
  equal = false,
): void {
  if (smaller[1] < larger[1] || (equal && smaller[1] === larger[1])) return;
  const hint =
    smaller[1] > larger[1]
      ? `Swap them: ${smaller[0]} ${larger[1]}, ${larger[0]} ${smaller[1]}.`
      : `Make ${larger[0]} larger than ${smaller[0]}, such as ${larger[1] + 1}.`;
  throw new IndicatorError("PARAMETERS_CROSSED", {
    indicator,
    smaller: smaller[0],
    smallerValue: smaller[1],
    larger: larger[0],
    largerValue: larger[1],
    hint,
  });
}

/**
 * Holds a word to being one of a list.
 * @throws IndicatorError OPTION_UNKNOWN, naming the nearest
 */
export function checkOption(indicator: string, option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  const hint = suggest(nearest(String(value), allowed), allowed);
  throw new IndicatorError("OPTION_UNKNOWN", { indicator, option, value: String(value), hint });
}

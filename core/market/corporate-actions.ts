import type { Instant } from "./bar-size.js";

/**
 * A split or a stock dividend: from `time` on, `numerator` units stand where `denominator` were, and a unit is worth
 * that much less. A 7-for-1 split is 7 and 1, a 1-for-8 reverse split 1 and 8, a stock dividend of 5 % 21 and 20.
 * The ratio is exact: a position is multiplied by numerator and then divided by denominator.
 */
export interface Split {
  /** The first instant of the ex-date where the instrument is listed; epoch ms UTC. */
  readonly time: Instant;
  readonly numerator: number;
  readonly denominator: number;
}

/** Cash paid for every unit that was held when `time` came. */
export interface Dividend {
  /** The first instant of the ex-date where the instrument is listed; epoch ms UTC. */
  readonly time: Instant;
  /** In the instrument's currency, for one unit as it was before `time`: before a split of the same day. */
  readonly amount: number;
  /**
   * The last price before `time` as it was traded then, which prices are adjusted by; NaN where it is not known. An
   * adjustment for a dividend whose reference is NaN takes the last close of the series in front of `time` instead.
   */
  readonly reference: number;
}

/** What happened to one instrument, each list in order of time. */
export interface CorporateActions {
  readonly splits: readonly Split[];
  readonly dividends: readonly Dividend[];
}

export const NO_ACTIONS: CorporateActions = Object.freeze({ splits: [], dividends: [] });

/**
 * How prices are to be seen: as they were traded; on today's number of units ("splits"); or also as if every dividend
 * had been put back into the instrument ("all").
 */
export const ADJUSTMENTS = ["raw", "splits", "all"] as const;
export type Adjustment = (typeof ADJUSTMENTS)[number];

/**
 * What still happens to a position in a run over prices seen that way: everything over raw prices; over prices on
 * today's number of units the dividends, for one such unit; nothing where dividends are in the prices.
 */
export function actionsLeft(actions: CorporateActions, adjustment: Adjustment): CorporateActions {
  if (adjustment === "raw") return actions;
  if (adjustment === "all") return NO_ACTIONS;
  const dividends = actions.dividends.map((dividend) => {
    const later = splitRatio(actions.splits, dividend.time);
    const scale = (value: number): number => (value * later.denominator) / later.numerator;
    return { ...dividend, amount: scale(dividend.amount), reference: scale(dividend.reference) };
  });
  return { splits: [], dividends };
}

/** All splits at `from` or later as one. Products of whole numbers: exact up to 2^53. */
export function splitRatio(splits: readonly Split[], from: Instant): { numerator: number; denominator: number } {
  let numerator = 1;
  let denominator = 1;
  for (const split of splits) {
    if (split.time < from) continue;
    const common = divisor(numerator * split.numerator, denominator * split.denominator);
    numerator = (numerator * split.numerator) / common;
    denominator = (denominator * split.denominator) / common;
  }
  return { numerator, denominator };
}

/** The greatest common divisor (Euclid). */
function divisor(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

import { also, type Fields, from0, isWhole, listOf, needed, number, object, type Shape, thatIs } from "../shape.js";
import type { CorporateActions, Dividend, Split } from "./corporate-actions.js";

const instant = needed(number("an instant in epoch ms UTC such as Date.UTC(2020, 7, 31, 4)", () => true));
const ratioPart = needed(number("a whole number above 0: 3 and 2 are a split of 1.5", (value) => isWhole(value, 1)));

const split: Fields<Split> = { time: instant, numerator: ratioPart, denominator: ratioPart };
const dividend: Fields<Dividend> = {
  time: instant,
  amount: needed(from0),
  // No run reads it: it is there for adjusting prices.
  reference: thatIs(
    "a price above 0, or NaN where it is not known",
    (value) => typeof value === "number" && !(value <= 0),
  ),
};

/** @param rule what the time of a later one must be, for which `follows` holds */
const inTime = <T extends { readonly time: number }>(
  fields: Fields<T>,
  list: string,
  rule: string,
  follows: (time: number, before: number) => boolean,
): Shape =>
  needed(
    also(listOf(object(fields), list), (value, path, found) => {
      let before = -Infinity;
      for (const [i, { time }] of (value as readonly T[]).entries()) {
        if (!follows(time, before)) found.push({ path: [...path, i, "time"], value: time, rule });
        before = time;
      }
    }),
  );

/** The splits and dividends of an instrument as somebody wrote them. */
export const ACTIONS_SHAPE: Shape = object<CorporateActions>({
  splits: inTime<Split>(
    split,
    "a list of splits, [] for none",
    "later than the split in front of it: list each split once, in order of time",
    (time, before) => time > before,
  ),
  dividends: inTime<Dividend>(
    dividend,
    "a list of dividends, [] for none",
    "no earlier than the dividend in front of it: list them in order of time",
    (time, before) => time >= before,
  ),
});

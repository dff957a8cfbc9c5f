import type { EquityCurve } from "../core/statistics/inputs.js";
import { money } from "./words.js";

/** When an account first had nothing left, which no broker lets it trade on from; undefined where it never did. */
export function bankruptcyInWords(
  { time, value, length }: EquityCurve,
  currency: string,
  dateOf: (instant: number) => string,
): string | undefined {
  let first = -1;
  let lowest = Infinity;
  for (let row = 0; row < length; row++) {
    if (value[row] > 0) continue;
    if (first < 0) first = row;
    if (value[row] < lowest) lowest = value[row];
  }
  if (first < 0) return undefined;
  return `The account was bankrupt on ${dateOf(time[first])}, with an equity as low as ${money(lowest)} ${currency} in the run: what came after could not have been traded.`;
}

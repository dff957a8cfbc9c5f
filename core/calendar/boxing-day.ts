import type { Holiday } from "./exchange-rules.js";
import { ifOn, MONDAY, on, TUESDAY } from "./holiday-rules.js";

/**
 * Christmas Day and Boxing Day as Britain, Canada and Australia keep them: for each that falls on a weekend, one of the
 * weekdays behind them is free.
 */
export const CHRISTMAS_AND_BOXING_DAY: readonly Holiday[] = [
  { name: "Christmas Day", day: on(12, 25) },
  { name: "Boxing Day", day: on(12, 26) },
  { name: "Christmas Day or Boxing Day observed", day: ifOn([MONDAY, TUESDAY], on(12, 27)) },
  { name: "Christmas Day or Boxing Day observed", day: ifOn([MONDAY, TUESDAY], on(12, 28)) },
];

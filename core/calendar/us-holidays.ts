import {
  from,
  ifOn,
  last,
  MONDAY,
  nearestWeekday,
  nth,
  on,
  plus,
  sundayToMonday,
  THURSDAY,
  type YearlyDay,
} from "./holiday-rules.js";

// Days that several US markets keep, or that their hours depend on. Each market says what it makes of them.

/** Sunday moves to Monday; a Saturday is not kept, for Friday is the last day of the accounting year. */
export const NEW_YEARS_DAY: YearlyDay = sundayToMonday(on(1, 1));
/** Kept by markets since 1998. */
export const MARTIN_LUTHER_KING_DAY: YearlyDay = from(1998, nth(3, MONDAY, 1));
export const PRESIDENTS_DAY: YearlyDay = nth(3, MONDAY, 2);
export const MEMORIAL_DAY: YearlyDay = last(MONDAY, 5);
/** Kept by markets since 2022. */
export const JUNETEENTH: YearlyDay = from(2022, nearestWeekday(on(6, 19)));
export const INDEPENDENCE_DAY: YearlyDay = nearestWeekday(on(7, 4));
export const LABOR_DAY: YearlyDay = nth(1, MONDAY, 9);
export const THANKSGIVING: YearlyDay = nth(4, THURSDAY, 11);
export const DAY_AFTER_THANKSGIVING: YearlyDay = plus(1, THANKSGIVING);
export const CHRISTMAS: YearlyDay = nearestWeekday(on(12, 25));
/** 24 December where it is a day of trading: on a Friday it is Christmas Day observed. */
export const CHRISTMAS_EVE: YearlyDay = ifOn([0, 1, 2, 3], on(12, 24));
/** 3 July in front of Independence Day on a Tuesday to a Friday. */
export const INDEPENDENCE_EVE: YearlyDay = ifOn([0, 1, 2, 3], on(7, 3));

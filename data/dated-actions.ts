import { dayNumber } from "../core/calendar/calendar-date.js";

/** A split by its ex-date, such as "2020-08-31"; see Split. */
export interface DatedSplit {
  readonly exDate: string;
  readonly numerator: number;
  readonly denominator: number;
}

/** A dividend by its ex-date; see Dividend. */
export interface DatedDividend {
  readonly exDate: string;
  readonly amount: number;
  /** The last price before it; NaN where it is not known. */
  readonly reference: number;
}

/** All splits and dividends of an instrument, each list in order of time. */
export interface DatedActions {
  readonly splits: readonly DatedSplit[];
  readonly dividends: readonly DatedDividend[];
}

/** The day number of a date such as "2020-08-31" or "20200831"; NaN where it is none. */
export function dayOfIsoDate(date: string): number {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(date);
  return match === null ? Number.NaN : dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
}

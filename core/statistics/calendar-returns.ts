import { DAY } from "../market/bar-size.js";
import type { DailyEquity } from "./days.js";

/** The return of one month or year. The first and the last may be cut short by the run. */
export interface CalendarReturn {
  readonly year: number;
  /** 1 to 12; undefined for a whole year. */
  readonly month: number | undefined;
  /** As a fraction, from the end of the period before, or from the first point of the curve. */
  readonly return: number;
}

/** Returns by month, in order of time; they compound to the total return. Undefined after ruin, as all returns. */
export function monthlyReturns(daily: DailyEquity): CalendarReturn[] | undefined {
  return returnsBy(daily, true);
}

/** Returns by calendar year, likewise. */
export function yearlyReturns(daily: DailyEquity): CalendarReturn[] | undefined {
  return returnsBy(daily, false);
}

function returnsBy(daily: DailyEquity, byMonth: boolean): CalendarReturn[] | undefined {
  const { day, value, length } = daily;
  const found: CalendarReturn[] = [];
  let base = value[0];
  for (let row = 1; row < length; ) {
    const date = new Date(day[row] * DAY);
    const year = date.getUTCFullYear();
    const month = date.getUTCMonth();
    // One date a period and none a day: making them would take longer than all else here.
    const next = (byMonth ? Date.UTC(year, month + 1) : Date.UTC(year + 1, 0)) / DAY;
    for (; row < length && day[row] < next; row++) if (!(value[row - 1] > 0)) return undefined;
    found.push({ year, month: byMonth ? month + 1 : undefined, return: value[row - 1] / base - 1 });
    base = value[row - 1];
  }
  return found;
}

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
  for (let row = 1; row < length; row++) {
    if (!(value[row - 1] > 0)) return undefined;
    const date = new Date(day[row] * DAY);
    const year = date.getUTCFullYear();
    const month = byMonth ? date.getUTCMonth() + 1 : undefined;
    const next = row + 1 < length ? new Date(day[row + 1] * DAY) : undefined;
    const goesOn = next?.getUTCFullYear() === year && (!byMonth || next.getUTCMonth() === date.getUTCMonth());
    if (goesOn) continue;
    found.push({ year, month, return: value[row] / base - 1 });
    base = value[row];
  }
  return found;
}

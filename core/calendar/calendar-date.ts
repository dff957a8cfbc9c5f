import { DAY } from "../market/bar-size.js";

/**
 * Dates of the Gregorian calendar as day numbers: days since 1970-01-01, so that day x DAY is the date's midnight in
 * UTC. Formulas by Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).
 */
export type DayNumber = number;

/** The day number of a date; NaN where there is no such date, such as 30 February. */
export function dayNumber(year: number, month: number, day: number): DayNumber {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return Number.NaN;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The date of a day number as one number, yyyymmdd. */
export function yyyymmdd(day: DayNumber): number {
  const z = day + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 10000 + month * 100 + date;
}

/** `months` later (or earlier, below 0), at the last day of that month where it has no such day. */
export function addMonths(day: DayNumber, months: number): DayNumber {
  const date = yyyymmdd(day);
  const count = Math.floor(date / 10000) * 12 + (Math.floor(date / 100) % 100) - 1 + months;
  const year = Math.floor(count / 12);
  const month = count - year * 12 + 1;
  return dayNumber(year, month, Math.min(date % 100, daysInMonth(year, month)));
}

/** The day number of a date written yyyymmdd; NaN where there is no such date. */
export function dayOfDate(date: number): DayNumber {
  return dayNumber(Math.floor(date / 10000), Math.floor(date / 100) % 100, date % 100);
}

/** A date written yyyymmdd as text, such as "2026-11-27". */
export function isoDate(date: number): string {
  const text = String(date).padStart(8, "0");
  return `${text.slice(0, -4)}-${text.slice(-4, -2)}-${text.slice(-2)}`;
}

export function yearOf(day: DayNumber): number {
  return Math.floor(yyyymmdd(day) / 10000);
}

/** 0 on a Monday to 6 on a Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export function weekdayOf(day: DayNumber): Weekday {
  // 1970-01-01, day 0, was a Thursday.
  return ((((day + 3) % 7) + 7) % 7) as Weekday;
}

export function isWeekend(day: DayNumber): boolean {
  return weekdayOf(day) >= 5;
}

/** The day that a wall-clock time falls on; `wall` is milliseconds as if the clock showed UTC. */
export function dayOf(wall: number): DayNumber {
  return Math.floor(wall / DAY);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

import { type DayNumber, dayNumber, isWeekend, type Weekday, weekdayOf } from "./calendar-date.js";

/** A day that comes once a year: its day number in a year, NaN in years that do not have it. */
export type YearlyDay = (year: number) => DayNumber;

export const MONDAY = 0;
export const TUESDAY = 1;
export const THURSDAY = 3;
export const FRIDAY = 4;
export const SUNDAY = 6;

/** The same date every year, such as 25 December. */
export function on(month: number, day: number): YearlyDay {
  return (year) => dayNumber(year, month, day);
}

/** The nth of a weekday in a month, such as the third Monday of January. */
export function nth(n: number, weekday: Weekday, month: number): YearlyDay {
  return (year) => atOrAfter(dayNumber(year, month, 1), weekday) + 7 * (n - 1);
}

/** The last of a weekday in a month. */
export function last(weekday: Weekday, month: number): YearlyDay {
  return (year) => {
    const next = month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
    return atOrAfter(next - 7, weekday);
  };
}

/** The first of a weekday on a date or after it. */
export function onOrAfter(weekday: Weekday, rule: YearlyDay): YearlyDay {
  return (year) => atOrAfter(rule(year), weekday);
}

/** The last of a weekday on a date or in front of it. */
export function onOrBefore(weekday: Weekday, rule: YearlyDay): YearlyDay {
  return (year) => atOrAfter(rule(year) - 6, weekday);
}

/** `days` after another day, or in front of it. */
export function plus(days: number, rule: YearlyDay): YearlyDay {
  return (year) => rule(year) + days;
}

/** Easter Sunday of the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher (1876). */
export function easterSunday(year: number): DayNumber {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  return dayNumber(year, month, (h + l - 7 * m + 33 * month + 19) % 32);
}

export const GOOD_FRIDAY: YearlyDay = plus(-2, easterSunday);
export const EASTER_MONDAY: YearlyDay = plus(1, easterSunday);
export const WHIT_MONDAY: YearlyDay = plus(50, easterSunday);

/** Only from one year to another, both included. */
export function within(from: number, to: number, rule: YearlyDay): YearlyDay {
  return (year) => (year >= from && year <= to ? rule(year) : Number.NaN);
}

export function from(year: number, rule: YearlyDay): YearlyDay {
  return within(year, Infinity, rule);
}

export function until(year: number, rule: YearlyDay): YearlyDay {
  return within(-Infinity, year, rule);
}

/** Not in these years. */
export function except(years: readonly number[], rule: YearlyDay): YearlyDay {
  return (year) => (years.includes(year) ? Number.NaN : rule(year));
}

/** Only if it falls on one of these weekdays. */
export function ifOn(weekdays: readonly Weekday[], rule: YearlyDay): YearlyDay {
  return (year) => {
    const day = rule(year);
    return weekdays.includes(weekdayOf(day)) ? day : Number.NaN;
  };
}

/** Kept on the Monday after if it falls on a Sunday. */
export function sundayToMonday(rule: YearlyDay): YearlyDay {
  return moved(rule, [0, 1]);
}

/** Kept on the Monday after if it falls on a Saturday or a Sunday. */
export function weekendToMonday(rule: YearlyDay): YearlyDay {
  return moved(rule, [2, 1]);
}

/** Kept on the Friday in front if it falls on a Saturday, on the Monday after if it falls on a Sunday. */
export function nearestWeekday(rule: YearlyDay): YearlyDay {
  return moved(rule, [-1, 1]);
}

/** The day itself or, if it falls on a weekend, the Friday in front. */
export function weekendToFriday(rule: YearlyDay): YearlyDay {
  return moved(rule, [-1, -2]);
}

/** The last weekday in front of a day. */
export function weekdayBefore(rule: YearlyDay): YearlyDay {
  return (year) => {
    let day = rule(year) - 1;
    while (isWeekend(day)) day--;
    return day;
  };
}

/** The first weekday after a day. */
export function weekdayAfter(rule: YearlyDay): YearlyDay {
  return (year) => {
    let day = rule(year) + 1;
    while (isWeekend(day)) day++;
    return day;
  };
}

/** Days that no rule gives, by year, as month x 100 + day. */
export function dated(byYear: Readonly<Record<number, number>>): YearlyDay {
  return (year) => {
    const date = byYear[year];
    return date === undefined ? Number.NaN : dayNumber(year, Math.floor(date / 100), date % 100);
  };
}

function moved(rule: YearlyDay, [saturday, sunday]: readonly [number, number]): YearlyDay {
  return (year) => {
    const day = rule(year);
    const weekday = weekdayOf(day);
    return weekday === 5 ? day + saturday : weekday === 6 ? day + sunday : day;
  };
}

function atOrAfter(day: DayNumber, weekday: Weekday): DayNumber {
  return day + ((weekday - weekdayOf(day) + 7) % 7);
}

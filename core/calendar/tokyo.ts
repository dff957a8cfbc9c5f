import { type DayNumber, dayNumber } from "./calendar-date.js";
import { at, type ExchangeRules } from "./exchange-rules.js";
import {
  dated,
  except,
  from,
  ifOn,
  MONDAY,
  nth,
  on,
  sundayToMonday,
  until,
  weekdayAfter,
  weekdayBefore,
  within,
  type YearlyDay,
} from "./holiday-rules.js";

// Source: Act on National Holidays (Act No. 178 of 1948) as amended, and the exchange's own closings. A holiday on a
// Sunday is kept on the next day that is none.

const VERNAL_EQUINOX: YearlyDay = equinox(3, 20.8431);
const AUTUMNAL_EQUINOX: YearlyDay = equinox(9, 23.2488);
const AGED_DAY: YearlyDay = from(2003, nth(3, MONDAY, 9));

export const XTKS: ExchangeRules = {
  name: "XTKS",
  title: "Tokyo Stock Exchange",
  timeZone: "Asia/Tokyo",
  from: 20000101,
  to: 20271231,
  hours: [
    { from: 20000101, open: at(9), close: at(15), pause: { start: at(11), end: at(12, 30) } },
    // The systems could not take more orders: the afternoon began later for three months.
    { from: 20060119, open: at(9), close: at(15), pause: { start: at(11), end: at(13) } },
    { from: 20060424, open: at(9), close: at(15), pause: { start: at(11), end: at(12, 30) } },
    { from: 20111121, open: at(9), close: at(15), pause: { start: at(11, 30), end: at(12, 30) } },
    { from: 20241105, open: at(9), close: at(15, 30), pause: { start: at(11, 30), end: at(12, 30) } },
  ],
  holidays: [
    { name: "New Year's Day", day: on(1, 1) },
    { name: "New Year's holiday", day: on(1, 2) },
    { name: "New Year's holiday", day: on(1, 3) },
    { name: "Coming of Age Day", day: nth(2, MONDAY, 1) },
    { name: "National Foundation Day", day: sundayToMonday(on(2, 11)) },
    { name: "Emperor's Birthday", day: from(2020, sundayToMonday(on(2, 23))) },
    { name: "Vernal Equinox Day", day: sundayToMonday(VERNAL_EQUINOX) },
    { name: "Greenery Day", day: until(2006, sundayToMonday(on(4, 29))) },
    { name: "Showa Day", day: from(2007, sundayToMonday(on(4, 29))) },
    { name: "Constitution Memorial Day", day: on(5, 3) },
    { name: "Citizens' holiday", day: until(2006, on(5, 4)) },
    { name: "Greenery Day", day: from(2007, on(5, 4)) },
    { name: "Children's Day", day: on(5, 5) },
    // One of the three days in front of it fell on a Sunday; until 2006 only the last of them moved.
    { name: "Golden Week holiday observed", day: until(2006, ifOn([0], on(5, 6))) },
    { name: "Golden Week holiday observed", day: from(2007, ifOn([0, 1, 2], on(5, 6))) },
    { name: "Marine Day", day: until(2002, sundayToMonday(on(7, 20))) },
    { name: "Marine Day", day: from(2003, except([2020, 2021], nth(3, MONDAY, 7))) },
    { name: "Marine Day", day: dated({ 2020: 723, 2021: 722 }) },
    { name: "Mountain Day", day: from(2016, except([2020, 2021], sundayToMonday(on(8, 11)))) },
    { name: "Mountain Day", day: dated({ 2020: 810, 2021: 809 }) },
    { name: "Respect for the Aged Day", day: until(2002, sundayToMonday(on(9, 15))) },
    { name: "Respect for the Aged Day", day: AGED_DAY },
    { name: "Citizens' holiday", day: betweenHolidays },
    { name: "Autumnal Equinox Day", day: sundayToMonday(AUTUMNAL_EQUINOX) },
    { name: "Sports Day", day: except([2020, 2021], nth(2, MONDAY, 10)) },
    { name: "Sports Day", day: dated({ 2020: 724, 2021: 723 }) },
    { name: "Culture Day", day: sundayToMonday(on(11, 3)) },
    { name: "Labor Thanksgiving Day", day: sundayToMonday(on(11, 23)) },
    { name: "Emperor's Birthday", day: within(1989, 2018, sundayToMonday(on(12, 23))) },
    { name: "Year-end holiday", day: on(12, 31) },
  ],
  // Until 2009 the ceremonies of the first and the last session took the place of its afternoon.
  shortDays: [
    { name: "First session of the year", day: until(2009, weekdayAfter(on(1, 3))), close: at(11) },
    { name: "Last session of the year", day: until(2008, weekdayBefore(on(12, 31))), close: at(11) },
  ],
  oneOffs: [
    { date: 20051101, name: "System failure", open: at(13, 30) },
    { date: 20060118, name: "Too many orders", close: at(14, 40) },
    { date: 20190430, name: "Abdication of the Emperor", closed: true },
    { date: 20190501, name: "Accession of the Emperor", closed: true },
    { date: 20190502, name: "Citizens' holiday", closed: true },
    { date: 20191022, name: "Enthronement of the Emperor", closed: true },
    { date: 20201001, name: "System failure", closed: true },
  ],
};

/**
 * The day of an equinox in Japan: the approximation of the National Astronomical Observatory for 1980 to 2099; the
 * cabinet announces the days each February of the year before.
 */
function equinox(month: number, day1980: number): YearlyDay {
  return (year) =>
    dayNumber(year, month, Math.floor(day1980 + 0.242194 * (year - 1980)) - Math.floor((year - 1980) / 4));
}

/** A single day between Respect for the Aged Day and the equinox is a holiday too. */
function betweenHolidays(year: number): DayNumber {
  const aged = AGED_DAY(year);
  return AUTUMNAL_EQUINOX(year) === aged + 2 ? aged + 1 : Number.NaN;
}

import { CHRISTMAS_AND_BOXING_DAY } from "./boxing-day.js";
import { at, type ExchangeRules } from "./exchange-rules.js";
import {
  EASTER_MONDAY,
  except,
  GOOD_FRIDAY,
  last,
  MONDAY,
  nth,
  on,
  weekendToFriday,
  weekendToMonday,
} from "./holiday-rules.js";

// Source: London Stock Exchange business days; bank holidays of England and Wales with their proclamations.
export const XLON: ExchangeRules = {
  name: "XLON",
  title: "London Stock Exchange",
  timeZone: "Europe/London",
  from: 19900101,
  to: 20271231,
  hours: [{ from: 19900101, open: at(8), close: at(16, 30) }],
  holidays: [
    { name: "New Year's Day", day: weekendToMonday(on(1, 1)) },
    { name: "Good Friday", day: GOOD_FRIDAY },
    { name: "Easter Monday", day: EASTER_MONDAY },
    // Moved to 8 May for the anniversaries of the end of the war.
    { name: "Early May bank holiday", day: except([1995, 2020], nth(1, MONDAY, 5)) },
    // Moved into June for jubilees.
    { name: "Spring bank holiday", day: except([2002, 2012, 2022], last(MONDAY, 5)) },
    { name: "Summer bank holiday", day: last(MONDAY, 8) },
    ...CHRISTMAS_AND_BOXING_DAY,
  ],
  shortDays: [
    { name: "Last session before Christmas", day: weekendToFriday(on(12, 24)), close: at(12, 30) },
    { name: "Last session of the year", day: weekendToFriday(on(12, 31)), close: at(12, 30) },
  ],
  oneOffs: [
    { date: 19950508, name: "50 years since the end of the war", closed: true },
    { date: 19991231, name: "Turn of the millennium", closed: true },
    { date: 20020603, name: "Golden Jubilee", closed: true },
    { date: 20020604, name: "Spring bank holiday", closed: true },
    { date: 20110429, name: "Royal wedding", closed: true },
    { date: 20120604, name: "Spring bank holiday", closed: true },
    { date: 20120605, name: "Diamond Jubilee", closed: true },
    { date: 20200508, name: "75 years since the end of the war", closed: true },
    { date: 20220602, name: "Spring bank holiday", closed: true },
    { date: 20220603, name: "Platinum Jubilee", closed: true },
    { date: 20220919, name: "Funeral of Elizabeth II", closed: true },
    { date: 20230508, name: "Coronation of Charles III", closed: true },
  ],
  nominal: {
    before: 19990920,
    sentence: "Before 1999-09-20 the hours are those of later years: trading began at 08:30, and for a while at 09:00.",
  },
};

import { CHRISTMAS_AND_BOXING_DAY } from "./boxing-day.js";
import { at, type ExchangeRules } from "./exchange-rules.js";
import {
  EASTER_MONDAY,
  except,
  from,
  GOOD_FRIDAY,
  MONDAY,
  nth,
  on,
  onOrAfter,
  weekendToFriday,
  weekendToMonday,
  within,
} from "./holiday-rules.js";

// Source: ASX trading calendar.
export const XASX: ExchangeRules = {
  name: "XASX",
  title: "Australian Securities Exchange, Sydney",
  timeZone: "Australia/Sydney",
  from: 19900101,
  to: 20271231,
  hours: [{ from: 19900101, open: at(10), close: at(16) }],
  holidays: [
    { name: "New Year's Day", day: weekendToMonday(on(1, 1)) },
    { name: "Australia Day", day: within(1990, 1992, onOrAfter(MONDAY, on(1, 26))) },
    { name: "Australia Day", day: from(1994, weekendToMonday(on(1, 26))) },
    { name: "Good Friday", day: GOOD_FRIDAY },
    { name: "Easter Monday", day: EASTER_MONDAY },
    { name: "Anzac Day", day: on(4, 25) },
    { name: "Queen's Birthday", day: within(1990, 2022, nth(2, MONDAY, 6)) },
    { name: "King's Birthday", day: from(2023, nth(2, MONDAY, 6)) },
    ...CHRISTMAS_AND_BOXING_DAY,
  ],
  shortDays: [
    {
      name: "Last session before Christmas",
      day: from(2010, except([2022], weekendToFriday(on(12, 24)))),
      close: at(14, 10),
    },
    {
      name: "Last session of the year",
      day: from(2010, except([2022], weekendToFriday(on(12, 31)))),
      close: at(14, 10),
    },
  ],
  oneOffs: [
    { date: 19901231, name: "New Year's Eve", closed: true },
    { date: 19991231, name: "Turn of the millennium", closed: true },
    { date: 20100426, name: "Anzac Day observed", closed: true },
    { date: 20110426, name: "Anzac Day observed", closed: true },
    { date: 20220922, name: "Mourning of Elizabeth II", closed: true },
  ],
  nominal: {
    before: 20100101,
    sentence: "Before 2010 early closes at the end of a year are not known: its last sessions are given in full.",
  },
};

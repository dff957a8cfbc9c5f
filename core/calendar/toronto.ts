import { CHRISTMAS_AND_BOXING_DAY } from "./boxing-day.js";
import { at, type ExchangeRules } from "./exchange-rules.js";
import { from, GOOD_FRIDAY, MONDAY, nth, on, onOrBefore, weekendToMonday } from "./holiday-rules.js";

// Source: TSX trading calendar.
export const XTSE: ExchangeRules = {
  name: "XTSE",
  title: "Toronto Stock Exchange",
  timeZone: "America/Toronto",
  from: 19900101,
  to: 20271231,
  hours: [{ from: 19900101, open: at(9, 30), close: at(16) }],
  holidays: [
    { name: "New Year's Day", day: weekendToMonday(on(1, 1)) },
    { name: "Family Day", day: from(2008, nth(3, MONDAY, 2)) },
    { name: "Good Friday", day: GOOD_FRIDAY },
    { name: "Victoria Day", day: onOrBefore(MONDAY, on(5, 24)) },
    { name: "Canada Day", day: weekendToMonday(on(7, 1)) },
    { name: "Civic Holiday", day: nth(1, MONDAY, 8) },
    { name: "Labour Day", day: nth(1, MONDAY, 9) },
    { name: "Thanksgiving", day: nth(2, MONDAY, 10) },
    ...CHRISTMAS_AND_BOXING_DAY,
  ],
  shortDays: [{ name: "Christmas Eve", day: from(2010, on(12, 24)), close: at(13) }],
  oneOffs: [
    { date: 20010911, name: "Attack on the World Trade Center", closed: true },
    { date: 20010912, name: "Attack on the World Trade Center", closed: true },
  ],
};

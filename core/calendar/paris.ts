import { at, type ExchangeRules } from "./exchange-rules.js";
import { EASTER_MONDAY, from, GOOD_FRIDAY, on, until, WHIT_MONDAY } from "./holiday-rules.js";

// Source: Euronext, calendar and hours of trading.
export const XPAR: ExchangeRules = {
  name: "XPAR",
  title: "Euronext Paris",
  timeZone: "Europe/Paris",
  from: 19900101,
  to: 20271231,
  hours: [{ from: 19900101, open: at(9), close: at(17, 30) }],
  holidays: [
    { name: "New Year's Day", day: on(1, 1) },
    { name: "Good Friday", day: GOOD_FRIDAY },
    { name: "Easter Monday", day: EASTER_MONDAY },
    { name: "Labour Day", day: on(5, 1) },
    { name: "Whit Monday", day: until(2001, WHIT_MONDAY) },
    { name: "Bastille Day", day: until(2001, on(7, 14)) },
    { name: "Christmas Day", day: on(12, 25) },
    { name: "Boxing Day", day: on(12, 26) },
    { name: "New Year's Eve", day: until(2001, on(12, 31)) },
  ],
  shortDays: [
    { name: "Christmas Eve", day: on(12, 24), close: at(14, 5) },
    { name: "New Year's Eve", day: from(2002, on(12, 31)), close: at(14, 5) },
  ],
  oneOffs: [],
  nominal: {
    before: 19990920,
    sentence: "Before 1999-09-20 the hours are those of later years: the session began later and ended at 17:00.",
  },
};

import { at, type ExchangeRules } from "./exchange-rules.js";
import { EASTER_MONDAY, from, GOOD_FRIDAY, on, WHIT_MONDAY, weekdayBefore, within } from "./holiday-rules.js";

// Source: Deutsche Boerse, trading calendar of Xetra.
export const XETR: ExchangeRules = {
  name: "XETR",
  title: "Xetra, Frankfurt",
  timeZone: "Europe/Berlin",
  from: 19900101,
  to: 20271231,
  hours: [
    { from: 19900101, open: at(8, 30), close: at(17) },
    { from: 19990920, open: at(9), close: at(17, 30) },
    { from: 20000602, open: at(9), close: at(20) },
    { from: 20031103, open: at(9), close: at(17, 30) },
  ],
  holidays: [
    { name: "New Year's Day", day: on(1, 1) },
    { name: "Good Friday", day: GOOD_FRIDAY },
    { name: "Easter Monday", day: EASTER_MONDAY },
    { name: "Labour Day", day: on(5, 1) },
    { name: "Whit Monday", day: within(2015, 2021, WHIT_MONDAY) },
    { name: "Day of German Unity", day: within(2014, 2021, on(10, 3)) },
    { name: "Christmas Eve", day: on(12, 24) },
    { name: "Christmas Day", day: on(12, 25) },
    { name: "Second day of Christmas", day: on(12, 26) },
    { name: "New Year's Eve", day: on(12, 31) },
  ],
  shortDays: [{ name: "Last session of the year", day: from(2010, weekdayBefore(on(12, 31))), close: at(14) }],
  oneOffs: [
    { date: 20070528, name: "Whit Monday", closed: true },
    { date: 20171031, name: "500 years of the Reformation", closed: true },
  ],
  nominal: {
    before: 20100101,
    sentence:
      "Before 2010 early closes at the end of a year are not known. Xetra began on 1997-11-28; the hours in front of that " +
      "are those of IBIS, from which it took over.",
  },
};

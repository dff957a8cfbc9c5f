import { at, type ExchangeRules, evening } from "./exchange-rules.js";
import { on } from "./holiday-rules.js";

// Source: IB's hours of IDEALPRO. A session has the date of the day on which it ends, at 17:00 in New York; the
// quarter of an hour up to the next one is the daily break, and from Friday to Sunday it is the weekend.
export const IDEALPRO: ExchangeRules = {
  name: "IDEALPRO",
  title: "IB's IDEALPRO, currencies",
  timeZone: "America/New_York",
  from: 20100101,
  to: 20271231,
  hours: [{ from: 20100101, open: evening(17, 15), close: at(17) }],
  holidays: [
    { name: "New Year's Day", day: on(1, 1) },
    { name: "Christmas Day", day: on(12, 25) },
  ],
  shortDays: [],
  oneOffs: [],
};

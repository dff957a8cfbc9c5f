import { at, type ExchangeRules } from "./exchange-rules.js";

/** Every day from midnight to midnight, UTC. */
export const EVERY_DAY: ExchangeRules = {
  name: "24/7",
  title: "Around the clock, every day, UTC",
  timeZone: "UTC",
  from: 19700101,
  to: 20991231,
  weekends: true,
  hours: [{ from: 19700101, open: at(0), close: at(24) }],
  holidays: [],
  shortDays: [],
  oneOffs: [],
};

/** From Monday to Friday, each from midnight to midnight, UTC. */
export const EVERY_WEEKDAY: ExchangeRules = {
  name: "24/5",
  title: "Around the clock from Monday to Friday, UTC",
  timeZone: "UTC",
  from: 19700101,
  to: 20991231,
  hours: [{ from: 19700101, open: at(0), close: at(24) }],
  holidays: [],
  shortDays: [],
  oneOffs: [],
};

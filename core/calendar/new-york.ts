import { at, type ExchangeRules, type OneOff } from "./exchange-rules.js";
import { FRIDAY, from, GOOD_FRIDAY, ifOn, on, within } from "./holiday-rules.js";
import {
  CHRISTMAS,
  CHRISTMAS_EVE,
  DAY_AFTER_THANKSGIVING,
  INDEPENDENCE_DAY,
  JUNETEENTH,
  LABOR_DAY,
  MARTIN_LUTHER_KING_DAY,
  MEMORIAL_DAY,
  NEW_YEARS_DAY,
  PRESIDENTS_DAY,
  THANKSGIVING,
} from "./us-holidays.js";

// Source of all: NYSE Rule 7.2 (holidays) and 7.1 (hours), the exchange's own list of past closings, and its
// announcement of the holidays of 2026 to 2028. In 2028 New Year's Day is a Saturday and not kept.

const ONE_OFFS: readonly OneOff[] = [
  { date: 19910117, name: "Minute of silence, Gulf War", open: at(9, 31) },
  { date: 19910225, name: "Minute of silence, Gulf War", open: at(9, 31) },
  { date: 19940211, name: "Snowstorm", close: at(14, 30) },
  { date: 19940427, name: "Funeral of Richard Nixon", closed: true },
  { date: 19960108, name: "Snowstorm", open: at(11), close: at(14) },
  { date: 19971027, name: "Circuit breaker", close: at(15, 30) },
  { date: 19971226, name: "Day after Christmas", close: at(13) },
  { date: 19991231, name: "Turn of the millennium", close: at(13) },
  { date: 20010911, name: "Attack on the World Trade Center", closed: true },
  { date: 20010912, name: "Attack on the World Trade Center", closed: true },
  { date: 20010913, name: "Attack on the World Trade Center", closed: true },
  { date: 20010914, name: "Attack on the World Trade Center", closed: true },
  { date: 20010917, name: "Minutes of silence, 11 September", open: at(9, 33) },
  { date: 20011008, name: "Minute of silence, war in Afghanistan", open: at(9, 31) },
  { date: 20020911, name: "Anniversary of 11 September", open: at(12) },
  { date: 20030320, name: "Minutes of silence, war in Iraq", open: at(9, 32) },
  { date: 20031226, name: "Day after Christmas", close: at(13) },
  { date: 20040607, name: "Minutes of silence, Ronald Reagan", open: at(9, 32) },
  { date: 20040611, name: "Funeral of Ronald Reagan", closed: true },
  { date: 20061227, name: "Minutes of silence, Gerald Ford", open: at(9, 32) },
  { date: 20070102, name: "Funeral of Gerald Ford", closed: true },
  { date: 20121029, name: "Hurricane Sandy", closed: true },
  { date: 20121030, name: "Hurricane Sandy", closed: true },
  { date: 20181205, name: "Funeral of George H. W. Bush", closed: true },
  { date: 20250109, name: "Funeral of Jimmy Carter", closed: true },
];

/** Troubles of the NYSE's own, while the other exchanges traded as usual. */
const NYSE_ONE_OFFS: readonly OneOff[] = [
  { date: 19901227, name: "Fire in the building", open: at(11) },
  { date: 19951218, name: "Computer trouble", open: at(10, 30) },
  { date: 20050601, name: "Communications trouble", close: at(15, 56) },
  { date: 20090702, name: "Orders delayed, session extended", close: at(16, 15) },
];

/** What US stocks trade by wherever they trade: Nasdaq, NYSE Arca, Cboe and the routes between them. */
export const XNAS: ExchangeRules = {
  name: "XNAS",
  title: "US stocks: Nasdaq, Arca, Cboe, SMART",
  timeZone: "America/New_York",
  from: 19900101,
  to: 20281231,
  hours: [
    { from: 19900101, open: at(9, 30), close: at(16) },
    // NYSE Arca's hours, which began with it; after an early close it trades on to 17:00.
    { from: 20060308, open: at(9, 30), close: at(16), extended: { start: at(4), end: at(20) } },
  ],
  holidays: [
    { name: "New Year's Day", day: NEW_YEARS_DAY },
    { name: "Martin Luther King Day", day: MARTIN_LUTHER_KING_DAY },
    { name: "Presidents' Day", day: PRESIDENTS_DAY },
    { name: "Good Friday", day: GOOD_FRIDAY },
    { name: "Memorial Day", day: MEMORIAL_DAY },
    { name: "Juneteenth", day: JUNETEENTH },
    { name: "Independence Day", day: INDEPENDENCE_DAY },
    { name: "Labor Day", day: LABOR_DAY },
    { name: "Thanksgiving", day: THANKSGIVING },
    { name: "Christmas Day", day: CHRISTMAS },
  ],
  shortDays: [
    { name: "Day after Thanksgiving", day: within(1992, 1992, DAY_AFTER_THANKSGIVING), close: at(14) },
    { name: "Day after Thanksgiving", day: from(1993, DAY_AFTER_THANKSGIVING), close: at(13), extendedEnd: at(17) },
    { name: "Christmas Eve", day: within(1990, 1992, CHRISTMAS_EVE), close: at(14) },
    { name: "Christmas Eve", day: from(1993, CHRISTMAS_EVE), close: at(13), extendedEnd: at(17) },
    // Before a Tuesday, Wednesday or Friday; before a Thursday the day after was the short one until 2012.
    { name: "Independence Day's eve", day: from(1995, ifOn([0, 1, 3], on(7, 3))), close: at(13), extendedEnd: at(17) },
    { name: "Independence Day's eve", day: from(2013, ifOn([2], on(7, 3))), close: at(13), extendedEnd: at(17) },
    { name: "Day after Independence Day", day: within(1996, 2012, ifOn([FRIDAY], on(7, 5))), close: at(13) },
  ],
  oneOffs: ONE_OFFS,
};

/** The floor of the New York Stock Exchange itself. */
export const XNYS: ExchangeRules = {
  ...XNAS,
  name: "XNYS",
  title: "New York Stock Exchange",
  oneOffs: [...ONE_OFFS, ...NYSE_ONE_OFFS],
};

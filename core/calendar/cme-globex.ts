import { at, type ExchangeRules, evening, type OneOff, type ShortDay } from "./exchange-rules.js";
import { except, from, GOOD_FRIDAY, ifOn, until, within, type YearlyDay } from "./holiday-rules.js";
import {
  CHRISTMAS,
  CHRISTMAS_EVE,
  DAY_AFTER_THANKSGIVING,
  INDEPENDENCE_DAY,
  INDEPENDENCE_EVE,
  JUNETEENTH,
  LABOR_DAY,
  MARTIN_LUTHER_KING_DAY,
  MEMORIAL_DAY,
  NEW_YEARS_DAY,
  PRESIDENTS_DAY,
  THANKSGIVING,
} from "./us-holidays.js";

// Source: CME Group, Globex hours and the holiday schedules of each year; for the change of 2012 its notice of November
// 2012, for that of 2015 its advisory of September 2015. Times are those of Chicago.
//
// A session has the date of the day on which it ends. On US holidays Globex halts around noon and goes on at 17:00. CME
// books both parts to the next trade date; here, as in IB's hours, the part up to the halt is a session of its own.

/** Good Fridays with the US employment report, on which financial futures trade for a while after it. */
const REPORT_ON_GOOD_FRIDAY = [2010, 2012, 2015, 2021, 2023, 2026];

const HALTED_HOLIDAYS: readonly (readonly [string, YearlyDay])[] = [
  ["Martin Luther King Day", MARTIN_LUTHER_KING_DAY],
  ["Presidents' Day", PRESIDENTS_DAY],
  ["Memorial Day", MEMORIAL_DAY],
  ["Juneteenth", JUNETEENTH],
  ["Independence Day", INDEPENDENCE_DAY],
  ["Labor Day", LABOR_DAY],
  ["Thanksgiving", THANKSGIVING],
];

const CLOSED_HOLIDAYS = [
  { name: "New Year's Day", day: NEW_YEARS_DAY },
  { name: "Good Friday", day: except(REPORT_ON_GOOD_FRIDAY, GOOD_FRIDAY) },
  { name: "Christmas Day", day: CHRISTMAS },
];

const REPORT_FRIDAY: YearlyDay = (year) => (REPORT_ON_GOOD_FRIDAY.includes(year) ? GOOD_FRIDAY(year) : Number.NaN);

/** Halts at 10:30 up to Presidents' Day 2014, at 12:00 from Memorial Day 2014 on. */
const EQUITY_HALTS: readonly ShortDay[] = HALTED_HOLIDAYS.flatMap(([name, day]) => {
  const noonFrom = name === "Martin Luther King Day" || name === "Presidents' Day" ? 2015 : 2014;
  return [
    { name, day: until(noonFrom - 1, day), close: at(10, 30) },
    { name, day: from(noonFrom, day), close: at(12) },
  ];
});

const EQUITY_ONE_OFFS: readonly OneOff[] = [
  { date: 20121029, name: "Hurricane Sandy", close: at(8, 15) },
  { date: 20121030, name: "Hurricane Sandy", close: at(8, 15) },
  { date: 20181205, name: "Funeral of George H. W. Bush", close: at(8, 30) },
  { date: 20250109, name: "Funeral of Jimmy Carter", close: at(8, 30) },
];

/** E-mini and Micro futures on US share indexes: ES, NQ, RTY, YM and their like. */
export const CME_EQUITY: ExchangeRules = {
  name: "CME-EQUITY",
  title: "CME Globex, futures on share indexes",
  timeZone: "America/Chicago",
  from: 20090101,
  to: 20271231,
  hours: [
    {
      from: 20090101,
      open: evening(17),
      close: at(15, 15),
      // From Monday to Thursday trading for the next date began a quarter of an hour after the close.
      afterOrdinary: {
        open: evening(15, 30),
        close: at(15, 15),
        pause: { start: evening(16, 30), end: evening(17) },
      },
    },
    { from: 20121119, open: evening(17), close: at(16, 15), pause: { start: at(15, 15), end: at(15, 30) } },
    { from: 20150921, open: evening(17), close: at(16), pause: { start: at(15, 15), end: at(15, 30) } },
    { from: 20210628, open: evening(17), close: at(16) },
  ],
  holidays: CLOSED_HOLIDAYS,
  shortDays: [
    ...EQUITY_HALTS,
    { name: "Good Friday", day: REPORT_FRIDAY, close: at(8, 15) },
    { name: "Independence Day's eve", day: from(2012, INDEPENDENCE_EVE), close: at(12, 15) },
    { name: "Day after Thanksgiving", day: DAY_AFTER_THANKSGIVING, close: at(12, 15) },
    { name: "Christmas Eve", day: CHRISTMAS_EVE, close: at(12, 15) },
  ],
  oneOffs: EQUITY_ONE_OFFS,
};

/** Futures on currencies: 6E, 6J, 6B and their like. */
export const CME_CURRENCY: ExchangeRules = {
  name: "CME-CURRENCY",
  title: "CME Globex, futures on currencies",
  timeZone: "America/Chicago",
  from: 20160101,
  to: 20271231,
  hours: [{ from: 20160101, open: evening(17), close: at(16) }],
  holidays: CLOSED_HOLIDAYS,
  shortDays: [
    // Since 2022 US holidays are ordinary days for currencies, but for those on a Friday, which end the week.
    ...HALTED_HOLIDAYS.flatMap(([name, day]) => [
      { name, day: until(2021, day), close: at(12) },
      { name, day: from(2022, ifOn([4], day)), close: at(12) },
    ]),
    { name: "Good Friday", day: REPORT_FRIDAY, close: at(10, 15) },
    { name: "Day after Thanksgiving", day: within(2016, 2024, DAY_AFTER_THANKSGIVING), close: at(12, 15) },
    { name: "Day after Thanksgiving", day: from(2025, DAY_AFTER_THANKSGIVING), close: at(13, 45) },
    { name: "Christmas Eve", day: within(2016, 2024, CHRISTMAS_EVE), close: at(12, 15) },
    { name: "Christmas Eve", day: from(2025, CHRISTMAS_EVE), close: at(12, 45) },
  ],
  oneOffs: [],
};

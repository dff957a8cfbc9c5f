import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { isoDate } from "../../core/calendar/calendar-date.js";
import { calendarNamed } from "../../core/calendar/calendars.js";
import { exchangeSessions, sessionsAround } from "../../data/exchange-sessions.js";
import { openData } from "../../data/open-data.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";
import { goldenSessions, type SessionText, spanOf, textsOf } from "./golden.js";

// The golden file of CME is coarse: one session from 17:00 to 17:00 in Chicago without the daily break, 12:00 for every
// early close, no product told from another, and the hours of today back to 1990. What Globex really kept is taken from
// CME Group's notices and the holiday schedules of each year (the reference, sections 3.1 and 3.4, has them for shares).
// Every session whose open or close is not the file's by the rule of its time stands here by date.

const dates = (text: string): string[] => text.trim().split(/\s+/);
const closing = (time: string, text: string): [string, string][] => dates(text).map((date) => [date, time]);

/** Sessions that both have; the file closes them at 12:00. */
const NOON_IN_THE_FILE = {
  shares: new Map([
    ...closing(
      "10:30",
      `2009-01-19 2009-02-16 2009-05-25 2009-07-03 2009-09-07 2009-11-26 2010-01-18 2010-02-15 2010-05-31 2010-07-05
      2010-09-06 2010-11-25 2011-01-17 2011-02-21 2011-05-30 2011-07-04 2011-09-05 2011-11-24 2012-01-16 2012-02-20
      2012-05-28 2012-07-04 2012-09-03 2012-11-22 2013-01-21 2013-02-18 2013-05-27 2013-07-04 2013-09-02 2013-11-28
      2014-01-20 2014-02-17`,
    ),
    ...closing(
      "12:00",
      `2014-05-26 2014-07-04 2014-09-01 2014-11-27 2015-01-19 2015-02-16 2015-05-25 2015-07-03 2015-09-07 2015-11-26
      2016-01-18 2016-02-15 2016-05-30 2016-07-04 2016-09-05 2016-11-24 2017-01-16 2017-02-20 2017-05-29 2017-07-04
      2017-09-04 2017-11-23 2018-01-15 2018-02-19 2018-05-28 2018-07-04 2018-09-03 2018-11-22 2019-01-21 2019-02-18
      2019-05-27 2019-07-04 2019-09-02 2019-11-28 2020-01-20 2020-02-17 2020-05-25 2020-07-03 2020-09-07 2020-11-26
      2021-01-18 2021-02-15 2021-05-31 2021-07-05 2021-09-06 2021-11-25 2022-01-17 2022-02-21 2022-05-30 2022-06-20
      2022-07-04 2022-09-05 2022-11-24 2023-01-16 2023-02-20 2023-05-29 2023-06-19 2023-07-04 2023-09-04 2023-11-23
      2024-01-15 2024-02-19 2024-05-27 2024-06-19 2024-07-04 2024-09-02 2024-11-28 2025-01-20 2025-02-17 2025-05-26
      2025-06-19 2025-07-04 2025-09-01 2025-11-27 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07
      2026-11-26 2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-07-05`,
    ),
    ...closing(
      "12:15",
      `2009-11-27 2009-12-24 2010-11-26 2011-11-25 2012-11-23 2012-12-24 2013-11-29 2013-12-24 2014-11-28 2014-12-24
      2015-11-27 2015-12-24 2016-11-25 2017-11-24 2018-11-23 2018-12-24 2019-11-29 2019-12-24 2020-11-27 2020-12-24
      2021-11-26 2022-11-25 2023-11-24 2024-11-29 2024-12-24 2025-11-28 2025-12-24 2026-11-27 2026-12-24`,
    ),
  ]),
  currencies: new Map([
    ...closing(
      "12:00",
      `2016-01-18 2016-02-15 2016-05-30 2016-07-04 2016-09-05 2016-11-24 2017-01-16 2017-02-20 2017-05-29 2017-07-04
      2017-09-04 2017-11-23 2018-01-15 2018-02-19 2018-05-28 2018-07-04 2018-09-03 2018-11-22 2019-01-21 2019-02-18
      2019-05-27 2019-07-04 2019-09-02 2019-11-28 2020-01-20 2020-02-17 2020-05-25 2020-07-03 2020-09-07 2020-11-26
      2021-01-18 2021-02-15 2021-05-31 2021-07-05 2021-09-06 2021-11-25 2025-07-04 2026-06-19 2026-07-03 2027-06-18`,
    ),
    ...closing(
      "16:00",
      `2022-01-17 2022-02-21 2022-05-30 2022-06-20 2022-07-04 2022-09-05 2022-11-24 2023-01-16 2023-02-20 2023-05-29
      2023-06-19 2023-07-04 2023-09-04 2023-11-23 2024-01-15 2024-02-19 2024-05-27 2024-06-19 2024-07-04 2024-09-02
      2024-11-28 2025-01-20 2025-02-17 2025-05-26 2025-06-19 2025-09-01 2025-11-27 2026-01-19 2026-02-16 2026-05-25
      2026-09-07 2026-11-26 2027-01-18 2027-02-15 2027-05-31 2027-07-05`,
    ),
    ...closing(
      "12:15",
      `2016-11-25 2017-11-24 2018-11-23 2018-12-24 2019-11-29 2019-12-24 2020-11-27 2020-12-24 2021-11-26 2022-11-25
      2023-11-24 2024-11-29 2024-12-24`,
    ),
    ...closing("13:45", "2025-11-28 2026-11-27"),
    ...closing("12:45", "2025-12-24 2026-12-24"),
  ]),
};

/** Sessions that the file has in full and that were short: the eves of Independence Day, and Hurricane Sandy. */
const FULL_IN_THE_FILE = {
  shares: new Map([
    ...closing("12:15", "2012-07-03 2013-07-03 2014-07-03 2017-07-03 2018-07-03 2019-07-03 2023-07-03 2024-07-03"),
    ...closing("12:15", "2025-07-03"),
    ...closing("08:15", "2012-10-29 2012-10-30"),
  ]),
  currencies: new Map<string, string>(),
};

/** Sessions that the file lacks: Good Fridays with the US employment report, and days of mourning. */
const ABSENT_FROM_THE_FILE = {
  shares: new Map([
    ...closing("08:15", "2010-04-02 2012-04-06 2015-04-03 2021-04-02 2023-04-07 2026-04-03"),
    ...closing("08:30", "2018-12-05 2025-01-09"),
  ]),
  currencies: new Map([
    ...closing("10:15", "2021-04-02 2023-04-07 2026-04-03"),
    ...closing("16:00", "2018-12-05 2025-01-09"),
  ]),
};

const chicago = (date: string, time: string, days = 0): string =>
  DateTime.fromISO(`${date}T${time}`, { zone: "America/Chicago" })
    .plus({ days })
    .toUTC()
    .toFormat("yyyy-MM-dd'T'HH:mm");

/** The break of an ordinary session of share futures, by the rule of its time, and its close. */
function sharesRule(date: string, afterOrdinary: boolean): { open: string; close: string; pause?: [string, string] } {
  if (date < "2012-11-19" && afterOrdinary) return { open: "15:30", close: "15:15" };
  if (date < "2012-11-19") return { open: "17:00", close: "15:15" };
  if (date < "2015-09-21") return { open: "17:00", close: "16:15", pause: ["15:15", "15:30"] };
  if (date < "2021-06-28") return { open: "17:00", close: "16:00", pause: ["15:15", "15:30"] };
  return { open: "17:00", close: "16:00" };
}

describe.skipIf(!hasShared)(`sessions of CME Globex (${NO_SHARED})`, () => {
  const golden = goldenSessions("cmes.csv");
  const [, last] = spanOf(golden);

  function expected(product: "shares" | "currencies", first: string): SessionText[] {
    const early = new Map([
      ...NOON_IN_THE_FILE[product],
      ...FULL_IN_THE_FILE[product],
      ...ABSENT_FROM_THE_FILE[product],
    ]);
    const inFile = golden.map(([date]) => date).filter((date) => date >= first);
    const all = [...inFile, ...ABSENT_FROM_THE_FILE[product].keys()].sort();
    return all.map((date): SessionText => {
      const dayBefore = DateTime.fromISO(date).minus({ days: 1 }).toISODate() ?? "";
      const afterOrdinary = all.includes(dayBefore) && !early.has(dayBefore);
      const rule = product === "shares" ? sharesRule(date, afterOrdinary) : { open: "17:00", close: "16:00" };
      const close = early.get(date) ?? rule.close;
      const open = chicago(date, rule.open, -1);
      if (rule.open === "15:30")
        return [date, open, chicago(date, close), chicago(date, "16:30", -1), chicago(date, "17:00", -1)];
      if (early.has(date) || rule.pause === undefined) return [date, open, chicago(date, close), "", ""];
      return [date, open, chicago(date, close), chicago(date, rule.pause[0]), chicago(date, rule.pause[1])];
    });
  }

  it.each([
    ["shares", "CME-EQUITY", "2009-01-02"],
    ["currencies", "CME-CURRENCY", "2016-01-04"],
  ] as const)(
    "of %s are the golden file's but for the rules of the time and the dates listed",
    (product, name, first) => {
      const sessions = textsOf(exchangeSessions(calendarNamed(name), Number(first.replaceAll("-", "")), last));
      expect(sessions).toEqual(expected(product, first));
      expect(sessions.length).toBeGreaterThan(2_900);
    },
  );

  it.each(["shares", "currencies"] as const)("of %s differ from the file on no other dates", (product) => {
    const first = product === "shares" ? "2009" : "2016";
    const closes = new Map(golden.filter(([date]) => date >= first).map(([date, , close]) => [date, close]));
    for (const [date, close] of closes) {
      const noon = NOON_IN_THE_FILE[product].has(date);
      expect(close, date).toBe(chicago(date, noon ? "12:00" : "17:00"));
    }
    for (const date of NOON_IN_THE_FILE[product].keys()) expect(closes.has(date), date).toBe(true);
    for (const date of FULL_IN_THE_FILE[product].keys()) expect(closes.has(date), date).toBe(true);
    for (const date of ABSENT_FROM_THE_FILE[product].keys()) expect(closes.has(date), date).toBe(false);
  });

  it("are not known for the years in which the file has hours that the market did not keep", () => {
    const outside = golden.filter(([date]) => date < "2009");
    expect(outside).toHaveLength(4_901);
    for (const [date] of outside) {
      const asked = Number(date.replaceAll("-", ""));
      expect(() => exchangeSessions(calendarNamed("CME-EQUITY"), asked, asked)).toThrow(/does not know .* 2009-01-01/);
    }
  });

  it("contain every minute of a currency future's month, a holiday's afternoon included, and no more", () => {
    const [series] = openData(sharedPath("data/6eh4-1min-2024-01.csv.gz"));
    // The file stamps the minute's end: its first row after New Year's Day is 23:01, a minute after the open.
    const ends = series.start;
    const sessions = sessionsAround(calendarNamed("CME-CURRENCY"), ends[0], ends[series.length - 1]);
    expect(ends.filter((end) => !sessions.isOpenAt(end))).toHaveLength(0);
    const dates = new Set(Array.from(ends, (end) => isoDate(sessions.date?.[sessions.indexAt(end)] ?? 0)));
    expect(dates).toContain("2024-01-15");
    expect(dates.size).toBe(23);
  });
});

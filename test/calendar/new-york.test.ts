import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { dayNumber, isoDate, yyyymmdd } from "../../core/calendar/calendar-date.js";
import { calendarNamed } from "../../core/calendar/calendars.js";
import { covers, exchangeSessions, sessionsAround } from "../../data/exchange-sessions.js";
import { openData } from "../../data/open-data.js";
import { tradeDates } from "../../data/trade-dates.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";

const calendar = calendarNamed("NYSE");
const local = (instant: number): string =>
  DateTime.fromMillis(instant, { zone: calendar.timeZone }).toFormat("yyyy-MM-dd HH:mm");

describe("New York", () => {
  // The holidays that the exchange has announced, as the reference's section 3.3 lists them.
  it.each<[number, string, string]>([
    [2026, "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25", "11-27 12-24"],
    [2027, "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24", "11-26"],
    [2028, "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25", "07-03 11-24"],
  ])("closes in %i on the days announced, and early on those announced", (year, closed, early) => {
    const holidays: string[] = [];
    const short: string[] = [];
    for (let day = dayNumber(year, 1, 1); day < dayNumber(year + 1, 1, 1); day++) {
      const { kind, hours } = calendar.dayOn(day);
      const date = isoDate(yyyymmdd(day)).slice(5);
      if (kind === "holiday") holidays.push(date);
      if (hours !== undefined && hours.close !== 16 * 60) short.push(date);
      if (hours !== undefined) expect(hours.open).toBe(9 * 60 + 30);
    }
    expect(holidays.join(" ")).toBe(closed);
    expect(short.join(" ")).toBe(early);
  });

  it("opens at noon on 2002-09-11, and closes as always", () => {
    const sessions = exchangeSessions(calendar, 20020911, 20020911);
    expect([...sessions.open, ...sessions.close].map(local)).toEqual(["2002-09-11 12:00", "2002-09-11 16:00"]);
  });

  it("trades from 04:00 to 20:00 outside the session, to 17:00 after an early close, and did not before 2006", () => {
    const { extended } = exchangeSessions(calendar, 20131127, 20131202);
    expect([...extended.open].map(local)).toEqual(["2013-11-27 04:00", "2013-11-29 04:00", "2013-12-02 04:00"]);
    expect([...extended.close].map(local)).toEqual(["2013-11-27 20:00", "2013-11-29 17:00", "2013-12-02 20:00"]);
    const before = exchangeSessions(calendar, 20050103, 20050131);
    expect(before.extended).toBe(before);
  });

  it("keeps its local hours when the clocks change", () => {
    const sessions = exchangeSessions(calendar, 20260301, 20260331);
    const hour = (date: number): number => new Date(sessions.open[sessions.date?.indexOf(date) ?? -1]).getUTCHours();
    expect([20260306, 20260309].map(hour)).toEqual([14, 13]);
    expect(new Set(Array.from(sessions.open, (open) => local(open).slice(11)))).toEqual(new Set(["09:30"]));
  });

  it("tells no year that it does not cover, and no date that there is not", () => {
    expect(() => exchangeSessions(calendar, 19891229, 19900131)).toThrow(
      "The calendar XNYS does not know 1989-12-29: it goes from 1990-01-01 to 2028-12-31.",
    );
    expect(() => exchangeSessions(calendar, 20281201, 20290102)).toThrow(/does not know 2029-01-02/);
    expect(() => exchangeSessions(calendar, 20260230, 20260301)).toThrow("There is no date 2026-02-30.");
    expect(() => sessionsAround(calendar, Date.UTC(1980, 0, 2), Date.UTC(2000, 0, 2))).toThrow(/1980-01-01/);
    expect(covers(calendar, Date.UTC(1980, 0, 2), Date.UTC(2000, 0, 2))).toBe(false);
    // The first and the last day are those of New York.
    expect(covers(calendar, Date.UTC(1990, 0, 1, 5), Date.UTC(2029, 0, 1, 4))).toBe(true);
    expect(covers(calendar, Date.UTC(1990, 0, 1, 4), Date.UTC(2000, 0, 1))).toBe(false);
    expect(covers(calendar, Date.UTC(1990, 0, 1, 5), Date.UTC(2029, 0, 1, 5))).toBe(false);
  });
});

describe.skipIf(!hasShared)(`New York and real prices (${NO_SHARED})`, () => {
  it.each(["spy", "aapl", "ibm"])("the 5,849 dates of %s are its sessions", (symbol) => {
    const [series] = openData(sharedPath(`data/${symbol}-1day-raw.csv.gz`));
    const sessions = sessionsAround(calendarNamed("XNAS"), series.start[0], series.end[series.length - 1]);
    const dates = [...tradeDates(sessions, "UTC")].filter((date) => date >= 19980102 && date <= 20210331);
    const own = Array.from(series.start.slice(0, series.length), (start) =>
      Number(DateTime.fromMillis(start, { zone: "America/New_York" }).toFormat("yyyyMMdd")),
    );
    expect(own).toHaveLength(5_849);
    expect(dates).toEqual(own);
  });

  it("the days with prints after an early close have them after the calendar's close", () => {
    const [series] = openData(sharedPath("data/spy-1hour-raw.csv.gz"));
    const sessions = sessionsAround(calendarNamed("XNAS"), series.start[0], series.end[series.length - 1]);
    // Hours are labelled with their start, the one that holds the open with 09:00.
    const hours = new Map<string, string>();
    for (let row = 0; row < series.length; row++) {
      const time = local(series.start[row]);
      const session = sessions.indexAt(series.start[row]);
      if (session === 0 || series.start[row] < sessions.close[session - 1]) continue;
      if (isoDate(sessions.date?.[session - 1] ?? 0) === time.slice(0, 10))
        hours.set(time.slice(0, 10), time.slice(11));
    }
    const lastIn = (hour: string): string =>
      [...hours].flatMap(([date, last]) => (last === hour ? date : [])).join(" ");
    expect(lastIn("14:00")).toBe("2001-11-23 2002-11-29 2002-12-24 2003-12-26 2004-11-26 2006-07-03");
    expect(lastIn("15:00")).toBe(
      "2002-07-05 2003-07-03 2003-11-28 2003-12-24 2005-11-25 2007-07-03 2007-12-24 2008-07-03 2008-12-24",
    );
    expect(hours.size).toBe(15);
  });

  it("two weeks lie on either side of a run, so that the next open is known", () => {
    const [series] = openData(sharedPath("data/goog-1min-2015-12-24-trades.csv.gz"));
    const sessions = sessionsAround(calendarNamed("XNAS"), series.start[0], series.end[series.length - 1]);
    expect(sessions.date?.[0]).toBe(20151209);
    expect(sessions.date?.[sessions.length - 1]).toBe(20160111);
  });
});

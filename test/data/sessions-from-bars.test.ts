import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { BarSeries } from "../../core/market/bar-series.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { readBars } from "../../data/files/csv.js";
import { sessionsFromBars } from "../../data/sessions-from-bars.js";
import { syntheticBars } from "../../data/synthetic/synthetic-bars.js";
import { tradeDates } from "../../data/trade-dates.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";

const NEW_YORK = "America/New_York";
const iso = (instant: number): string => new Date(instant).toISOString();

function bars(size: string, ...spans: [string, string][]): BarSeries {
  const column = (i: 0 | 1): Float64Array => Float64Array.from(spans, (span) => Date.parse(span[i]));
  return new BarSeries(new Instrument({ symbol: "X" }), parseBarSize(size), { start: column(0), end: column(1) });
}

describe("sessions derived from bars", () => {
  it("are one a bar for daily and weekly bars", () => {
    const weekly = bars(
      "1week",
      ["2024-01-02T14:30Z", "2024-01-05T21:00Z"],
      ["2024-01-08T14:30Z", "2024-01-12T21:00Z"],
    );
    const sessions = sessionsFromBars(weekly, NEW_YORK);
    expect([...sessions.open]).toEqual([...weekly.start]);
    expect([...sessions.close]).toEqual([...weekly.end]);
    expect([...tradeDates(sessions, NEW_YORK)]).toEqual([20240105, 20240112]);
  });

  it("begin with the first bar of a local date and end with its last, whatever the date in UTC", () => {
    const hours = bars(
      "1hour",
      ["2024-01-02T23:00Z", "2024-01-03T00:00Z"],
      ["2024-01-03T01:00Z", "2024-01-03T02:00Z"],
      ["2024-01-03T05:00Z", "2024-01-03T06:00Z"],
      ["2024-01-05T20:00Z", "2024-01-05T21:00Z"],
    );
    const sessions = sessionsFromBars(hours, NEW_YORK);
    expect([...sessions.open].map(iso)).toEqual([
      "2024-01-02T23:00:00.000Z",
      "2024-01-03T05:00:00.000Z",
      "2024-01-05T20:00:00.000Z",
    ]);
    expect([...sessions.close].map(iso)).toEqual([
      "2024-01-03T02:00:00.000Z",
      "2024-01-03T06:00:00.000Z",
      "2024-01-05T21:00:00.000Z",
    ]);
    expect([...tradeDates(sessions, NEW_YORK)]).toEqual([20240102, 20240103, 20240105]);
    expect(sessionsFromBars(hours, "UTC").length).toBe(3);
  });

  it("are none for no bars", () => {
    expect(sessionsFromBars(bars("1min"), NEW_YORK).length).toBe(0);
    expect(sessionsFromBars(bars("1day"), NEW_YORK).length).toBe(0);
  });

  it("are the local dates of luxon on a year of minutes, daylight saving included", () => {
    const [series] = syntheticBars({ bars: 390 * 260, start: "2023-12-20" });
    const sessions = sessionsFromBars(series, NEW_YORK);
    expect(sessions.length).toBe(260);
    const dates = tradeDates(sessions, NEW_YORK);
    for (let i = 0; i < sessions.length; i++) {
      const open = DateTime.fromMillis(sessions.open[i], { zone: NEW_YORK });
      expect(open.toFormat("HH:mm")).toBe("09:30");
      expect(DateTime.fromMillis(sessions.close[i], { zone: NEW_YORK }).toFormat("HH:mm")).toBe("16:00");
      expect(dates[i]).toBe(Number(open.toFormat("yyyyMMdd")));
    }
    expect(tradeDates(sessions, NEW_YORK)).toBe(dates);
    expect(() => tradeDates(sessions, "Mars")).toThrow("not known");
  });

  it("give a futures session that opens in the evening the date of its close", () => {
    const sessions = sessionsFromBars(bars("1day", ["2024-01-07T23:00Z", "2024-01-08T22:00Z"]), NEW_YORK);
    expect([...tradeDates(sessions, "America/Chicago")]).toEqual([20240108]);
  });

  it.skipIf(!hasShared)(`of minutes with hours around the session are one a trading day (${NO_SHARED})`, () => {
    const series = readBars(sharedPath("data/spy-1min-2013-10-trades.csv.gz"), {
      instrument: new Instrument({ symbol: "SPY" }),
    });
    const sessions = sessionsFromBars(series, NEW_YORK);
    expect([...tradeDates(sessions, NEW_YORK)]).toEqual([20131007, 20131008, 20131009, 20131010, 20131011]);
    for (let row = 0; row < series.length; row++) expect(sessions.isOpenAt(series.end[row])).toBe(true);
  });

  it("of five million bars are one a trading day", () => {
    const length = 5_000_000;
    const start = Float64Array.from({ length }, (_, i) => Date.UTC(2015, 0, 5) + i * 60_000);
    const end = start.map((t) => t + 60_000);
    const series = new BarSeries(new Instrument({ symbol: "X" }), parseBarSize("1min"), { start, end });
    expect(sessionsFromBars(series, NEW_YORK).length).toBe(3474);
  });
});

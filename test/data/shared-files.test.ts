import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Instrument } from "../../core/market/instrument.js";
import { readBars } from "../../data/files/csv.js";
import { openData } from "../../data/open-data.js";
import { sessionsFromBars } from "../../data/sessions-from-bars.js";
import { tradeDates } from "../../data/trade-dates.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";

const open = (file: string) => openData(sharedPath(`data/${file}`))[0];
const iso = (instant: number): string => new Date(instant).toISOString().slice(0, 16);

describe.skipIf(!hasShared)(`real files of other vendors (${NO_SHARED})`, () => {
  it.each([
    ["6eh4-1min-2024-01.csv.gz", "6EH4 1min", 29_996, "2024-01-01T23:01", "2024-02-01T00:00", 1.1076],
    ["aapl-1day-raw.csv.gz", "AAPL 1day", 5_849, "1998-01-02T14:30", "2021-03-31T20:00", 13.63],
    ["eurusd-1hour.csv", "EURUSD 1hour", 5_000, "2017-04-19T13:00", "2018-02-07T21:00", 1.0716],
    ["goog-1day.csv", "GOOG 1day", 2_148, "2004-08-19T13:30", "2013-03-01T21:00", 100],
    ["goog-1min-2015-12-24-trades.csv.gz", "GOOG 1min", 1_091, "2015-12-23T09:59", "2015-12-29T00:47", 752.48],
    ["ibm-1day-raw.csv.gz", "IBM 1day", 5_849, "1998-01-02T14:30", "2021-03-31T20:00", 104.5],
    ["ibm-1min-2013-10-trades.csv.gz", "IBM 1min", 2_155, "2013-10-07T08:00", "2013-10-11T23:53", 181.52],
    ["spy-1day-raw.csv.gz", "SPY 1day", 5_849, "1998-01-02T14:30", "2021-03-31T20:00", 97.31],
    ["spy-1hour-raw.csv.gz", "SPY 1hour", 40_832, "1998-01-02T14:00", "2021-03-31T20:00", 97.31],
    ["spy-1min-2013-10-trades.csv.gz", "SPY 1min", 4_128, "2013-10-07T08:00", "2013-10-12T00:00", 167.41],
    ["spy-1sec-2013-10-07-trades.csv.gz", "SPY 1sec", 16_675, "2013-10-07T08:00", "2013-10-08T00:00", 167.41],
    ["usdjpy-1min-2013-ask.csv.gz", "USDJPY 1min", 28_761, "2013-02-01T00:00", "2013-03-01T00:01", 91.717],
    ["usdjpy-1min-2013-bid.csv.gz", "USDJPY 1min", 28_761, "2013-02-01T00:00", "2013-03-01T00:01", 91.715],
  ])("%s loads as %s", (file, name, length, first, last, price) => {
    const series = open(file);
    expect([series.name, series.length, series.source]).toEqual([name, length, "trades"]);
    expect([iso(series.start[0]), iso(series.end[length - 1]), series.open[0]]).toEqual([first, last, price]);
  });

  it.each([
    ["ibm-1min-2013-10-quotes.csv.gz", 2_853, 180.01, 183.63],
    ["spy-1min-2013-10-quotes.csv.gz", 4_557, 167.27, 168],
  ])("%s loads as quote bars", (file, length, bid, ask) => {
    const series = open(file);
    expect([series.length, series.source, series.size.label]).toEqual([length, "midpoint", "1min"]);
    expect([series.bid?.open[0], series.ask?.open[0], series.open[0]]).toEqual([bid, ask, (bid + ask) / 2]);
  });

  it("every number of a file is the one its text says", () => {
    const series = open("goog-1day.csv");
    const rows = readFileSync(sharedPath("data/goog-1day.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    const columns = [series.open, series.high, series.low, series.close, series.volume];
    expect(rows.map((_, row) => columns.map((column) => column[row]))).toEqual(
      rows.map((cells) => cells.slice(1).map(Number)),
    );
    const dates = tradeDates(sessionsFromBars(series, "America/New_York"), "America/New_York");
    expect([...dates]).toEqual(rows.map(([date]) => Number(date.replaceAll("-", ""))));
  });

  it("a calendar is no price file", () => {
    expect(() => open("calendars/xnys.csv")).toThrow(
      expect.objectContaining({ code: "CSV_COLUMN_MISSING", message: expect.stringContaining("high, low") }),
    );
  });

  it("daily files of two zones of daylight saving end each session at 16:00 in New York", () => {
    const series = readBars(sharedPath("data/spy-1day-raw.csv.gz"), { instrument: new Instrument({ symbol: "SPY" }) });
    const clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: "America/New_York",
      hour: "2-digit",
      minute: "2-digit",
    });
    expect(new Set(Array.from(series.end, (end) => clock.format(end)))).toEqual(new Set(["16:00"]));
  });
});

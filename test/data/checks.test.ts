import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BarSeries } from "../../core/market/bar-series.js";
import { BarChecks, type CheckOptions, checkBars } from "../../data/checks/check-bars.js";
import type { Finding } from "../../data/checks/finding.js";
import type { Interval } from "../../data/intervals.js";
import { openData } from "../../data/open-data.js";
import { bars, DAY, MINUTE, type Row, SESSION, sessionOpen } from "../bars.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";

const DAYS = 4;
const sessions: readonly Interval[] = Array.from({ length: DAYS }, (_, day) => ({
  from: sessionOpen(day),
  to: sessionOpen(day) + SESSION,
}));

/** Minutes of four whole sessions that go up and down a little, with a volume of their own each. */
function sound(): BarSeries {
  return bars(
    "SPY",
    "1min",
    Array.from({ length: DAYS * 390 }, (_, i): Row => {
      const at = 100 + Math.sin(i / 20);
      return [at, at + 0.1, at - 0.1, at + 0.05, 1000 + (i % 97)];
    }),
  );
}

/** Daily bars of one price each, moving by a thousandth. */
function daily(prices: readonly number[]): BarSeries {
  return bars(
    "SPY",
    "1day",
    prices.map((price, i): Row => [price, price * 1.001, price * 0.999, price, 1000 + i]),
  );
}

function found(series: BarSeries, options: Partial<CheckOptions> = {}): string[] {
  const time = { expected: sessions, allowed: sessions };
  return checkBars(series, { time, splits: [], ...options }).map(({ kind, text }) => `${kind}: ${text}`);
}

const unknown = { expected: undefined, allowed: undefined };

/** The series without some rows. */
function without(series: BarSeries, from: number, to: number): BarSeries {
  const cut = (column: Float64Array): Float64Array =>
    Float64Array.from([...column.subarray(0, from), ...column.subarray(to)]);
  const { start, end, open, high, low, close, volume } = series;
  return new BarSeries(series.instrument, series.size, {
    start: cut(start),
    end: cut(end),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    volume: cut(volume),
  });
}

describe("checking bars", () => {
  it("finds nothing in sound ones", () => {
    expect(found(sound())).toEqual([]);
    expect(found(daily([100, 101, 99, 100]))).toEqual([]);
  });

  it("finds gaps inside of sessions, and sessions without bars, and none in closed hours", () => {
    expect(found(without(sound(), 100, 130))).toEqual(["gap: no bars for 30 min from 2024-01-08 16:10Z"]);
    expect(found(without(sound(), 5, 6))).toEqual(["gap: no bars for 1 min from 2024-01-08 14:35Z"]);
    expect(found(without(sound(), 390, 780))).toEqual(["gap: the session of 2024-01-09 14:30Z has no bars"]);
    expect(found(without(sound(), 389, 391))).toEqual([
      "gap: no bars for 1 min from 2024-01-08 20:59Z",
      "gap: no bars for 1 min from 2024-01-09 14:30Z",
    ]);
    expect(found(without(sound(), 1559, 1560))).toEqual(["gap: no bars for 1 min from 2024-01-11 20:59Z"]);
    expect(found(without(daily([100, 101, 99, 100]), 1, 3))).toEqual([
      "gap: the session of 2024-01-09 14:30Z has no bars",
      "gap: the session of 2024-01-10 14:30Z has no bars",
    ]);
    expect(found(without(sound(), 100, 130), { tolerance: 31 * MINUTE })).toEqual([]);
  });

  it("finds bars outside of the sessions", () => {
    const series = sound();
    series.start[0] -= 5 * MINUTE;
    series.end[0] -= 5 * MINUTE;
    expect(found(series)).toEqual([
      "outside: the bar of 2024-01-08 14:25Z lies in no session",
      "gap: no bars for 1 min from 2024-01-08 14:30Z",
    ]);
    expect(found(bars("SPY", "1day", [[1, 1, 1, 1]], 5), { time: { expected: [], allowed: sessions } })).toEqual([
      "outside: the bar of 2024-01-15 14:30Z lies in no session",
    ]);
  });

  it("finds bars that are there twice, out of order, or overlapping", () => {
    const series = sound();
    series.start[10] = series.start[9];
    series.end[10] = series.end[9];
    series.end[20] += MINUTE / 2;
    const swapped = [30, 31].map((row) => [series.start[row], series.end[row]]);
    [series.start[30], series.end[30]] = swapped[1];
    [series.start[31], series.end[31]] = swapped[0];
    expect(found(series, { time: unknown })).toEqual([
      "duplicate: the bar of 2024-01-08 14:39Z is there twice",
      "order: the bar of 2024-01-08 14:51Z begins before 2024-01-08 14:51:30Z, when the one in front ends",
      "order: the bar of 2024-01-08 15:00Z comes behind that of 2024-01-08 15:01Z",
    ]);
  });

  it("finds prices and volumes that cannot be", () => {
    const series = sound();
    [series.high[3], series.low[3]] = [99, 101];
    series.close[4] = 200;
    series.open[5] = 0;
    series.low[5] = 0;
    series.volume[6] = -1;
    series.volume[7] = Number.NaN;
    expect(found(series, { time: unknown }).filter((text) => text.startsWith("range"))).toEqual([
      "range: the bar of 2024-01-08 14:33Z has high 99 below low 101",
      expect.stringMatching(/14:34Z has close 200 outside of low/),
      "range: the bar of 2024-01-08 14:35Z has open 0",
      "range: the bar of 2024-01-08 14:36Z has volume -1",
      "range: the bar of 2024-01-08 14:37Z has volume NaN",
    ]);
  });

  it("finds moves beyond a fifth, once for a spike that comes back and once for a new level", () => {
    expect(found(daily([100, 130, 101, 100]))).toEqual(["spike: from 100 to 130.13 (+30 %) at 2024-01-09 14:30Z"]);
    expect(found(daily([100, 129, 130, 128]))).toEqual(["spike: from 100 to 129.129 (+29 %) at 2024-01-09 14:30Z"]);
    expect(found(daily([100, 119, 100, 118]))).toEqual([]);
    expect(found(daily([100, 119, 100, 118]), { spike: 0.1 })).toHaveLength(2);
    const wick = daily([100, 101, 99, 100]);
    wick.low[1] = 10;
    expect(found(wick)).toEqual(["spike: from 100 to 10 (-90 %) at 2024-01-09 14:30Z"]);
  });

  it("finds splits nobody has adjusted for, and knows those that are known", () => {
    const series = daily([700, 101, 100, 99]);
    const time = sessionOpen(1) - 9.5 * 60 * MINUTE;
    expect(found(series)).toEqual(["split: from 700 to 101 at 2024-01-09 14:30Z, which looks like a split of 7:1"]);
    expect(found(series, { splits: [{ time, numerator: 7, denominator: 1 }] })).toEqual([]);
    expect(found(series, { splits: [{ time, numerator: 4, denominator: 1 }] })).toHaveLength(1);
    expect(found(daily([1.25, 10, 10, 10]))).toEqual([
      "split: from 1.25 to 10 at 2024-01-09 14:30Z, which looks like a split of 1:8",
    ]);
    // The same within a session is no split.
    const inside = sound();
    for (let row = 200; row < inside.length; row++)
      for (const field of ["open", "high", "low", "close"] as const) inside[field][row] /= 2;
    expect(found(inside)).toEqual([expect.stringMatching(/^spike: /)]);
  });

  it("finds bars that are repeated", () => {
    const series = sound();
    for (let row = 51; row < 60; row++)
      for (const field of ["open", "high", "low", "close", "volume"] as const) series[field][row] = series[field][50];
    expect(found(series)).toEqual(["stale: 10 bars alike from 2024-01-08 15:20Z to 2024-01-08 15:30Z"]);
    const days = daily([100, 101, 101, 100]);
    days.volume[2] = days.volume[1];
    expect(found(days)).toEqual(["stale: 2 bars alike from 2024-01-09 14:30Z to 2024-01-10 21:00Z"]);
  });

  it("finds the same in pieces as in the whole", () => {
    const series = without(sound(), 700, 705);
    series.close[100] = 500;
    series.high[900] = 200;
    for (let row = 1201; row < 1210; row++)
      for (const field of ["open", "high", "low", "close", "volume"] as const) series[field][row] = series[field][1200];
    const options = {
      size: series.size,
      negativePrices: false,
      splits: [],
      time: { expected: sessions, allowed: sessions },
    };
    const whole = checkBars(series, options);
    expect(new Set(whole.map(({ kind }) => kind))).toEqual(new Set(["range", "gap", "spike", "stale"]));
    for (const piece of [1, 7, 100, 701]) {
      const findings: Finding[] = [];
      const checks = new BarChecks(options, (finding) => findings.push(finding));
      for (let at = 0; at < series.length; at += piece)
        checks.take(series.slice(at, Math.min(at + piece, series.length)));
      checks.finish();
      const order = (a: Finding, b: Finding): number => a.from - b.from || (a.kind < b.kind ? -1 : 1);
      expect(findings.sort(order)).toEqual([...whole].sort(order));
    }
  });
});

describe.skipIf(!hasShared)(`checking real bars (${NO_SHARED})`, () => {
  const newYork = (): Interval[] =>
    readFileSync(sharedPath("data/calendars/xnys.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","))
      .map(([, open, close]) => ({ from: Date.parse(open), to: Date.parse(close) }));
  const check = (file: string): Record<string, Finding[]> => {
    const [series] = openData(sharedPath(`data/${file}`));
    const [from, to] = [series.start[0], series.end[series.length - 1]];
    const within = newYork().filter((one) => one.to > from && one.from < to);
    const expected = within.map((one) => ({ from: Math.max(from, one.from), to: Math.min(to, one.to) }));
    const wide = within.map((one) => ({ from: one.from - 5.5 * 60 * MINUTE, to: one.to + 4 * 60 * MINUTE }));
    const allowed = series.size.ms < DAY / 24 ? wide : within;
    const byKind: Record<string, Finding[]> = {};
    for (const finding of checkBars(series, { time: { expected, allowed }, splits: [] })) {
      byKind[finding.kind] ??= [];
      byKind[finding.kind].push(finding);
    }
    return byKind;
  };
  const counts = (file: string): Record<string, number> =>
    Object.fromEntries(Object.entries(check(file)).map(([kind, all]) => [kind, all.length]));
  const dates = (findings: readonly Finding[]): string[] => [
    ...new Set(findings.map(({ from }) => new Date(from).toISOString().slice(0, 10))),
  ];

  it("knows every session of the daily files, and sees Apple's splits and the bad prints of its lows", () => {
    expect(counts("spy-1day-raw.csv.gz")).toEqual({ spike: 1 });
    const apple = check("aapl-1day-raw.csv.gz");
    expect(dates(apple.split)).toEqual(["2000-06-21", "2005-02-28", "2014-06-09", "2020-08-31"]);
    expect(dates(apple.spike)).toEqual(
      expect.arrayContaining(["2000-09-29", "2009-09-21", "2010-08-31", "2011-01-03"]),
    );
    expect(Object.keys(apple).sort()).toEqual(["spike", "split"]);
  });

  it("finds no fault with liquid minutes and seconds but minutes without a trade", () => {
    expect(counts("spy-1min-2013-10-trades.csv.gz")).toEqual({});
    expect(counts("ibm-1min-2013-10-trades.csv.gz")).toEqual({ gap: 1 });
    expect(counts("spy-1sec-2013-10-07-trades.csv.gz")).toEqual({});
    expect(counts("goog-1min-2015-12-24-trades.csv.gz")).toEqual({ gap: 8 });
  });

  it("finds the prints after early closes, and the late open of 2002-09-11", () => {
    const hours = check("spy-1hour-raw.csv.gz");
    expect(dates(hours.outside)).toEqual(
      expect.arrayContaining([
        "2002-07-05",
        "2003-07-03",
        "2003-11-28",
        "2003-12-24",
        "2005-11-25",
        "2007-07-03",
        "2007-12-24",
        "2008-07-03",
        "2008-12-24",
      ]),
    );
    expect(dates(hours.gap)).toEqual(["2002-09-11"]);
  });
});

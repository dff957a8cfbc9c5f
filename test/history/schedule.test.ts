import { describe, expect, it } from "vitest";
import { Instrument } from "../../core/market/instrument.js";
import type { FetchJob } from "../../data/history/fetch-job.js";
import type { SourceSchedule } from "../../data/history/history-source.js";
import { ScheduleTable } from "../../data/store/schedule-table.js";
import { syntheticBars } from "../../data/synthetic/synthetic-bars.js";
import { BarSeries, parseBarSize } from "../../index.js";
import { hasSqlite, opened } from "../store/store-folder.js";
import { download, jobFor, missed, rows, said, storedRows } from "./download.js";
import { FakeClock } from "./fake-clock.js";
import { marketBars } from "./market.js";
import { ScriptedSource } from "./scripted-source.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe.runIf(hasSqlite)("the schedule of an instrument", () => {
  it("is asked for once, stored, and says nothing where it agrees with the calendar", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20200102, 20231229);
    const source = new ScriptedSource([bars], clock);
    const result = await download(clock, store, source, [jobFor("AAPL", "1day", { from: bars.start[0] })]);
    expect(said(result)).toEqual([]);
    const stored = new ScheduleTable(store.file).find("AAPL", "regular");
    expect(stored?.source).toBe("IB");
    expect(stored?.sessions.map(({ open, close }) => [open, close])).toEqual(
      rows(bars).map(([start, end]) => [start, end]),
    );
    await download(clock, store, source, [jobFor("AAPL", "1hour", { from: bars.start[0] + DAY })]);
    expect(source.asked.filter(({ kind }) => kind === "schedule")).toHaveLength(1);
  });

  it("is asked for on from what is stored when that has become old", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20200102, 20231229);
    const source = new ScriptedSource([bars.slice(0, 800)], clock);
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    await download(clock, store, source, [job]);
    source.series = [bars];
    source.time = bars.end[bars.length - 1] + 3 * HOUR;
    await download(clock, store, source, [job]);
    const asked = source.asked.filter(({ kind }) => kind === "schedule").map(({ request }) => request);
    expect(asked).toMatchObject([{ duration: { count: 4, unit: "Y" } }, { duration: { count: 1, unit: "Y" } }]);
    expect(new ScheduleTable(store.file).find("AAPL", "regular")?.sessions).toHaveLength(bars.length);
  });

  it("is compared with the calendar, and each difference is said", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20230103, 20231229);
    const schedule = (told: SourceSchedule): SourceSchedule => ({
      ...told,
      sessions: told.sessions
        .filter(({ date }) => date !== 20230605)
        .map((one) => (one.date === 20231124 ? { ...one, close: one.close + 3 * HOUR } : one)),
    });
    const source = new ScriptedSource([bars], clock, { schedule });
    const result = await download(clock, store, source, [jobFor("AAPL", "1day", { from: bars.start[0] })]);
    expect(result.series[0].notes).toEqual([
      {
        kind: "schedule",
        text:
          "AAPL: IB and the calendar XNAS differ on 2 of 250 days: 2023-06-05 closed by IB, 09:30-16:00 by the calendar; " +
          "2023-11-24 09:30-16:00 by IB, 09:30-13:00 by the calendar",
      },
    ]);
  });

  it("says on which days the calendar is wrong: no bars are missed there", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20230103, 20231229);
    const without = rows(bars).findIndex(([start]) => new Date(start).toISOString().startsWith("2023-06-05"));
    const source = new ScriptedSource([joined(bars.slice(0, without), bars.slice(without + 1, bars.length))], clock, {
      schedule: (told) => ({ ...told, sessions: told.sessions.filter(({ date }) => date !== 20230605) }),
    });
    const result = await download(clock, store, source, [jobFor("AAPL", "1day", { from: bars.start[0] })]);
    expect(said(result)).toEqual(["schedule"]);
    expect(missed(result)).toEqual([]);
    expect(source.barsAsked).toHaveLength(1);
  });

  it("says on which days only the calendar is closed: their bars are asked for wherever requests are cut", async () => {
    // Every weekday from 9:30 to 16:00, the fourth of July and the half day before it too.
    const [bars] = syntheticBars({ bar: "1min", bars: 390 * 40, start: "2019-06-03" });
    const { symbol } = bars.instrument;
    const schedule = (told: SourceSchedule): SourceSchedule => {
      const own = told.sessions.map((one) => (one.date === 20190703 ? { ...one, close: one.close + 3 * HOUR } : one));
      const fourth = { date: 20190704, open: Date.UTC(2019, 6, 4, 13, 30), close: Date.UTC(2019, 6, 4, 20) };
      return { ...told, sessions: [...own, fourth].sort((a, b) => a.open - b.open) };
    };
    for (let day = 0; day < 6; day++) {
      const clock = new FakeClock();
      const store = await opened();
      const source = new ScriptedSource([bars], clock, { schedule });
      // Requests are cut from the end on.
      const end = 390 * (30 + day);
      const job = jobFor(symbol, "1min", { from: bars.start[0], to: bars.start[end] });
      const result = await download(clock, store, source, [job]);
      expect(missed(result)).toEqual([]);
      expect(storedRows(store, source, job)).toEqual(rows(bars).slice(0, end));
      expect((await download(clock, store, source, [job])).requests).toBe(0);
    }
  });

  it("is what sessions are known from where there is no calendar", async () => {
    const clock = new FakeClock();
    const store = await opened();
    // Swiss shares trade from 9:00 to 17:20; there is no calendar of their exchange.
    const instrument = new Instrument({ symbol: "NESN", exchange: "EBS", currency: "CHF", timeZone: "Europe/Zurich" });
    const days = Array.from({ length: 200 }, (_, i) => i).filter((i) => i % 7 < 5);
    const open = (i: number): number => Date.UTC(2023, 0, 2, 8) + i * DAY - (i >= 83 ? HOUR : 0);
    const bars = new BarSeries(instrument, parseBarSize("1hour"));
    for (const i of days)
      for (let hour = 0; hour < 9; hour++) {
        const start = open(i) + hour * HOUR;
        bars.append(start, Math.min(start + HOUR, open(i) + 8 * HOUR + 1_200_000), 100, 110, 99, 100 + hour, 10);
      }
    const dated = (i: number): number =>
      Number(new Date(Date.UTC(2023, 0, 2) + i * DAY).toISOString().slice(0, 10).replaceAll("-", ""));
    const sessions = days.map((i) => ({ open: open(i), close: open(i) + 8 * HOUR + 1_200_000, date: dated(i) }));
    const source = new ScriptedSource([bars.slice(0, bars.length)], clock, {
      bars: (_, n) => (n === 1 ? { kind: "hole", from: 0.5, to: 0.6 } : undefined),
    });
    source.schedule = async () => {
      source.asked.push({ kind: "schedule", request: { instrument } as never, at: 0 });
      return { kind: "schedule", sessions };
    };
    const job: FetchJob = { ...jobFor("NESN", "1hour", { from: bars.start[0] }), instrument };
    const result = await download(clock, store, source, [job]);
    expect(said(result)).toEqual([]);
    expect(missed(result)).toEqual([]);
    // The hole was found by the sessions that were told, and the last bar of a day ends with its session.
    expect(source.barsAsked).toHaveLength(2);
    expect(storedRows(store, source, job)).toEqual(rows(bars));
  });

  it("is no reason to fetch nothing where the source does not tell it", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20230103, 20231229);
    const source = new ScriptedSource([bars], clock, { schedule: { kind: "refused", text: "not for this one" } });
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const result = await download(clock, store, source, [job]);
    expect(result.series[0].notes[0].text).toBe("AAPL: IB told no schedule (not for this one)");
    expect(missed(result)).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(bars));
  });
});

describe.runIf(hasSqlite)("a series that cannot be asked for in parts", () => {
  it("is fetched whole, and gives way whole when a dividend has changed all of it", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20190102, 20231229);
    const source = new ScriptedSource([bars.slice(0, 1200)], clock);
    const job = jobFor("AAPL", "1day", { what: "adjusted-last", from: bars.start[0] });
    expect(missed(await download(clock, store, source, [job]))).toEqual([]);
    expect(source.barsAsked).toHaveLength(1);
    expect(source.barsAsked[0].request).toMatchObject({ end: undefined, duration: { count: 5, unit: "Y" } });
    expect(storedRows(store, source, job)).toEqual(rows(bars.slice(0, 1200)));
    expect((await download(clock, store, source, [job])).requests).toBe(0);

    const adjusted = bars.slice(0, bars.length);
    adjusted.close = adjusted.close.map((price, row) => (row < 1210 ? (price + adjusted.low[row]) / 2 : price));
    source.series = [adjusted];
    source.time = bars.end[bars.length - 1] + 3 * HOUR;
    const result = await download(clock, store, source, [job]);
    expect(said(result)).toEqual([]);
    expect(missed(result)).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(adjusted));
    expect(store.unfinished(result.series[0].key)).toBeUndefined();
  });

  it("ends where it is to end, though it is asked for up to now", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20190102, 20231229);
    const source = new ScriptedSource([bars], clock);
    const range = { from: bars.start[0], to: bars.end[500] };
    const job = jobFor("AAPL", "1day", { what: "adjusted-last", ...range });
    expect(missed(await download(clock, store, source, [job]))).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(bars.slice(0, 501)));
    expect((await download(clock, store, source, [job])).requests).toBe(0);
  });

  it("says so, and stores nothing, where one request does not reach back to what is wanted", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1hour", 20210104, 20231229);
    const source = new ScriptedSource([bars], clock);
    const range = { from: Date.UTC(2021, 5, 1), to: Date.UTC(2021, 6, 1) };
    const result = await download(clock, store, source, [jobFor("AAPL", "1hour", { what: "adjusted-last", ...range })]);
    expect(missed(result)).toEqual(["range 2021-06-01T00:00/2021-07-01T00:00"]);
    expect(store.list()).toEqual([]);
  });

  it("is said not to have been asked for where the source stops first", async () => {
    const clock = new FakeClock();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20190102, 20231229);
    const source = new ScriptedSource([bars], clock, {
      bars: () => ({ kind: "stopped", text: "logged in elsewhere" }),
    });
    const job = jobFor("AAPL", "1day", { what: "adjusted-last", from: bars.start[0] });
    const result = await download(clock, await opened(), source, [job]);
    expect(result.stopped).toBe("logged in elsewhere");
    expect(missed(result)).toEqual(["not asked 2019-01-02T14:30/2023-12-30T00:00"]);
  });

  it("is asked for once more for a hole or no answer, and says what does not fit into one request", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1hour", 20210104, 20231229);
    const source = new ScriptedSource([bars], clock, {
      bars: (_, n) => (n === 1 ? { kind: "silence" } : n === 2 ? { kind: "hole", from: 0.3, to: 0.4 } : undefined),
    });
    const job = jobFor("AAPL", "1hour", { what: "adjusted-last", from: bars.start[0] });
    const result = await download(clock, store, source, [job]);
    expect(source.barsAsked).toHaveLength(3);
    expect(missed(result)).toEqual(["range 2021-01-04T14:30/2022-12-30T00:00"]);
    expect(storedRows(store, source, job)).toEqual(rows(bars).filter(([start]) => start >= Date.UTC(2022, 11, 30)));
  });
});

function joined(a: BarSeries, b: BarSeries): BarSeries {
  const bars = a.slice(0, a.length);
  for (const column of ["start", "end", "open", "high", "low", "close", "volume"] as const)
    bars[column] = Float64Array.of(...a[column], ...b[column]);
  bars.length = a.length + b.length;
  return bars;
}

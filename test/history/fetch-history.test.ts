import { describe, expect, it } from "vitest";
import { hasSqlite, opened } from "../store/store-folder.js";
import { download, jobFor, missed, rows, said, storedRows } from "./download.js";
import { FakeClock } from "./fake-clock.js";
import { larger, marketBars } from "./market.js";
import { ScriptedSource } from "./scripted-source.js";

const SYMBOLS = ["AAPL", "MSFT", "IBM"];
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe.runIf(hasSqlite)("a download", () => {
  it("brings ten years of days for three instruments, a year a request, equal to the source to the last digit", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const series = SYMBOLS.map((symbol, i) => marketBars({ symbol }, "1day", 20140102, 20231229, i));
    const source = new ScriptedSource(series, clock, { takes: 400 });
    const jobs = SYMBOLS.map((symbol) => jobFor(symbol, "1day", { from: Date.UTC(2014, 0, 1, 5) }));
    const result = await download(clock, store, source, jobs);
    expect(missed(result)).toEqual([]);
    expect(said(result)).toEqual([]);
    for (const [i, job] of jobs.entries()) expect(storedRows(store, source, job)).toEqual(rows(series[i]));
    expect(result.series.map(({ bars }) => bars)).toEqual(series.map(({ length }) => length));
    expect(source.barsAsked).toHaveLength(30);
    expect(source.mostOpen).toBeLessThanOrEqual(6);
    expect(result.requests).toBe(source.asked.length);

    const again = await download(clock, store, source, jobs);
    expect(again.requests).toBe(0);
    expect(missed(again)).toEqual([]);
  });

  it("brings two years of hours", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const series = SYMBOLS.map((symbol, i) => marketBars({ symbol }, "1hour", 20220103, 20231229, i));
    const source = new ScriptedSource(series, clock, { takes: 400 });
    const jobs = SYMBOLS.map((symbol) => jobFor(symbol, "1hour", { from: Date.UTC(2022, 0, 1, 5) }));
    expect(missed(await download(clock, store, source, jobs))).toEqual([]);
    for (const [i, job] of jobs.entries()) expect(storedRows(store, source, job)).toEqual(rows(series[i]));
    expect(source.barsAsked).toHaveLength(6);
  });

  it("brings minutes, a week a request", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const [from, to] = process.env.SEATRIAL_LONG ? [20230103, 20231229] : [20231101, 20231229];
    const series = SYMBOLS.map((symbol, i) => marketBars({ symbol }, "1min", from, to, i));
    const source = new ScriptedSource(series, clock, { takes: 400 });
    const jobs = SYMBOLS.map((symbol) => jobFor(symbol, "1min", { from: series[0].start[0] }));
    const result = await download(clock, store, source, jobs);
    expect(missed(result)).toEqual([]);
    for (const [i, job] of jobs.entries()) expect(storedRows(store, source, job)).toEqual(rows(series[i]));
    expect(source.barsAsked.length).toBeLessThanOrEqual(3 * 53);
    expect((await download(clock, store, source, jobs)).requests).toBe(0);
  });

  it("asks for what is new alone, with one stored bar in front to compare", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20230103, 20231229);
    const job = jobFor("AAPL", "1day", { from: Date.UTC(2023, 0, 1) });
    const source = new ScriptedSource([bars.slice(0, 200)], clock);
    await download(clock, store, source, [job]);
    source.series = [bars.slice(0, 203)];
    source.time = bars.end[202] + 3 * HOUR;
    const before = source.asked.length;
    expect(missed(await download(clock, store, source, [job]))).toEqual([]);
    expect(source.asked.slice(before).map(({ kind }) => kind)).toEqual(["bars"]);
    expect(source.barsAsked.at(-1)?.request).toMatchObject({ end: bars.end[202], duration: { count: 1, unit: "W" } });
    expect(storedRows(store, source, job)).toEqual(rows(bars.slice(0, 203)));
  });

  it("goes on before and behind what is stored, and fills what lies between", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20190102, 20231229);
    const source = new ScriptedSource([bars], clock);
    const year = (from: number, to: number) =>
      jobFor("AAPL", "1day", { from: Date.UTC(from, 0, 1, 5), to: Date.UTC(to, 0, 1, 5) });
    await download(clock, store, source, [year(2019, 2020)]);
    await download(clock, store, source, [year(2022, 2023)]);
    const before = source.barsAsked.length;
    const all = year(2019, 2024);
    expect(missed(await download(clock, store, source, [all]))).toEqual([]);
    // 2020 and 2021, and 2023: none across 2022.
    expect(source.barsAsked.slice(before)).toHaveLength(3);
    expect(storedRows(store, source, all)).toEqual(rows(bars));
  });

  it("begins where the source begins, and remembers that there is nothing before", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20220601, 20231229);
    const source = new ScriptedSource([bars], clock);
    const job = jobFor("AAPL", "1day", { from: Date.UTC(1999, 0, 1) });
    expect(missed(await download(clock, store, source, [job]))).toEqual([]);
    expect(source.barsAsked).toHaveLength(2);
    expect(storedRows(store, source, job)).toEqual(rows(bars));
    expect((await download(clock, store, source, [job])).requests).toBe(0);
  });

  it("has all there is of daily bars where no beginning is named", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20220601, 20231229);
    const source = new ScriptedSource([bars], clock);
    expect(missed(await download(clock, store, source, [jobFor("AAPL", "1day")]))).toEqual([]);
    expect(storedRows(store, source, jobFor("AAPL", "1day"))).toEqual(rows(bars));
    await expect(download(clock, store, source, [jobFor("AAPL", "1min")])).rejects.toMatchObject({
      code: "HISTORY_FROM_MISSING",
    });
  });

  it("finds the beginning by asking for bars where the source cannot say it", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20220601, 20231229);
    const head = { kind: "no-data", text: "No head time stamp" } as const;
    const source = new ScriptedSource([bars], clock, { head });
    const job = jobFor("AAPL", "1day", { from: Date.UTC(2018, 0, 1) });
    const result = await download(clock, store, source, [job]);
    expect(missed(result)).toEqual([]);
    expect(said(result)).toContain("no data");
    expect(storedRows(store, source, job)).toEqual(rows(bars));
    const before = source.barsAsked.length;
    await download(clock, store, source, [job]);
    expect(source.barsAsked).toHaveLength(before);
  });

  it("leaves out the bar that is under way, and asks again for one that has only just ended", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20230103, 20231229);
    const source = new ScriptedSource([bars], clock);
    const job = jobFor("AAPL", "1day", { from: Date.UTC(2023, 0, 1) });
    source.time = bars.end[249] - HOUR;
    expect(missed(await download(clock, store, source, [job]))).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(bars.slice(0, 249)));
    // Ten minutes behind the close its bar is there and may still change.
    source.time = bars.end[249] + 600_000;
    await download(clock, store, source, [job]);
    expect(storedRows(store, source, job)).toEqual(rows(bars));
    const revised = bars.slice(0, 250);
    revised.close = revised.close.slice();
    revised.close[249] = (revised.high[249] + revised.low[249]) / 2;
    source.series = [revised];
    source.time = bars.end[249] + 2 * HOUR;
    const result = await download(clock, store, source, [job]);
    expect(said(result)).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(revised));
    expect((await download(clock, store, source, [job])).requests).toBe(0);
  });

  it("keeps small bars from the oldest on, and says which are kept no longer", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "30sec", 20230601, 20231229);
    const source = new ScriptedSource([bars], clock);
    const job = jobFor("AAPL", "30sec", { from: bars.start[0], to: bars.start[0] + 40 * DAY });
    const result = await download(clock, store, source, [job]);
    expect(missed(result)).toEqual([expect.stringMatching(/^gone 2023-06-01T13:30\/2023-06-/)]);
    const ends = source.barsAsked.map(({ request }) => request.end as number);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    const stored = storedRows(store, source, job);
    expect(stored[0][0]).toBeGreaterThan(source.time - 184 * DAY);
    expect(stored).toEqual(rows(bars).filter(([start]) => start >= stored[0][0] && start < bars.start[0] + 40 * DAY));
  });

  it("keeps whole weeks and months, by the date of their last session", async () => {
    for (const [label, days] of [
      ["1week", 7],
      ["1month", 31],
    ] as const) {
      const clock = new FakeClock();
      const store = await opened();
      const daily = marketBars({ symbol: "AAPL" }, "1day", 20220103, 20231229);
      const source = new ScriptedSource([larger(daily, label)], clock);
      const job = jobFor("AAPL", label, { from: Date.UTC(2022, 0, 1) });
      const result = await download(clock, store, source, [job]);
      expect(missed(result)).toEqual([]);
      const stored = storedRows(store, source, job);
      expect(stored.map((row) => row.slice(2))).toEqual(rows(larger(daily, label)).map((row) => row.slice(2)));
      expect(Math.max(...stored.map(([start, end]) => end - start))).toBeLessThan(days * DAY);
      expect((await download(clock, store, source, [job])).requests).toBe(0);
    }
  });
});

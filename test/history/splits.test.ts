import { describe, expect, it } from "vitest";
import { historyKey } from "../../data/history/history-key.js";
import type { BarStore } from "../../data/store/bar-store.js";
import type { BarSeries } from "../../index.js";
import { hasSqlite, opened } from "../store/store-folder.js";
import { download, jobFor, missed, rows, said, storedRows } from "./download.js";
import { FakeClock } from "./fake-clock.js";
import { afterSplit, marketBars } from "./market.js";
import { ScriptedSource } from "./scripted-source.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Table {
  readonly clock: FakeClock;
  readonly store: BarStore;
  readonly source: ScriptedSource;
  readonly bars: BarSeries;
}

/** A source with all bars but the last twenty, which a first download has stored. */
async function stored(label = "1day", from = 20180102, to = 20231229): Promise<Table> {
  const clock = new FakeClock();
  const store = await opened();
  const bars = marketBars({ symbol: "AAPL" }, label, from, to);
  const source = new ScriptedSource([bars.slice(0, bars.length - 20)], clock);
  await download(clock, store, source, [jobFor("AAPL", label, { from: bars.start[0] })]);
  clock.time += 20 * DAY;
  return { clock, store, source, bars };
}

/** From now on the source has these bars, to their end. */
function turn({ source }: Table, bars: BarSeries): void {
  source.series = [bars];
  source.time = bars.end[bars.length - 1] + 3 * HOUR;
}

describe.runIf(hasSqlite)("a split between two downloads", () => {
  it.each([
    [4, "4:1 split"],
    [7, "7:1 split"],
    [3 / 2, "3:2 split"],
    [1 / 8, "1:8 split"],
    [21 / 20, "21:20 split"],
  ])("by %f is found by one stored bar, said, and healed", async (ratio, text) => {
    const table = await stored();
    const { clock, store, source, bars } = table;
    const split = afterSplit(bars, ratio);
    turn(table, split);
    const before = source.barsAsked.length;
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const result = await download(clock, store, source, [job]);
    expect(missed(result)).toEqual([]);
    expect(said(result)).toEqual(["split"]);
    expect(result.series[0].notes[0].text).toContain(text);
    expect(storedRows(store, source, job)).toEqual(rows(split));
    expect(store.unfinished(result.series[0].key)).toBeUndefined();
    // The bar that told it, and six years.
    expect(source.barsAsked.length - before).toBe(7);
    expect((await download(clock, store, source, [job])).requests).toBe(0);
  });

  it("stores no bar of the new basis beside those of the old, and the old are read until the new are complete", async () => {
    const table = await stored();
    const { clock, store, source, bars } = table;
    const split = afterSplit(bars, 4);
    turn(table, split);
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const key = historyKey(job, job.size, source);
    const old = rows(bars.slice(0, bars.length - 20));
    const seen = new Set<boolean>();
    source.script = {
      takes: 500,
      bars: () => {
        seen.add(JSON.stringify(rows(store.series(key).read())) === JSON.stringify(old));
        return undefined;
      },
    };
    await download(clock, store, source, [job]);
    expect([...seen]).toEqual([true]);
    expect(storedRows(store, source, job)).toEqual(rows(split));
  });

  it("is healed by the next download where the first is cut off, and what that one has stored is not asked for again", async () => {
    const table = await stored();
    const { clock, store, source, bars } = table;
    const split = afterSplit(bars, 4);
    turn(table, split);
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const began = source.barsAsked.length;
    source.script = { bars: (_, n) => (n > began + 4 ? { kind: "stopped", text: "cut off" } : undefined) };
    const first = await download(clock, store, source, [job]);
    expect(said(first)).toEqual(["split"]);
    expect(missed(first).length).toBeGreaterThan(0);
    expect(storedRows(store, source, job)).toEqual(rows(bars.slice(0, bars.length - 20)));
    expect(store.unfinished(first.series[0].key)).toBeDefined();
    source.script = {};
    const before = source.barsAsked.length;
    const second = await download(clock, store, source, [job]);
    expect(missed(second)).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(split));
    expect(source.barsAsked.length - before).toBe(3);
  });

  it("carries over what can no longer be had, by the ratio, also when another download completes it", async () => {
    for (const cutOff of [false, true]) {
      const clock = new FakeClock();
      const store = await opened();
      const bars = marketBars({ symbol: "AAPL" }, "30sec", 20230601, 20240131);
      const source = new ScriptedSource([bars], clock);
      const days = (from: number, to: number) =>
        jobFor("AAPL", "30sec", { from: bars.start[0] + from * DAY, to: bars.start[0] + to * DAY });
      source.time = bars.start[0] + 30 * DAY;
      const job = days(0, 20);
      await download(clock, store, source, [job]);
      const old = storedRows(store, source, job);
      // Half of them are older than six months when the split comes.
      const split = afterSplit(bars, 4);
      source.series = [split];
      source.time = bars.start[0] + 193 * DAY;
      clock.time += 163 * DAY;
      const again = days(0, 22);
      if (cutOff) {
        const began = source.barsAsked.length;
        source.script = { bars: (_, n) => (n > began + 3 ? { kind: "stopped", text: "cut off" } : undefined) };
        await download(clock, store, source, [again]);
        source.script = {};
      }
      const result = await download(clock, store, source, [again]);
      expect(said(result)).toContain("carried over");
      expect(missed(result)).toEqual([]);
      const now = storedRows(store, source, again);
      const expected = rows(split).filter(([start]) => start < bars.start[0] + 22 * DAY);
      expect(now.map(([start]) => start)).toEqual(expected.map(([start]) => start));
      for (const [i, row] of now.entries()) {
        expect(row[5], String(i)).toBeCloseTo(expected[i][5], 3);
        expect(row[6]).toBe(expected[i][6]);
      }
      expect(old.length).toBeGreaterThan(10_000);
    }
  });

  it("carries over by the ratio of both, where a second one comes before the first is healed", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "30sec", 20230601, 20240131);
    const source = new ScriptedSource([bars], clock);
    const first = bars.start[0];
    source.time = first + 30 * DAY;
    await download(clock, store, source, [jobFor("AAPL", "30sec", { from: first, to: first + 20 * DAY })]);
    source.series = [afterSplit(bars, 4)];
    source.time = first + 193 * DAY;
    clock.time += 163 * DAY;
    const job = jobFor("AAPL", "30sec", { from: first, to: first + 22 * DAY });
    const began = source.barsAsked.length;
    source.script = { bars: (_, n) => (n > began + 3 ? { kind: "stopped", text: "cut off" } : undefined) };
    await download(clock, store, source, [job]);
    source.script = {};
    source.series = [afterSplit(bars, 8)];
    const result = await download(clock, store, source, [job]);
    expect(said(result)).toEqual(["split", "carried over"]);
    expect(missed(result)).toEqual([]);
    const expected = rows(bars).filter(([start]) => start < first + 22 * DAY);
    const now = storedRows(store, source, job);
    expect(now).toHaveLength(expected.length);
    for (const [i, row] of now.entries()) {
      expect(row[5], String(i)).toBeCloseTo(expected[i][5] / 8, 3);
      expect(row[6]).toBe(expected[i][6] * 8);
    }
  });

  it("leaves all as it was where the source takes it back", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "30sec", 20230601, 20240131);
    const source = new ScriptedSource([bars], clock);
    const first = bars.start[0];
    source.time = first + 30 * DAY;
    await download(clock, store, source, [jobFor("AAPL", "30sec", { from: first, to: first + 20 * DAY })]);
    source.series = [afterSplit(bars, 4)];
    source.time = first + 193 * DAY;
    clock.time += 163 * DAY;
    const job = jobFor("AAPL", "30sec", { from: first, to: first + 22 * DAY });
    const began = source.barsAsked.length;
    source.script = { bars: (_, n) => (n > began + 3 ? { kind: "stopped", text: "cut off" } : undefined) };
    await download(clock, store, source, [job]);
    source.script = {};
    source.series = [bars];
    expect(missed(await download(clock, store, source, [job]))).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(bars).filter(([start]) => start < first + 22 * DAY));
  });

  it("is found when history is fetched further back, and beside none of the stored bars", async () => {
    for (const [from, to] of [
      [2015, 2018],
      [2010, 2012],
    ]) {
      const clock = new FakeClock();
      const store = await opened();
      const bars = marketBars({ symbol: "AAPL" }, "1day", 20090102, 20231229);
      const source = new ScriptedSource([bars], clock);
      const year = (first: number, last: number) =>
        jobFor("AAPL", "1day", { from: Date.UTC(first, 0, 1, 5), to: Date.UTC(last, 0, 1, 5) });
      await download(clock, store, source, [year(2018, 2020)]);
      source.series = [afterSplit(bars, 4)];
      const result = await download(clock, store, source, [year(from, to)]);
      expect(said(result)).toEqual(["split"]);
      const within = ([start]: readonly number[]): boolean =>
        (start >= Date.UTC(from, 0, 1, 5) && start < Date.UTC(to, 0, 1, 5)) ||
        (start >= Date.UTC(2018, 0, 1, 5) && start < Date.UTC(2020, 0, 1, 5));
      expect(storedRows(store, source, year(from, to))).toEqual(rows(afterSplit(bars, 4)).filter(within));
    }
  });

  it("is found and healed where the bar that is compared has changed in yet another way", async () => {
    for (const downloads of [1, 3]) {
      const table = await stored();
      const { clock, store, source, bars } = table;
      const job = jobFor("AAPL", "1day", { from: bars.start[0] });
      // The newest stretches that are known may have come a day at a time.
      let last = bars.length - 20;
      for (let i = 1; i < downloads; i++) {
        turn(table, bars.slice(0, ++last));
        await download(clock, store, source, [job]);
      }
      const split = afterSplit(bars, 4);
      split.high[last - 1] += 2;
      turn(table, split);
      const result = await download(clock, store, source, [job]);
      expect(missed(result)).toEqual([]);
      expect(storedRows(store, source, job), String(downloads)).toEqual(rows(split));
      expect(said(result)).toContain("split");
    }
  });

  it("is found by the next download where the part that compares could not be had", async () => {
    const table = await stored();
    const { clock, store, source, bars } = table;
    const split = afterSplit(bars, 4);
    turn(table, split);
    // Too much at once at first, and no answer about the older half.
    const began = source.barsAsked.length;
    const newest = bars.end[bars.length - 1];
    source.script = {
      bars: ({ end = 0 }, n) =>
        n === began + 1 ? { kind: "range", text: "too much" } : end < newest ? { kind: "silence" } : undefined,
    };
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const first = await download(clock, store, source, [job]);
    expect(missed(first)).toHaveLength(1);
    expect(storedRows(store, source, job)).toEqual(rows(bars.slice(0, bars.length - 20)));
    source.script = {};
    expect(said(await download(clock, store, source, [job]))).toEqual(["split"]);
    expect(storedRows(store, source, job)).toEqual(rows(split));
  });

  it("is found and healed then also where the download ends anywhere in between", async () => {
    for (let requests = 1; requests <= 5; requests++) {
      const table = await stored();
      const { clock, store, source, bars } = table;
      const job = jobFor("AAPL", "1day", { from: bars.start[0] });
      turn(table, bars.slice(0, bars.length - 19));
      await download(clock, store, source, [job]);
      const split = afterSplit(bars, 4);
      split.high[bars.length - 20] += 2;
      turn(table, split);
      const began = source.barsAsked.length;
      source.script = { bars: (_, n) => (n > began + requests ? { kind: "stopped", text: "cut off" } : undefined) };
      await download(clock, store, source, [job]);
      source.script = {};
      expect(missed(await download(clock, store, source, [job]))).toEqual([]);
      expect(storedRows(store, source, job), String(requests)).toEqual(rows(split));
    }
  });

  it("is found a second time before the first is healed", async () => {
    const table = await stored();
    const { clock, store, source, bars } = table;
    turn(table, afterSplit(bars, 4));
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const began = source.barsAsked.length;
    source.script = { bars: (_, n) => (n > began + 4 ? { kind: "stopped", text: "cut off" } : undefined) };
    await download(clock, store, source, [job]);
    source.script = {};
    turn(table, afterSplit(bars, 8));
    const result = await download(clock, store, source, [job]);
    expect(said(result)).toEqual(["split"]);
    expect(missed(result)).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(afterSplit(bars, 8)));
  });

  it("is found in the night of a download that lasts for days", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "1day", 20040102, 20240102);
    const source = new ScriptedSource([bars], clock, { takes: 55_000 }, { atOnce: 1 });
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const midnight = Date.UTC(2024, 0, 3, 5);
    const began = clock.now();
    source.now = () => midnight - 10 * 60_000 + clock.now() - began;
    source.script = {
      takes: 55_000,
      bars: () => {
        if (source.now() >= midnight) source.series = [afterSplit(bars, 4)];
        return undefined;
      },
    };
    const result = await download(clock, store, source, [job]);
    expect(said(result)).toEqual(["split"]);
    expect(missed(result)).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(afterSplit(bars, 4)));
  });
});

describe.runIf(hasSqlite)("bars that the source has changed", () => {
  it("are fetched again with all that came with them, and said; nothing else is", async () => {
    const table = await stored();
    const { clock, store, source, bars } = table;
    const revised = bars.slice(0, bars.length);
    for (const column of ["open", "high", "low", "close"] as const) revised[column] = revised[column].slice();
    const last = bars.length - 21;
    revised.high[last] += 3;
    revised.close[last - 30] = revised.low[last - 30];
    turn(table, revised);
    const before = source.barsAsked.length;
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const result = await download(clock, store, source, [job]);
    expect(missed(result)).toEqual([]);
    expect(said(result)).toEqual(["revised"]);
    expect(result.series[0].notes[0].text).toMatch(/IB has changed 2 stored bars since/);
    expect(storedRows(store, source, job)).toEqual(rows(revised));
    expect(source.barsAsked.length - before).toBe(3);
    expect((await download(clock, store, source, [job])).requests).toBe(0);
  });

  it("are found again where the download ends before it has fetched them, or could not", async () => {
    for (const kind of ["stopped", "timeout"] as const) {
      const table = await stored();
      const { clock, store, source, bars } = table;
      const revised = bars.slice(0, bars.length);
      revised.high = revised.high.slice();
      revised.high[bars.length - 21] += 3;
      turn(table, revised);
      const began = source.barsAsked.length;
      source.script = { bars: (_, n) => (n > began + 1 ? { kind, text: "not now" } : undefined) };
      const job = jobFor("AAPL", "1day", { from: bars.start[0] });
      const first = await download(clock, store, source, [job]);
      expect(missed(first)[0], kind).toMatch(kind === "stopped" ? /^not asked/ : /^timeout/);
      source.script = {};
      const second = await download(clock, store, source, [job]);
      expect(missed(second)).toEqual([]);
      expect(storedRows(store, source, job), kind).toEqual(rows(revised));
    }
  });

  it("by less than a tick, or in their volume, are left as they are", async () => {
    const table = await stored();
    const { clock, store, source, bars } = table;
    const amended = bars.slice(0, bars.length);
    amended.volume = amended.volume.map((units) => units + 1);
    turn(table, amended);
    const result = await download(clock, store, source, [jobFor("AAPL", "1day", { from: bars.start[0] })]);
    expect(said(result)).toEqual([]);
  });

  it("and can no longer be had are kept, and it is said that they could not be compared", async () => {
    const table = await stored();
    const { clock, store, source, bars } = table;
    const rest = bars.slice(bars.length - 20, bars.length);
    turn(table, rest);
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const result = await download(clock, store, source, [job]);
    expect(said(result)).toEqual(["not compared"]);
    expect(missed(result)).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(rows(bars));
  });

  it("are not mixed with others while nobody knows: without a comparison nothing is stored", async () => {
    const table = await stored();
    const { clock, store, source, bars } = table;
    turn(table, bars);
    source.script = { bars: () => ({ kind: "timeout", text: "no answer" }) };
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    const result = await download(clock, store, source, [job]);
    expect(result.series[0].missing).toMatchObject([
      { kind: "timeout", text: "the bars that are stored could not be compared: no answer" },
    ]);
    expect(storedRows(store, source, job)).toEqual(rows(bars.slice(0, bars.length - 20)));
  });
});

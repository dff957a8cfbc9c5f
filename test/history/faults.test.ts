import { describe, expect, it } from "vitest";
import type { FailureKind } from "../../data/history/history-source.js";
import type { BarStore } from "../../data/store/bar-store.js";
import type { BarSeries } from "../../index.js";
import { hasSqlite, opened } from "../store/store-folder.js";
import { download, jobFor, missed, rows, said, storedRows } from "./download.js";
import { FakeClock } from "./fake-clock.js";
import { marketBars } from "./market.js";
import { type Script, ScriptedSource } from "./scripted-source.js";

const SECOND = 1_000;
const HOUR = 3_600_000;

interface Table {
  readonly clock: FakeClock;
  readonly store: BarStore;
  readonly source: ScriptedSource;
  readonly bars: BarSeries;
}

async function set(script: Script, label = "1day", from = 20180102, to = 20231229): Promise<Table> {
  const clock = new FakeClock();
  const bars = marketBars({ symbol: "AAPL" }, label, from, to);
  return { clock, bars, store: await opened(), source: new ScriptedSource([bars], clock, script) };
}

/** Downloads everything, twice: the second time without any fault. Both must end with all bars, or say what is missing. */
async function play({ clock, store, source, bars }: Table) {
  const job = jobFor("AAPL", bars.size.label, { from: bars.start[0] });
  const first = await download(clock, store, source, [job]);
  const asked = source.barsAsked.length;
  const stored = store.find(first.series[0].key) === undefined ? [] : storedRows(store, source, job);
  source.script = {};
  // The pacing of what went wrong is over by then.
  clock.time += 3 * HOUR;
  const second = await download(clock, store, source, [job]);
  return { first, second, stored, after: storedRows(store, source, job), asked, all: rows(bars) };
}

const failure = (kind: FailureKind, text: string) => ({ kind, text }) as const;

describe.runIf(hasSqlite)("a download from a source with faults", () => {
  it("asks again for half of what has had no answer, once it has cancelled it, and is complete", async () => {
    const table = await set({ bars: (_, n) => (n === 3 ? { kind: "silence" } : undefined) });
    const { first, stored, all, second } = await play(table);
    expect(missed(first)).toEqual([]);
    expect(stored).toEqual(all);
    const silent = table.source.barsAsked.filter(({ cancelled }) => cancelled);
    expect(silent).toHaveLength(1);
    expect(table.source.barsAsked).toHaveLength(6 + 2);
    const durations = table.source.barsAsked.slice(-2).map(({ request: { duration } }) => duration.unit);
    expect(durations).toEqual(["M", "M"]);
    expect(second.requests).toBe(0);
  });

  it("waits longer before each further try, and says what it has given up", async () => {
    const table = await set({
      bars: ({ end = 0 }) =>
        end > Date.UTC(2019, 5, 1) && end < Date.UTC(2020, 0, 15) ? { kind: "silence" } : undefined,
    });
    const { first, stored, after, all } = await play(table);
    expect(missed(first).length).toBeGreaterThan(0);
    expect(
      first.series[0].missing.every(({ kind, text }) => kind === "timeout" && /no answer within 60 s/.test(text)),
    ).toBe(true);
    // What is said to be missing is exactly what is not there.
    const gaps = first.series[0].missing;
    expect(stored).toEqual(all.filter(([start]) => !gaps.some(({ from, to }) => start >= from && start < to)));
    expect(after).toEqual(all);
  });

  it("gives up a source that is silent altogether, instead of asking it for everything", async () => {
    const table = await set({ bars: () => ({ kind: "silence" }) });
    const began = table.clock.now();
    const { first, stored, asked, after, all } = await play(table);
    expect(first.stopped).toMatch(/12 requests in a row had no answer \(no answer within 60 s\)/);
    expect(asked).toBeLessThanOrEqual(24);
    expect(table.clock.now() - began).toBeLessThan(4 * HOUR);
    expect(missed(first)).toEqual(["not asked 2018-01-02T14:30/2023-12-29T21:00"]);
    expect(stored).toEqual([]);
    expect(after).toEqual(all);
  });

  it("takes no notice of bars, or of `no data`, that come when nobody waits any more", async () => {
    for (const nothing of [undefined, true] as const) {
      const table = await set({
        bars: (_, n) => (n === 2 ? { kind: "late", ms: 90 * SECOND, ...(nothing && { nothing }) } : undefined),
      });
      const { first, stored, all } = await play(table);
      expect(missed(first)).toEqual([]);
      expect(said(first)).toEqual([]);
      expect(stored).toEqual(all);
    }
  });

  it("waits for an answer that comes late, but in time", async () => {
    const { first, stored, all } = await play(await set({ bars: () => ({ kind: "late", ms: 50 * SECOND }) }));
    expect(missed(first)).toEqual([]);
    expect(stored).toEqual(all);
  });

  it("halves what is refused as too long, until it is not", async () => {
    const text = "Historical Market Data Service error message:Time length exceed max.";
    const table = await set({
      bars: ({ duration: { count, unit } }) =>
        unit === "Y" || (unit === "M" && count > 4) ? failure("range", text) : undefined,
    });
    const { first, stored, all, second } = await play(table);
    expect(missed(first)).toEqual([]);
    expect(stored).toEqual(all);
    expect(second.requests).toBe(0);
  });

  it("says what it cannot get any smaller", async () => {
    const table = await set({ bars: () => failure("range", "invalid step") }, "1day", 20231201, 20231229);
    const { first, stored, after, all } = await play(table);
    expect(missed(first)).toHaveLength(20);
    expect(first.series[0].missing[0]).toMatchObject({ kind: "range", text: "invalid step" });
    expect(stored).toEqual([]);
    expect(after).toEqual(all);
  });

  it("waits after a pacing violation, each time for longer, and is complete", async () => {
    const text = "Historical Market Data Service error message:Historical data request pacing violation";
    const table = await set({ bars: (_, n) => (n >= 2 && n <= 4 ? failure("pacing", text) : undefined) });
    const { first, stored, all } = await play(table);
    expect(missed(first)).toEqual([]);
    expect(stored).toEqual(all);
    const at = table.source.barsAsked.map((asked) => asked.at);
    expect(Math.max(...at.slice(1).map((time, i) => time - at[i]))).toBeGreaterThanOrEqual(15 * SECOND);
  });

  it("stops where pacing violations do not end", async () => {
    const table = await set({ bars: () => failure("pacing", "Historical data request pacing violation") });
    const { first, after, all } = await play(table);
    expect(first.stopped).toBe("Historical data request pacing violation");
    expect(missed(first)).toHaveLength(1);
    expect(after).toEqual(all);
  });

  it("outlives a lost connection, such as 1100 and 1101 in the middle", async () => {
    let back = 0;
    const table: Table = await set({
      bars: (_, n) => {
        if (n === 3) back = table.clock.now() + 90 * SECOND;
        return table.clock.now() < back
          ? failure("disconnected", "Connectivity between IB and TWS has been lost")
          : undefined;
      },
    });
    const { first, stored, all } = await play(table);
    expect(missed(first)).toEqual([]);
    expect(stored).toEqual(all);
  });

  it("stops where the connection does not come back, and goes on from there the next time", async () => {
    const table = await set({ bars: (_, n) => (n > 3 ? failure("disconnected", "not connected") : undefined) });
    const { first, stored, after, all, asked } = await play(table);
    expect(first.stopped).toBe("not connected");
    expect(missed(first)).toHaveLength(1);
    expect(stored.length).toBeGreaterThan(500);
    expect(after).toEqual(all);
    // The three years that were stored are not asked for again.
    expect(table.source.barsAsked.length - asked).toBe(3);
  });

  it("asks on for the others where one cannot be had: no permission, no such contract, or anything else", async () => {
    for (const kind of ["permission", "contract", "refused"] as const) {
      const clock = new FakeClock();
      const store = await opened();
      const series = ["AAPL", "MSFT"].map((symbol, i) => marketBars({ symbol }, "1day", 20200102, 20231229, i));
      const source = new ScriptedSource(series, clock, {
        bars: ({ instrument }) =>
          instrument.symbol === "AAPL" ? failure(kind, "No market data permissions for ISLAND STK") : undefined,
      });
      const jobs = ["AAPL", "MSFT"].map((symbol) => jobFor(symbol, "1day", { from: series[0].start[0] }));
      const result = await download(clock, store, source, jobs);
      expect(result.series[0].missing).toMatchObject([{ kind, text: "No market data permissions for ISLAND STK" }]);
      expect(source.barsAsked.filter(({ request }) => request.instrument.symbol === "AAPL").length).toBeLessThanOrEqual(
        6,
      );
      expect(result.series[1].missing).toEqual([]);
      expect(storedRows(store, source, jobs[1])).toEqual(rows(series[1]));
      expect(result.stopped).toBeUndefined();
    }
  });

  it("asks nothing more when the account is in use elsewhere", async () => {
    const text = "Trading TWS session is connected from a different IP address";
    const table = await set({ bars: (_, n) => (n > 2 ? failure("stopped", text) : undefined), takes: 200 });
    const { first, asked, after, all } = await play(table);
    expect(first.stopped).toBe(text);
    expect(asked).toBeLessThanOrEqual(8);
    expect(missed(first)).toHaveLength(1);
    expect(after).toEqual(all);
  });

  it("says that nothing was asked for where the source stops before it has told where a series begins", async () => {
    const table = await set({ head: failure("stopped", "logged in elsewhere") }, "1day", 20230103, 20231229);
    const { clock, store, source, bars } = table;
    const result = await download(clock, store, source, [jobFor("AAPL", "1day", { from: bars.start[0] })]);
    expect(result.stopped).toBe("logged in elsewhere");
    expect(missed(result)).toEqual(["not asked 2023-01-03T14:30/2023-12-30T00:00"]);
  });

  it("sorts bars, keeps one of each, and none from outside of what was asked for", async () => {
    const { first, stored, all } = await play(await set({ bars: () => ({ kind: "untidy" }) }));
    expect(missed(first)).toEqual([]);
    expect(said(first)).toEqual([]);
    expect(stored).toEqual(all);
  });

  it("asks once more for a hole, and has it filled", async () => {
    for (const label of ["1day", "1hour", "1min"]) {
      const table = await set(
        { bars: (_, n) => (n === 1 ? { kind: "hole", from: 0.4, to: 0.5 } : undefined) },
        label,
        20231101,
        20231229,
      );
      const { first, stored, all, second } = await play(table);
      expect(missed(first), label).toEqual([]);
      expect(stored, label).toEqual(all);
      expect(second.requests, label).toBe(0);
    }
  });

  it("asks once more for an answer without one of its minutes, and has them", async () => {
    for (const n of [1, 2, 4]) {
      const empty = (_: unknown, asked: number) =>
        asked === n ? ({ kind: "hole", from: 0, to: 1 } as const) : undefined;
      const { first, stored, all } = await play(await set({ bars: empty }, "1min", 20231201, 20231229));
      expect(missed(first)).toEqual([]);
      expect(stored, String(n)).toEqual(all);
    }
  });

  it("says what is left out twice of minutes that are missing altogether", async () => {
    const { first, stored } = await play(
      await set({ bars: () => ({ kind: "hole", from: 0, to: 1 }) }, "1min", 20231227, 20231229),
    );
    expect(missed(first)[0]).toMatch(/^hole 2023-12-27T14:30/);
    expect(stored).toEqual([]);
  });

  it("says what is left out twice, and does not ask for it for ever", async () => {
    const table = await set({ bars: () => ({ kind: "hole", from: 0.4, to: 0.5 }) }, "1day", 20230103, 20231229);
    const { first, stored, second, all } = await play(table);
    expect(missed(first).length).toBeGreaterThan(0);
    expect(
      first.series[0].missing.every(({ kind, text }) => kind === "hole" && text === "IB has left it out twice"),
    ).toBe(true);
    const gaps = first.series[0].missing;
    expect(stored).toEqual(all.filter(([start]) => !gaps.some(({ from, to }) => start >= from && start < to)));
    expect(second.requests).toBe(0);
  });

  it("takes it for an answer when the source has nothing of a hole, and says so", async () => {
    const gone = (start: number): boolean => start >= Date.UTC(2023, 5, 1) && start < Date.UTC(2023, 5, 15);
    const table = await set({}, "1day", 20230103, 20231229);
    const keep = rows(table.bars).flatMap(([start], row) => (gone(start) ? [] : [row]));
    table.source.series = [pickRows(table.bars, keep)];
    const { first, stored, second, all } = await play(table);
    expect(missed(first)).toEqual([]);
    expect(said(first)).toEqual(["no data"]);
    expect(first.series[0].notes[0].text).toMatch(
      /IB has no bars from 2023-06-01 13:30Z to 2023-06-14 20:00Z, asked twice/,
    );
    expect(stored).toEqual(all.filter(([start]) => !gone(start)));
    expect(second.requests).toBe(0);
  });

  it("believes `no data` the second time only, where there should be bars", async () => {
    const text = "Historical Market Data Service error message:HMDS query returned no data: AAPL@SMART Trades";
    const table = await set({ bars: (_, n) => (n === 2 ? failure("no-data", text) : undefined) });
    const { first, stored, all } = await play(table);
    expect(missed(first)).toEqual([]);
    expect(said(first)).toEqual([]);
    expect(stored).toEqual(all);
    const [, asked] = table.source.barsAsked;
    const again = table.source.barsAsked.filter(({ request }) => request.end === asked.request.end);
    expect(again).toHaveLength(2);
    expect(again[1].at - again[0].at).toBeGreaterThanOrEqual(15 * SECOND);
  });

  it("leaves out what is no bar, says how many, and that they are missing", async () => {
    const table = await set({ bars: (_, n) => (n <= 2 ? { kind: "unsound" } : undefined) }, "1day", 20231201, 20231229);
    const { first, stored, all } = await play(table);
    expect(said(first)).toContain("dropped");
    expect(missed(first)).toHaveLength(1);
    expect(stored).toHaveLength(all.length - 1);
  });

  it("ends with the error of a source that is broken, and keeps what it had", async () => {
    const table = await set({ bars: (_, n) => (n === 4 ? { kind: "broken" } : undefined), takes: 100 });
    const { clock, store, source, bars } = table;
    const job = jobFor("AAPL", "1day", { from: bars.start[0] });
    await expect(download(clock, store, source, [job])).rejects.toThrow("the source is broken");
    source.script = {};
    await download(clock, store, source, [job]);
    expect(storedRows(store, source, job)).toEqual(rows(bars));
  });

  it("is complete whatever goes wrong now and then", async () => {
    const kinds = [
      "silence",
      "timeout",
      "range",
      "pacing",
      "disconnected",
      "no-data",
      "untidy",
      "hole",
      "late",
    ] as const;
    for (let seed = 1; seed <= 12; seed++) {
      const table = await set({
        takes: 300,
        bars: (_, n) => {
          const draw = (n * 7919 + seed * 104_729) % 31;
          if (draw >= kinds.length) return undefined;
          const kind = kinds[draw];
          if (kind === "hole") return { kind, from: 0.2, to: 0.4 };
          if (kind === "late") return { kind, ms: 70 * SECOND };
          return kind === "silence" || kind === "untidy" ? { kind } : failure(kind, kind);
        },
      });
      const { first, stored, after, all } = await play(table);
      const gaps = first.series[0].missing;
      expect(stored, `seed ${seed}`).toEqual(
        all.filter(([start]) => !gaps.some(({ from, to }) => start >= from && start < to)),
      );
      if (first.series[0].missing.every(({ kind }) => kind !== "hole")) expect(after, `seed ${seed}`).toEqual(all);
    }
  });
});

function pickRows(bars: BarSeries, keep: readonly number[]): BarSeries {
  const picked = bars.slice(0, keep.length);
  for (const column of ["start", "end", "open", "high", "low", "close", "volume"] as const)
    picked[column] = Float64Array.from(keep, (row) => bars[column][row]);
  return picked;
}

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sessions } from "../../core/calendar/sessions.js";
import { readBars } from "../../data/files/csv.js";
import { parseFactors } from "../../data/files/factor-file.js";
import { readAdjusted } from "../../data/store/adjusted-series.js";
import { coveredBy, importBars } from "../../data/store/import-bars.js";
import { Instrument } from "../../index.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";
import { type Bar, hasSqlite, MINUTE, minutes, OPEN, rowsOf, SPY_MINUTES, seriesOf, storeOf } from "./store-folder.js";

const source = "file bars.csv";

describe.runIf(hasSqlite)("importing bars", () => {
  it("adds those that are not there yet and leaves what is between and beside them", async () => {
    const store = await storeOf("SPY");
    let made = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 1, maxLength: 40 }), (owners) => {
        const symbol = `I${made++}`;
        store.putInstrument({ symbol });
        const key = { ...SPY_MINUTES, symbol };
        const all = minutes(owners.length);
        const of = (...who: number[]): Bar[] => all.filter((_, i) => who.includes(owners[i]));
        const first = importBars(store, key, seriesOf(of(0, 2)), { source });
        const second = importBars(store, key, seriesOf(of(1, 2)), { source });
        expect([first.added, second.added, second.same]).toEqual([
          of(0, 2).length,
          of(1).length,
          of(1, 2).length === 0 ? 0 : of(2).length,
        ]);
        const again = importBars(store, key, seriesOf(of(1, 2)), { source });
        expect(again).toEqual({ added: 0, same: of(1, 2).length, replaced: 0 });
        expect(rowsOf(store.series(key).read())).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses bars that differ from stored ones, with the first of them, unless they are to win", async () => {
    const store = await storeOf("SPY");
    importBars(store, SPY_MINUTES, seriesOf(minutes(10)), { source });
    const other = minutes(10).map(
      (bar, i): Bar => (i === 3 || i === 7 ? ([...bar.slice(0, 6), 5] as unknown as Bar) : bar),
    );
    expect(() => importBars(store, SPY_MINUTES, seriesOf(other), { source })).toThrow(
      expect.objectContaining({
        code: "BARS_DIFFER",
        message: `SPY 1min trades, regular hours, raw: 2 bars are stored already with other values, the first at 2024-01-08T14:33:00.000Z: volume is 1003 there and 5 here. Give --replace to take the new ones, or store them under another name.`,
      }),
    );
    expect(rowsOf(store.series(SPY_MINUTES).read())).toEqual(minutes(10));
    expect(importBars(store, SPY_MINUTES, seriesOf(other), { source, replace: true })).toEqual({
      added: 0,
      same: 8,
      replaced: 2,
    });
    expect(rowsOf(store.series(SPY_MINUTES).read())).toEqual(other);
  });

  it("refuses bars that overlap with stored ones of other times, unless they are to win", async () => {
    const store = await storeOf("SPY");
    importBars(store, SPY_MINUTES, seriesOf(minutes(3)), { source });
    const half = OPEN + MINUTE / 2;
    const shifted = seriesOf([[half, half + MINUTE, 1, 1, 1, 1, 0]]);
    expect(() => importBars(store, SPY_MINUTES, shifted, { source })).toThrow(
      expect.objectContaining({
        code: "BARS_COLLIDE",
        message: expect.stringContaining("overlaps with the stored one from 2024-01-08T14:30:00.000Z"),
      }),
    );
    expect(importBars(store, SPY_MINUTES, shifted, { source, replace: true })).toEqual({
      added: 1,
      same: 0,
      replaced: 2,
    });
    expect(rowsOf(store.series(SPY_MINUTES).read()).map(([start]) => start)).toEqual([half, OPEN + 2 * MINUTE]);
  });

  it("covers what its bars span, but no whole session without any", () => {
    const days = (...which: number[]) => which.flatMap((day) => minutes(3, OPEN + day * 1440 * MINUTE));
    const open = Float64Array.from([0, 1, 2, 3], (day) => OPEN + day * 1440 * MINUTE);
    const sessions = new Sessions(
      open,
      open.map((time) => time + 390 * MINUTE),
    );
    const spans = (bars: Bar[], known?: Sessions) =>
      coveredBy(seriesOf(bars), known).map(({ from, to }) => [(from - OPEN) / MINUTE, (to - OPEN) / MINUTE]);
    expect(spans(days(0, 1, 3), sessions)).toEqual([
      [0, 1443],
      [4320, 4323],
    ]);
    expect(spans(days(0, 1, 3))).toEqual([[0, 4323]]);
    expect(spans(days(0, 3, 8))).toEqual([
      [0, 4323],
      [11520, 11523],
    ]);
  });
});

describe.skipIf(!hasShared || !hasSqlite)(`real prices in the store (${NO_SHARED})`, () => {
  it.each([
    ["AAPL", "aapl"],
    ["IBM", "ibm"],
    ["SPY", "spy"],
  ])("%s raw, adjusted for splits and fully adjusted, all of one stored series", async (symbol, file) => {
    const store = await storeOf(symbol);
    const key = { ...SPY_MINUTES, symbol, size: "1day" };
    const raw = readBars(sharedPath(`data/${file}-1day-raw.csv.gz`), { instrument: new Instrument({ symbol }) });
    importBars(store, key, raw, { source });
    const text = readFileSync(sharedPath(`data/${file}-factors.csv`), "utf8");
    store.actions.replace(symbol, parseFactors(text, file), source);
    const stored = store.series(key);
    const [plain, splits, all] = (["raw", "splits", "all"] as const).map((view) => readAdjusted(store, stored, view));
    expect([...plain.close]).toEqual([...raw.close]);
    const factors = text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    const date = (start: number): string => new Date(start).toISOString().slice(0, 10);
    for (let r = 0, f = 0; r < raw.length; r++) {
      while (factors[f][0] < date(raw.start[r])) f++;
      const [, price, split] = factors[f].map(Number);
      // The file rounds its factors to seven decimals.
      expect(Math.abs(splits.close[r] / (raw.close[r] * split) - 1)).toBeLessThan(4e-6);
      expect(Math.abs(all.close[r] / (raw.close[r] * price * split) - 1)).toBeLessThan(1e-5);
      expect(Math.abs((splits.volume[r] * split) / raw.volume[r] - 1)).toBeLessThan(4e-6);
    }
    // A part of it is adjusted for what happened after it, too.
    const part = { from: raw.start[1000], to: raw.start[1100] };
    expect([...readAdjusted(store, stored, "all", part).close]).toEqual([...all.close.subarray(1000, 1100)]);
  });

  it("turns 13.63 dollars of Apple in 1998 into the 112th part of it exactly", async () => {
    const store = await storeOf("AAPL");
    const key = { ...SPY_MINUTES, symbol: "AAPL", size: "1day" };
    const raw = readBars(sharedPath("data/aapl-1day-raw.csv.gz"), { instrument: new Instrument({ symbol: "AAPL" }) });
    importBars(store, key, raw, { source });
    store.actions.replace(
      "AAPL",
      parseFactors(readFileSync(sharedPath("data/aapl-factors.csv"), "utf8"), "aapl"),
      source,
    );
    const adjusted = readAdjusted(store, store.series(key), "splits");
    expect([raw.open[0], adjusted.open[0]]).toEqual([13.63, 13.63 / 112]);
    expect(adjusted.close[adjusted.length - 1]).toBe(122.15);
  });

  it("reckons a dividend without a reference from the close before it, and says when there is none", async () => {
    const store = await storeOf("SPY");
    const key = { ...SPY_MINUTES, size: "1day" };
    const raw = readBars(sharedPath("data/spy-1day-raw.csv.gz"), { instrument: new Instrument({ symbol: "SPY" }) });
    const told = parseFactors(readFileSync(sharedPath("data/spy-factors.csv"), "utf8"), "spy");
    const without = {
      splits: told.splits,
      dividends: told.dividends.map((one) => ({ ...one, reference: Number.NaN })),
    };
    importBars(store, key, raw, { source });
    store.actions.replace("SPY", told, source);
    const expected = readAdjusted(store, store.series(key), "all");
    store.actions.replace("SPY", without, source);
    const found = readAdjusted(store, store.series(key), "all");
    for (let r = 0; r < raw.length; r += 97) expect(found.close[r] / expected.close[r]).toBeCloseTo(1, 6);

    const minutesOf2013 = readBars(sharedPath("data/spy-1min-2013-10-trades.csv.gz"), {
      instrument: new Instrument({ symbol: "SPY" }),
    });
    importBars(store, SPY_MINUTES, minutesOf2013, { source });
    const daily = readAdjusted(store, store.series(SPY_MINUTES), "all");
    expect(daily.close[0] / minutesOf2013.close[0]).toBeCloseTo(found.close[3967] / raw.close[3967], 5);
    store.remove(key);
    expect(() => readAdjusted(store, store.series(SPY_MINUTES), "all")).toThrow(
      expect.objectContaining({
        code: "REFERENCE_MISSING",
        message: expect.stringContaining("of the dividend of 2021-03-19"),
      }),
    );
  });
});

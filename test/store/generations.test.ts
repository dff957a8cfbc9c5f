import { describe, expect, it } from "vitest";
import {
  hasSqlite,
  MINUTE,
  minutes,
  newPath,
  OPEN,
  opened,
  rowsOf,
  SPY_MINUTES,
  seriesOf,
  storeOf,
} from "./store-folder.js";

const answer = { from: OPEN, to: OPEN + 100 * MINUTE, source: "test" };

describe.runIf(hasSqlite)("a new generation of a series", () => {
  it("is written beside the old one, which is read until the new one is complete", async () => {
    const store = await storeOf("SPY");
    const [old, fresh] = [minutes(100, OPEN, 100), minutes(50, OPEN, 25)];
    store.write(SPY_MINUTES, seriesOf(old), answer);
    const generation = store.beginGeneration(SPY_MINUTES);
    store.write(SPY_MINUTES, seriesOf(fresh), { ...answer, to: OPEN + 50 * MINUTE, generation });
    const series = store.series(SPY_MINUTES);
    expect(rowsOf(series.read())).toEqual(old);
    expect(rowsOf(store.unfinishedSeries(SPY_MINUTES, generation).read())).toEqual(fresh);
    expect(store.missing(SPY_MINUTES, answer.from, answer.to)).toEqual([]);
    expect(store.missing(SPY_MINUTES, answer.from, answer.to, undefined, generation)).toEqual([
      { from: OPEN + 50 * MINUTE, to: answer.to },
    ]);
    expect(store.list()).toMatchObject([{ bars: 100, unfinished: true }]);

    store.completeGeneration(SPY_MINUTES, generation);
    expect(rowsOf(series.read())).toEqual(fresh);
    expect(series.coverage()).toMatchObject([{ to: OPEN + 50 * MINUTE }]);
    expect(store.list()).toMatchObject([{ bars: 50, unfinished: false }]);
    expect(store.file.db.prepare("select count(*) from block").pluck().get()).toBe(1);
  });

  it("is found again after a restart, and can be gone on with or forgotten", async () => {
    const path = newPath();
    const first = await opened(path);
    first.putInstrument({ symbol: "SPY" });
    first.write(SPY_MINUTES, seriesOf(minutes(100)), answer);
    const generation = first.beginGeneration(SPY_MINUTES);
    first.close();
    const store = await opened(path);
    expect(store.unfinished(SPY_MINUTES)).toMatchObject({ generation });
    store.write(SPY_MINUTES, seriesOf(minutes(3)), { ...answer, generation });
    store.abandonGeneration(SPY_MINUTES, generation);
    expect(store.unfinished(SPY_MINUTES)).toBeUndefined();
    expect(store.series(SPY_MINUTES).extent().bars).toBe(100);
    for (const late of [
      () => store.write(SPY_MINUTES, seriesOf(minutes(3)), { ...answer, generation }),
      () => store.completeGeneration(SPY_MINUTES, generation),
      () => store.abandonGeneration(SPY_MINUTES, generation),
    ])
      expect(late).toThrow(expect.objectContaining({ code: "GENERATION_ABSENT" }));
  });

  it("takes the place of one that was begun before", async () => {
    const store = await storeOf("SPY");
    const first = store.beginGeneration(SPY_MINUTES);
    const second = store.beginGeneration(SPY_MINUTES);
    expect(store.unfinished(SPY_MINUTES)?.generation).toBe(second);
    expect(() => store.completeGeneration(SPY_MINUTES, first)).toThrow(
      expect.objectContaining({ code: "GENERATION_ABSENT" }),
    );
  });

  it("may be the first of its series, such as one that is only ever fetched whole", async () => {
    const store = await storeOf("SPY");
    const key = { ...SPY_MINUTES, what: "adjusted-last", adjustment: "all" } as const;
    const generation = store.beginGeneration(key);
    store.write(key, seriesOf(minutes(7)), { ...answer, generation });
    expect(store.series(key).extent().bars).toBe(0);
    store.completeGeneration(key, generation);
    expect(store.series(key).extent().bars).toBe(7);
  });
});

describe.runIf(hasSqlite)("removing", () => {
  it("takes a series away, or a part of it with its coverage, and leaves all others", async () => {
    const store = await storeOf("SPY", "IBM");
    const ibm = { ...SPY_MINUTES, symbol: "IBM" };
    store.write(SPY_MINUTES, seriesOf(minutes(100)), answer);
    store.write(ibm, seriesOf(minutes(100)), answer);
    const [from, to] = [OPEN + 20 * MINUTE, OPEN + 30 * MINUTE];
    store.remove(SPY_MINUTES, from, to);
    expect(rowsOf(store.series(SPY_MINUTES).read())).toEqual(
      minutes(100).filter((row) => row[0] < from || row[0] >= to),
    );
    expect(store.missing(SPY_MINUTES, answer.from, answer.to)).toEqual([{ from, to }]);
    store.remove(SPY_MINUTES, OPEN + 50 * MINUTE);
    expect(store.series(SPY_MINUTES).extent()).toMatchObject({ bars: 40, last: OPEN + 50 * MINUTE });
    store.remove(SPY_MINUTES);
    expect(store.find(SPY_MINUTES)).toBeUndefined();
    expect(store.series(ibm).extent().bars).toBe(100);
    store.removeInstrument("IBM");
    expect(store.instruments().map((one) => one.symbol)).toEqual(["SPY"]);
    expect(store.file.db.prepare("select count(*) from block").pluck().get()).toBe(0);
    expect(() => store.remove(SPY_MINUTES)).toThrow(expect.objectContaining({ code: "SERIES_UNKNOWN" }));
    expect(() => store.removeInstrument("IBM")).toThrow(expect.objectContaining({ code: "SERIES_UNKNOWN" }));
  });
});

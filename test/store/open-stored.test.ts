import { describe, expect, it } from "vitest";
import { backtest } from "../../backtest/backtest.js";
import { BarSeries } from "../../core/market/bar-series.js";
import { Strategy } from "../../core/strategy.js";
import { openSources } from "../../data/open-data.js";
import type { NeededBars } from "../../data/store/open-stored.js";
import type { SeriesKey } from "../../data/store/series-key.js";
import { Instrument, openData, openStore, parseBarSize } from "../../index.js";
import { type Bar, hasSqlite, MINUTE, minutes, newPath, OPEN, SPY_MINUTES, seriesOf, storeOf } from "./store-folder.js";

const answer = { from: OPEN, to: OPEN + 10_000 * MINUTE, source: "test" };
const DAY = 1440 * MINUTE;

/** Bars of the price given, one a day. */
const daily = (...prices: number[]): Bar[] =>
  prices.map((price, day): Bar => {
    const start = OPEN + day * DAY;
    return [start, start + 390 * MINUTE, price, price * 1.001, price * 0.999, price, 1000];
  });

describe.runIf(hasSqlite)("data out of the store", () => {
  it("is what symbols and bar sizes name, in their order, with what the store knows of the instruments", async () => {
    const store = await storeOf("SPY", "IBM");
    store.putInstrument({ symbol: "SPY", assetClass: "etf", exchange: "ARCA", tickSize: 0.005 });
    for (const symbol of ["SPY", "IBM"]) {
      store.write({ ...SPY_MINUTES, symbol }, seriesOf(minutes(50)), answer);
      store.write({ ...SPY_MINUTES, symbol, size: "1day" }, seriesOf(daily(1, 2), "1day"), answer);
    }
    const names = (data: string, selection = {}) =>
      openData(data, { store, selection }).map((one) => `${one.instrument.index} ${one.name} ${one.length}`);
    expect(names("store", { symbols: "SPY,IBM", bar: "1min" })).toEqual(["0 SPY 1min 50", "1 IBM 1min 50"]);
    expect(names("store:IBM", { bar: ["1day", "1 min"] })).toEqual(["0 IBM 1day 2", "0 IBM 1min 50"]);
    const [spy] = openData("store:SPY", {
      store,
      selection: { bar: "1min" },
      instruments: [{ symbol: "SPY", tickSize: 1 }],
    });
    expect(spy.instrument).toMatchObject({ assetClass: "etf", exchange: "ARCA", tickSize: 1 });
  });

  it("is asked for by name where there is a choice", async () => {
    const store = await storeOf("SPY", "IBM");
    const open =
      (data: string, selection = {}) =>
      () =>
        openData(data, { store, selection });
    expect(open("store")).toThrow(
      expect.objectContaining({ code: "SERIES_UNKNOWN", message: expect.stringContaining("has no bars") }),
    );
    store.write(SPY_MINUTES, seriesOf(minutes(5)), answer);
    expect(open("store")()).toHaveLength(1);
    store.write({ ...SPY_MINUTES, symbol: "IBM" }, seriesOf(minutes(5)), answer);
    store.write({ ...SPY_MINUTES, size: "1day" }, seriesOf(daily(1), "1day"), answer);
    const refused: [() => unknown, string, string][] = [
      [
        open("store"),
        "SYMBOLS_UNNAMED",
        "has 2 instruments, and none is named. Name those you want, as in --symbols IBM,SPY.",
      ],
      [open("store:SPY"), "BAR_UNNAMED", "The store has SPY in bars of 1min, 1day, and none of these is named."],
      [open("store:SPX", { bar: "1min" }), "SERIES_UNKNOWN", "has no SPX. Did you mean SPY?"],
      [
        open("store:SPY", { bar: "5min" }),
        "SERIES_UNKNOWN",
        "has no SPY 5min bars that can be seen adjusted for splits. Of SPY it has 1min trades",
      ],
      [open("store:SPY", { bar: "1min", what: "quotes" }), "SERIES_UNKNOWN", "has no SPY 1min quotes"],
      [open("store:SPY", { bar: "1min", hours: "all" }), "SERIES_UNKNOWN", "of all hours"],
      [open("store:SPY", { bar: "one" }), "BAR_SIZE_UNKNOWN", '"one"'],
    ];
    for (const [call, code, words] of refused)
      expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });

  it("prefers trades, regular hours, and series adjusted that way already", async () => {
    const store = await storeOf("SPY");
    const put = (price: number, other: Partial<SeriesKey>) =>
      store.write({ ...SPY_MINUTES, size: "1day", ...other }, seriesOf(daily(price), "1day"), answer);
    put(1, { what: "midpoint" });
    put(2, { hours: "all" });
    put(3, {});
    put(4, { adjustment: "splits" });
    put(5, { what: "adjusted-last", adjustment: "all" });
    const price = (selection = {}) => openData("store", { store, selection })[0].close[0];
    expect(price()).toBe(4);
    expect(price({ adjust: "raw" })).toBe(3);
    expect(price({ what: "midpoint" })).toBe(1);
    expect(price({ hours: "all" })).toBe(2);
    expect(price({ what: "adjusted-last", adjust: "all" })).toBe(5);
    store.remove({ ...SPY_MINUTES, size: "1day" });
    expect(() => price({ adjust: "raw", hours: "regular", what: "trades" })).toThrow(/that can be seen raw/);
  });

  it("joins bid and ask to quotes where they are stored apart", async () => {
    const store = await storeOf("EURUSD");
    const key = { ...SPY_MINUTES, symbol: "EURUSD" };
    const [bid, ask] = [minutes(10, OPEN, 1), minutes(10, OPEN, 1.5)];
    store.write({ ...key, what: "bid" }, seriesOf(bid.filter((_, i) => i !== 3)), answer);
    store.write({ ...key, what: "ask" }, seriesOf(ask.filter((_, i) => i !== 5)), answer);
    const [quotes] = openData("store", { store });
    expect([quotes.length, quotes.source]).toEqual([8, "midpoint"]);
    expect([quotes.bid?.open[4], quotes.ask?.open[4], quotes.start[4]]).toEqual([bid[6][2], ask[6][2], bid[6][0]]);
    expect(quotes.open[4]).toBe((bid[6][2] + ask[6][2]) / 2);
    expect(openData("store", { store, selection: { what: "bid" } })[0].bid).toBeUndefined();
  });

  it("counts the bars of bid and ask that are left out for want of the other side", async () => {
    const store = await storeOf("SPY");
    const key: SeriesKey = { ...SPY_MINUTES, symbol: "SPY", adjustment: "raw" };
    const [bid, ask] = [minutes(10, OPEN, 1), minutes(12, OPEN, 1.5)];
    store.write({ ...key, what: "bid" }, seriesOf(bid.filter((_, i) => i !== 3)), answer);
    store.write({ ...key, what: "ask" }, seriesOf(ask.filter((_, i) => i !== 5)), answer);
    const notes = (needed: NeededBars = {}) =>
      openSources("store", { store, needed }).notes.filter((note) => note.includes("left out"));
    expect(notes()).toEqual(["4 bars of SPY 1min with a bid or an ask alone are left out."]);
    // Bars in front of a run that only one side is read back to have not been left out.
    expect(notes({ from: OPEN + 7 * MINUTE, to: OPEN + 9 * MINUTE, before: 3 })).toEqual([
      "1 bar of SPY 1min with a bid or an ask alone is left out.",
    ]);
    store.write({ ...key, what: "trades" }, seriesOf(minutes(10)), answer);
    expect(notes()).toEqual([]);
  });

  it("keeps bid and ask of quote bars", async () => {
    const store = await storeOf("SPY");
    const plain = seriesOf(minutes(5000));
    const side = (by: number) => ({
      open: plain.open.map((price) => price + by),
      high: plain.high.map((price) => price + by),
      low: plain.low.map((price) => price + by),
      close: plain.close.map((price) => price + by),
    });
    const { start, end, open, high, low, close, volume } = plain;
    const quotes = new BarSeries(
      new Instrument({ symbol: "SPY" }),
      parseBarSize("1min"),
      { start, end, open, high, low, close, volume, bid: side(-0.01), ask: side(0.01) },
      "midpoint",
    );
    const key = { ...SPY_MINUTES, what: "quotes" } as const;
    store.write(key, quotes, answer);
    const read = store.series(key).read({ from: OPEN + 4000 * MINUTE });
    expect([...(read.bid?.low ?? [])]).toEqual([...side(-0.01).low.subarray(4000)]);
    expect([...(read.ask?.close ?? [])]).toEqual([...side(0.01).close.subarray(4000)]);
    expect(read.source).toBe("midpoint");
    expect(() => store.write(key, plain, answer)).toThrow(expect.objectContaining({ code: "STORE_VALUE" }));
    store.write(SPY_MINUTES, quotes, answer);
    expect(store.series(SPY_MINUTES).read().bid).toBeUndefined();
  });
});

/** Buys one unit at the first bar and notes what it is shown. */
class Holder extends Strategy.with({ warmup: 0 }) {
  static readonly seen: number[] = [];
  override onStart(): void {
    Holder.seen.length = 0;
  }
  override onBar(bar: { close: number }): void {
    Holder.seen.push(bar.close);
  }
}

describe.runIf(hasSqlite)("a backtest over the store", () => {
  const rows = daily(700, 707, 101, 102, 103, 104);

  async function stored(): Promise<string> {
    const path = newPath();
    const store = await openStore(path);
    store.putInstrument({ symbol: "SPY" });
    store.write({ ...SPY_MINUTES, size: "1day" }, seriesOf(rows, "1day"), answer);
    store.actions.replace(
      "SPY",
      { splits: [{ exDate: "2024-01-10", numerator: 7, denominator: 1 }], dividends: [] },
      "test",
    );
    store.close();
    return path;
  }

  it("sees prices as they are asked for, and says so above the numbers", async () => {
    const file = await stored();
    const run = { strategy: Holder, data: "store", store: { file } } as const;
    const result = await backtest(run);
    expect(Holder.seen).toEqual([100, 101, 101, 102, 103, 104]);
    expect(result.assumptions).toContain(
      "The bars of SPY 1day come out of the store: SPY 1day trades, regular hours, raw, and adjusted for splits as they are read.",
    );
    await backtest({ ...run, store: { file, adjust: "raw" } });
    expect(Holder.seen).toEqual([700, 707, 101, 102, 103, 104]);
  });

  it("reads the days it needs", async () => {
    const file = await stored();
    await backtest({ strategy: Holder, data: "store", store: { file }, from: "2024-01-10", to: "2024-01-11" });
    expect(Holder.seen).toEqual([101, 102]);
    await expect(
      backtest({ strategy: Holder, data: "store", store: { file }, from: "2025-01-10" }),
    ).rejects.toMatchObject({ code: "SERIES_EMPTY", message: expect.stringContaining("has no bars from 2025-01-09") });
    await expect(
      backtest({ strategy: Holder, data: "store", store: { file }, from: "2023-01-10", to: "2023-05-05" }),
    ).rejects.toMatchObject({
      code: "SERIES_EMPTY",
      message: expect.stringContaining("from 2023-01-09 to 2023-05-06; it has them from 2024-01-08"),
    });
  });

  it("without a store says what to do", async () => {
    const file = newPath();
    await expect(backtest({ strategy: Holder, data: "store", store: { file } })).rejects.toMatchObject({
      code: "STORE_MISSING",
    });
    await expect(backtest({ strategy: Holder, data: "store", store: { fiel: file } as never })).rejects.toMatchObject(
      {},
    );
  });
});

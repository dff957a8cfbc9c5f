import { describe, expect, it } from "vitest";
import { BarSeries, parseBarSize } from "../../index.js";
import { bars, HOUR, instrument, newYork, quotes, type Row, sessionOpen, trades } from "../bars.js";
import { run, type Script, type Settings } from "../scripted.js";

const DAYS = 100;
/** Sessions 20 to 29, of which the finer bars are. */
const FIRST = 20;
const LAST = 29;
const closeOf = (day: number): number => 100 + day;
const days = bars(
  "A",
  "1day",
  Array.from({ length: DAYS }, (_, day): Row => [closeOf(day), closeOf(day) + 1, closeOf(day) - 1, closeOf(day)]),
);
const sessions = { A: newYork(DAYS) };

/** An hour of each of those sessions, at the close of its day. */
const hours = ((): BarSeries => {
  const starts = Array.from({ length: LAST - FIRST + 1 }, (_, i) => sessionOpen(FIRST + i) + HOUR);
  const closes = Float64Array.from(starts, (_, i) => closeOf(FIRST + i));
  return new BarSeries(days.instrument, parseBarSize("1hour"), {
    start: Float64Array.from(starts),
    end: Float64Array.from(starts, (start) => start + HOUR),
    open: closes,
    high: closes,
    low: closes,
    close: closes,
    volume: new Float64Array(starts.length).fill(1000),
  });
})();

const warnings = (result: Awaited<ReturnType<typeof run>>, about: RegExp): string[] =>
  result.caveats.filter(({ level, text }) => level === "warning" && about.test(text)).map(({ text }) => text);

describe("finer bars of an instrument that cover only a part of the run", () => {
  const settings: Settings = { sessions, fees: "none", slippage: "none" };

  it("leave its price to the others where there are none of them", async () => {
    const seen: number[] = [];
    const result = await run(
      [days, hours],
      {
        onBar(trader, bar) {
          if (bar.size.label === "1day") seen.push(trader.price("A"));
          if (bar.size.label === "1hour" && bar.close === closeOf(FIRST)) trader.buy("A", 10, { tif: "GTC" });
        },
      },
      settings,
    );
    expect(seen).toEqual(Array.from({ length: DAYS }, (_, day) => closeOf(day)));
    const bought = result.fills.price[0];
    expect(result.fills.length).toBe(1);
    expect(result.equity.value[result.equity.length - 1]).toBe(result.startCash + 10 * (closeOf(DAYS - 1) - bought));
    expect(result.trades.exitPrice[0]).toBe(closeOf(DAYS - 1));
  });

  it("leave the benchmark to the bars that have the whole run", async () => {
    const { statistics } = await run([days, hours], {}, { ...settings, benchmark: "A" });
    expect(statistics.benchmarkReturn).toBeCloseTo(closeOf(DAYS - 1) / closeOf(0) - 1, 12);
  });

  const orders: Script = {
    onBar(trader, bar) {
      if (bar.size.label === "1day" && !trader.hasWorkingOrders("A")) trader.buy("A", 1, { limit: 1, tif: "GTC" });
    },
  };

  it("are told of where there were orders, for there alone these fill", async () => {
    const sentence = (sessions: string): string =>
      `Orders for A fill on its bars of 1hour alone, of which ${sessions} sessions with data of it have none: there nothing fills, and it is worth what its other bars say.`;
    const told = async (data: readonly BarSeries[], script: Script = orders, more: Settings = {}) =>
      warnings(await run(data, script, { ...settings, ...more }), /^Orders for/);
    expect(await told([days, hours])).toEqual([sentence("90 of 100")]);
    expect(await told([days])).toEqual([]);
    expect(await told([days, hours], {})).toEqual([]);
    // In the middle, and where the run has none of them at all.
    const halves = [days.slice(0, 60), hours.slice(0, 2)];
    expect(await told(halves)).toEqual([sentence("58 of 60")]);
    expect(await told([days, hours], orders, { from: sessionOpen(40) })).toEqual([sentence("60 of 60")]);
  });
});

describe("quotes and trades that cover only a part of the run", () => {
  const spy = instrument("SPY");
  const daily = bars(
    spy,
    "1day",
    Array.from({ length: 20 }, (): Row => [100, 101, 99, 100]),
  );
  const often: readonly number[] = Array.from(
    { length: 20 },
    (_, day) => (sessionOpen(day) - sessionOpen(0)) / 1000 + 60,
  );
  const quoted = (count: number) =>
    quotes(
      spy,
      often.slice(0, count).map((at) => [at, 99, 101] as const),
    );
  const traded = (count: number) =>
    trades(
      spy,
      often.slice(0, count).map((at) => [at, 100, 10] as const),
    );
  const script: Script = {
    onBar: (trader, _, n) => {
      if (n === 0) trader.buy("SPY", 1, { limit: 50, tif: "GTC" });
    },
  };
  const told = async (settings: Settings, plan: Script = script): Promise<string[]> =>
    warnings(await run(daily, plan, { sessions: { SPY: newYork(20) }, ...settings }), /^(Orders|Stops) for/);

  it("are told of apart: orders fill on quotes, and stops wait for trades", async () => {
    const few = "of which 18 of 19 sessions with data of it have none";
    const fills = "there nothing fills, and its price stays where it was.";
    expect(await told({ quotes: [quoted(2)] })).toEqual([`Orders for SPY fill on its quotes alone, ${few}: ${fills}`]);
    expect(await told({ trades: [traded(2)] })).toEqual([`Orders for SPY fill on its trades alone, ${few}: ${fills}`]);
    expect(await told({ quotes: [quoted(20)], trades: [traded(2)] })).toEqual([]);
    const stops: Script = {
      onBar: (trader, _, n) => {
        if (n === 0) trader.sell("SPY", 1, { stop: 50, tif: "GTC" });
      },
    };
    expect(await told({ quotes: [quoted(20)], trades: [traded(2)] }, stops)).toEqual([
      `Stops for SPY wait for its trades alone, ${few}: there nothing triggers them.`,
    ]);
    expect(await told({ quotes: [quoted(2)], trades: [traded(20)] })).toEqual([
      `Orders for SPY fill on its quotes alone, ${few}: ${fills}`,
    ]);
    expect(await told({ quotes: [quoted(20)] })).toEqual([]);
  });
});

describe("a pair of currencies of which finer bars cover only a part of the run", () => {
  it("converts the benchmark by the rates that the account is converted by", async () => {
    const rates = (day: number): number => 1 + day / 100;
    const pair = instrument({ symbol: "EUR.USD", assetClass: "forex" });
    const sap = instrument({ symbol: "SAP", currency: "EUR" });
    const daily = bars(
      pair,
      "1day",
      Array.from({ length: DAYS }, (_, day): Row => [rates(day), rates(day), rates(day), rates(day)]),
    );
    const hourly = bars(
      pair,
      "1hour",
      Array.from({ length: 70 }, (_, hour): Row => {
        const rate = rates(Math.floor(hour / 7));
        return [rate, rate, rate, rate];
      }),
    );
    const stock = bars(
      sap,
      "1day",
      Array.from({ length: DAYS }, (_, day): Row => [closeOf(day), closeOf(day), closeOf(day), closeOf(day)]),
    );
    const benchmarkOf = async (data: readonly BarSeries[]): Promise<number | undefined> =>
      (await run(data, {}, { benchmark: "SAP", baseCurrency: "USD" })).statistics.benchmarkReturn;
    expect(await benchmarkOf([stock, daily, hourly])).toBeCloseTo(
      (await benchmarkOf([stock, daily])) ?? Number.NaN,
      12,
    );
  });
});

describe("a benchmark whose data begins behind the run", () => {
  const late = bars(
    "LATE",
    "1day",
    Array.from({ length: DAYS }, (_, day): Row => [closeOf(day), closeOf(day), closeOf(day), closeOf(day)]),
  ).slice(60, DAYS);

  it("is told of", async () => {
    const result = await run([days, late], {}, { benchmark: "LATE" });
    expect(warnings(result, /^The benchmark/)).toEqual([
      "The benchmark LATE begins on 2024-04-01, 60 sessions into the run: there it stands still, and what is compared with it says less.",
    ]);
    expect(warnings(await run([days, late], {}, { benchmark: "A" }), /^The benchmark/)).toEqual([]);
  });

  it("of several sizes is the one that has a short run, however little is missing of the other", async () => {
    const few = hours.slice(8, 10);
    const { benchmark } = await run([few, days], {}, { benchmark: "A", from: sessionOpen(28), to: sessionOpen(33) });
    const { value = new Float64Array(), length = 0 } = benchmark ?? {};
    expect(value[length - 1] / value[0]).toBeGreaterThan(closeOf(32) / closeOf(28) - 0.01);
  });

  it("has no dividends and splits of the time before", async () => {
    const actions = {
      LATE: {
        splits: [{ time: sessionOpen(5), numerator: 2, denominator: 1 }],
        dividends: [{ time: sessionOpen(7), amount: 5, reference: 100 }],
      },
    };
    const without = await run([days, late], {}, { benchmark: "LATE" });
    const result = await run([days, late], {}, { benchmark: "LATE", actions });
    expect(result.statistics.benchmarkReturn).toBe(without.statistics.benchmarkReturn);
    expect(result.statistics.benchmarkReturn).toBeCloseTo(closeOf(99) / closeOf(60) - 1, 12);
  });
});

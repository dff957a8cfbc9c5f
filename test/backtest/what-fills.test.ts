import { describe, expect, it } from "vitest";
import { BarSeries, parseBarSize } from "../../index.js";
import { bars, HOUR, instrument, newYork, quotes, type Row, sessionOpen } from "../bars.js";
import { run, type Settings } from "../scripted.js";

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

  it("are told of, for there alone orders fill", async () => {
    const result = await run([days, hours], {}, settings);
    expect(warnings(result, /^Orders for/)).toEqual([
      "Orders for A fill on its bars of 1hour alone, which begin on 2024-02-05, 20 sessions behind its other bars and end on 2024-02-16, 70 sessions before them: there nothing fills, and it is worth what its other bars say.",
    ]);
    expect(warnings(await run(days, {}, settings), /^Orders for/)).toEqual([]);
  });

  it("so do quotes, without which it has no price", async () => {
    const spy = instrument("SPY");
    const ticks = quotes(spy, [
      [60, 99, 101],
      [120, 99, 101],
    ]);
    const result = await run(
      bars(
        spy,
        "1day",
        Array.from({ length: 20 }, (): Row => [100, 101, 99, 100]),
      ),
      {},
      {
        quotes: [ticks],
        sessions: { SPY: newYork(20) },
      },
    );
    expect(warnings(result, /^Orders for/)).toEqual([
      "Orders for SPY fill on its quotes alone, which end on 2024-01-08, 19 sessions before them: there nothing fills, and it has no other price.",
    ]);
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

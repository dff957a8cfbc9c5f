import { describe, expect, it } from "vitest";
import type { BacktestResult } from "../../index.js";
import { bars, DAY, HOUR, OPEN, quoteBars, quotes, type Row } from "../bars.js";
import { run } from "../scripted.js";

const ROW: Row = [100, 101, 99, 100];
/** Midnight in New York in front of the n-th session. */
const exDate = (day: number): number => OPEN + day * DAY - 9.5 * HOUR;

/** Bars held and excursions of the n-th trade, against and in favour of it. */
function told({ trades }: BacktestResult, n = 0): number[] {
  return [trades.bars[n], trades.mae[n], trades.mfe[n]];
}

const buysFirst = { 0: (trader: { target(symbol: string, units: number): unknown }) => trader.target("SPY", 10) };
const sellsFirst = { 0: (trader: { target(symbol: string, units: number): unknown }) => trader.target("SPY", -10) };

describe("excursions of a trade that is still held at the end", () => {
  const wide: Row = [100, 150, 60, 101];

  it("count its last bar whole, as they would with one more bar behind it", async () => {
    const rows: Row[] = [ROW, ROW, wide];
    const held = await run(bars("SPY", "1day", rows), buysFirst);
    const longer = await run(bars("SPY", "1day", [...rows, [101, 101, 101, 101]]), buysFirst);
    expect(told(held)).toEqual([1, 0.4, 0.5]);
    expect(told(longer)).toEqual([2, 0.4, 0.5]);
  });

  it("are the other way round for a short one", async () => {
    expect(told(await run(bars("SPY", "1day", [ROW, ROW, wide]), sellsFirst))).toEqual([1, 0.5, 0.4]);
  });

  it("count the bar of an entry at its open whole, where it is the last", async () => {
    expect(told(await run(bars("SPY", "1day", [ROW, wide]), buysFirst))).toEqual([0, 0.4, 0.5]);
  });

  it("count the last bar only against a trade that was entered inside it", async () => {
    const result = await run(bars("SPY", "1day", [ROW, wide]), {
      0: (trader) => trader.buy("SPY", 10, { limit: 80 }),
    });
    expect(told(result)).toEqual([0, 0.25, 0.2625]);
  });

  it("are those of the smallest bars, whatever larger ones there are", async () => {
    const hours = bars("SPY", "1hour", [ROW, ROW, ROW, ROW, ROW, ROW, ROW, ROW, wide]);
    const script = { onBar: (trader: { target(symbol: string, units: number): unknown }) => trader.target("SPY", 10) };
    const result = await run([hours, bars("SPY", "1day", [wide])], script);
    expect(told(result)).toEqual([7, 0.4, 0.5]);
  });

  it("are in the middle of bid and ask on bars of quotes", async () => {
    const ask = (row: Row): Row => [row[0] + 2, row[1] + 2, row[2] + 2, row[3] + 2];
    const bid = [ROW, ROW, wide];
    const result = await run(quoteBars("SPY", "1day", bid, bid.map(ask)), buysFirst);
    expect(told(result)).toEqual([1, (102 - 61) / 102, (151 - 102) / 102]);
  });

  it("are not known of one that quotes filled", async () => {
    const series = bars("SPY", "1day", [ROW, ROW]);
    const ticks = quotes(series.instrument, [
      [600, 99.9, 100.1],
      [700, 99.9, 100.1],
    ]);
    const result = await run(series, { onQuote: (trader) => void trader.target("SPY", 10) }, { quotes: [ticks] });
    expect(result.fills.length).toBe(1);
    expect(told(result)).toEqual([0, Number.NaN, Number.NaN]);
  });

  it("are on the units of the end, where it was split behind its last bar", async () => {
    const other = bars(
      "IBM",
      "1day",
      Array.from({ length: 5 }, () => ROW),
    );
    const splits = [{ time: exDate(3), numerator: 2, denominator: 1 }];
    const result = await run([bars("SPY", "1day", [ROW, ROW, wide]), other], buysFirst, {
      actions: { SPY: { splits, dividends: [] } },
    });
    expect(result.trades.entryPrice[0]).toBe(50);
    expect(told(result)).toEqual([1, 0.4, 0.5]);
  });
});

describe("cash for what a split leaves of a unit", () => {
  const after: Row = [66, 67, 65, 66];
  const threeForTwo = { splits: [{ time: exDate(3), numerator: 3, denominator: 2 }], dividends: [] };
  const odd = { 0: (trader: { buy(symbol: string, units: number): unknown }) => trader.buy("SPY", 101) };

  it("ends a trade that was held over all bars in front of the split", async () => {
    const rows: Row[] = [ROW, ROW, [100, 120, 90, 99], after, after];
    const result = await run(bars("SPY", "1day", rows), odd, { actions: { SPY: threeForTwo } });
    expect(result.orders.tags.get(1)).toBe("cash in lieu");
    expect(result.trades.quantity[0]).toBeCloseTo(0.5, 9);
    expect(told(result)).toEqual([2, expect.closeTo(0.1, 9), expect.closeTo(0.2, 9)]);
  });

  it("and that no bar follows is no other", async () => {
    const rows: Row[] = [ROW, ROW, [100, 120, 90, 99]];
    const other = bars(
      "IBM",
      "1day",
      Array.from({ length: 5 }, () => ROW),
    );
    const result = await run([bars("SPY", "1day", rows), other], odd, { actions: { SPY: threeForTwo } });
    expect(told(result)).toEqual([2, expect.closeTo(0.1, 9), expect.closeTo(0.2, 9)]);
  });

  it("has the prices of bars that end as it is paid on the units in front of it", async () => {
    const series = bars("SPY", "1day", [ROW, ROW, [100, 120, 90, 99], after, after]);
    const atTheEnd = { splits: [{ ...threeForTwo.splits[0], time: series.end[2] }], dividends: [] };
    const result = await run(series, odd, { actions: { SPY: atTheEnd } });
    expect(told(result)).toEqual([2, expect.closeTo(0.1, 9), expect.closeTo(0.2, 9)]);
  });
});

describe("excursions of a trade at the close of a bar", () => {
  const wide: Row = [100, 150, 60, 101];

  it("leave out the bar of an entry at its close", async () => {
    const result = await run(bars("SPY", "1day", [ROW, wide, [101, 101, 101, 101]]), {
      0: (trader) => trader.buy("SPY", 10, { type: "market-on-close" }),
      1: (trader) => trader.closePosition("SPY"),
    });
    expect(told(result)).toEqual([1, 0, 0]);
  });

  it("count the bar of an exit at its close whole, and that of a day's trade from open to close", async () => {
    const held = await run(bars("SPY", "1day", [ROW, ROW, wide]), {
      0: (trader) => trader.buy("SPY", 10),
      1: (trader) => trader.sell("SPY", 10, { type: "market-on-close" }),
    });
    expect(told(held)).toEqual([1, 0.4, 0.5]);
    const day = await run(bars("SPY", "1day", [ROW, wide]), {
      0: (trader) => {
        trader.buy("SPY", 10, { type: "market-on-open" });
        trader.sell("SPY", 10, { type: "market-on-close" });
      },
    });
    expect(told(day)).toEqual([0, 0.4, 0.5]);
  });

  it("are those of the bars between where orders fill at the close of the bar they were made on", async () => {
    const result = await run(
      bars("SPY", "1day", [wide, ROW, wide]),
      { 0: (trader) => trader.buy("SPY", 10), 1: (trader) => trader.closePosition("SPY") },
      { fill: "same-close" },
    );
    expect(told(result)).toEqual([1, (101 - 99) / 101, 0]);
  });
});

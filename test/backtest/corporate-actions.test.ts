import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { adjustmentSteps, applyAdjustment } from "../../core/market/adjustment.js";
import type { Adjustment, CorporateActions } from "../../core/market/corporate-actions.js";
import { ORDER_STATUSES } from "../../core/orders/kinds.js";
import { readBars } from "../../data/files/csv.js";
import { parseFactors } from "../../data/files/factor-file.js";
import { zoneOffsets } from "../../data/zone-offsets.js";
import {
  type Bar,
  BarSeries,
  type Bracket,
  backtest,
  Instrument,
  type Order,
  type StrategyClass,
} from "../../index.js";
import { bars, DAY, HOUR, OPEN, quoteBars, type Row } from "../bars.js";
import { fillsOf, PLAIN, run, type Settings, scripted, type Trader } from "../scripted.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";

const NONE: CorporateActions = { splits: [], dividends: [] };
const ROW = [100, 101, 99, 100] as const;
/** Midnight in New York in front of the n-th session. */
const exDate = (day: number): number => OPEN + day * DAY - 9.5 * HOUR;

/** Four daily bars with a split or a dividend in front of the third. */
function held(
  actions: Partial<CorporateActions>,
  after: readonly number[],
  script: (trader: Trader, n: number) => void,
) {
  const [open, high, low, close] = after;
  const rows = [ROW, ROW, [open, high, low, close], [open, high, low, close]] as const;
  return run(
    bars("SPY", "1day", rows),
    { onBar: (trader, _bar, n) => script(trader, n) },
    { actions: { SPY: { ...NONE, ...actions } } },
  );
}

const twoForOne = { splits: [{ time: exDate(2), numerator: 2, denominator: 1 }] };
const HALF = [50, 50.5, 49.5, 50];

describe("a split", () => {
  it("multiplies the position and leaves its cost and what the account is worth", async () => {
    let seen: number[] = [];
    const result = await held(twoForOne, HALF, (trader, n) => {
      if (n === 0) trader.buy("SPY", 10);
      const position = trader.position("SPY");
      if (n === 2) seen = [position.quantity, position.averagePrice, position.costBasis, trader.account.equity];
    });
    expect(seen).toEqual([20, 50, 1000, 100_000]);
    expect(result.caveats.map(({ text }) => text).join(" ")).toContain("1 split of SPY");
  });

  it("takes working orders with it: units are multiplied, prices divided", async () => {
    let order!: Order;
    const result = await held(twoForOne, [50, 56, 49.5, 55], (trader, n) => {
      if (n === 0) trader.buy("SPY", 10);
      if (n === 1) order = trader.sell("SPY", 10, { limit: 110, tif: "GTC" });
    });
    expect([order.quantity, order.limit, order.status, order.averagePrice]).toEqual([20, 55, "filled", 55]);
    expect(result.equity.value[result.equity.length - 1]).toBe(100_000 + 20 * 5);
  });

  it("lets the exits of a bracket that has been entered close all units there are", async () => {
    let left = Number.NaN;
    const result = await held(twoForOne, [50, 50.5, 44, 45], (trader, n) => {
      if (n === 0) trader.bracket("SPY", "buy", 10, { stopLoss: 90, takeProfit: 120 });
      left = trader.position("SPY").quantity;
    });
    expect(left).toBe(0);
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 10 at 100", "bar 2: sell 20 at 45"]);
    expect(Array.from(result.orders.status.subarray(0, 3), (status) => ORDER_STATUSES[status])).toEqual([
      "filled",
      "filled",
      "cancelled",
    ]);
  });

  it("that takes a part of a unit off an entry and its exits leaves them of one size when it is made larger", async () => {
    const threeForTwo = { splits: [{ time: exDate(2), numerator: 3, denominator: 2 }] };
    let bracket!: Bracket;
    await held(threeForTwo, [66, 67, 65, 66], (trader, n) => {
      if (n === 0) bracket = trader.bracket("SPY", "buy", 5, { limit: 90, stopLoss: 80, tif: "GTC" });
      if (n === 2) trader.modify(bracket.entry, { quantity: 20 });
    });
    expect([bracket.entry.quantity, bracket.stopLoss?.quantity]).toEqual([20, 20]);
  });

  it("ends a round trip with its entry on the units of its exit", async () => {
    const result = await held(twoForOne, HALF, (trader, n) => {
      if (n === 0) trader.buy("SPY", 10);
      if (n === 2) trader.closePosition("SPY");
    });
    const { trades } = result;
    expect(trades.length).toBe(1);
    expect([trades.quantity[0], trades.entryPrice[0], trades.exitPrice[0], trades.profit[0]]).toEqual([20, 50, 50, 0]);
    // Neither the raw prices in front of the split nor those behind it went far from the entry.
    expect(trades.mfe[0]).toBeLessThan(0.02);
    expect(trades.mae[0]).toBeLessThan(0.02);
  });

  it("that leaves a part of a unit pays it out at the latest price", async () => {
    const oneForEight = { splits: [{ time: exDate(2), numerator: 1, denominator: 8 }] };
    let left = 0;
    const result = await held(oneForEight, [800, 808, 792, 800], (trader, n) => {
      if (n === 0) trader.buy("SPY", 100);
      if (n === 2) left = trader.position("SPY").quantity;
    });
    expect(left).toBe(12);
    expect(result.orders.tags.get(1)).toBe("cash in lieu");
    expect(result.equity.value[result.equity.length - 1]).toBe(100_000);
  });

  it.each([
    { ratio: "3:2", filled: 55, exit: 55, cash: 0.5 },
    { ratio: "1:8", filled: 4, exit: 4, cash: 0.625 },
    { ratio: "1:50", filled: 0, exit: undefined, cash: 0.74 },
  ])("of $ratio leaves exits of an entry that has filled in part no part of a unit to close", async (expected) => {
    const [numerator, denominator] = expected.ratio.split(":").map(Number);
    const split = { time: exDate(2), numerator, denominator };
    const price = (100 * denominator) / numerator;
    const after: Row = [price, price, price, price, 10_000];
    let bracket!: Bracket;
    let filled = Number.NaN;
    const result = await run(
      bars("SPY", "1day", [[...ROW], [100, 101, 99, 100, 37], after, after, after]),
      {
        onBar: (trader, _bar, n) => {
          if (n === 0) bracket = trader.bracket("SPY", "buy", 100, { limit: 100, stopLoss: 50, tif: "GTC" });
          if (n === 1) trader.cancel(bracket.entry);
          if (n === 2) filled = bracket.entry.filled;
          if (n === 2 && bracket.stopLoss?.isWorking === true)
            trader.modify(bracket.stopLoss, { stop: Math.ceil(price) + 1 });
        },
      },
      { actions: { SPY: { ...NONE, splits: [split] } }, volumeLimit: 1 },
    );
    const closed = expected.exit === undefined ? [] : [-expected.exit];
    expect(filled).toBe(expected.filled);
    expect([...result.fills.quantity.subarray(0, result.fills.length)]).toEqual([
      37,
      expect.closeTo(-expected.cash, 9),
      ...closed,
    ]);
    expect(bracket.stopLoss?.status).toBe(expected.exit === undefined ? "cancelled" : "filled");
  });

  it("in front of the data changes nothing", async () => {
    const old = { splits: [{ time: OPEN - 900 * DAY, numerator: 7, denominator: 1 }] };
    const result = await held(old, [...ROW], (trader, n) => void (n === 0 && trader.buy("SPY", 10)));
    expect(result.equity.value[result.equity.length - 1]).toBe(100_000);
    expect(result.from).toBeGreaterThanOrEqual(OPEN);
  });

  it("holds for orders that wait for the open behind it", async () => {
    let order!: Order;
    await held({ splits: [{ time: exDate(1), numerator: 4, denominator: 1 }] }, [...ROW], (trader, n) => {
      if (n === 0) order = trader.buy("SPY", 5, { limit: 400 });
    });
    expect([order.quantity, order.limit, order.status]).toEqual([20, 100, "filled"]);
  });

  it("takes bid and ask with it: an order that waits for the open behind it is held to what they are worth then", async () => {
    let order!: Order;
    const halved: Row = [50, 52, 49.5, 50];
    const bid: Row[] = [[...ROW], [...ROW], halved, halved];
    const above = (row: Row): Row => [row[0] + 0.1, row[1] + 0.1, row[2] + 0.1, row[3] + 0.1];
    await run(
      quoteBars("SPY", "1day", bid, bid.map(above)),
      {
        onBar: (trader, _bar, n) => {
          if (n === 1) order = trader.sell("SPY", 10, { limit: 103, tif: "GTC" });
        },
      },
      { actions: { SPY: { ...NONE, ...twoForOne } }, guards: {} },
    );
    expect([order.status, order.reason, order.quantity, order.limit]).toEqual(["filled", undefined, 20, 51.5]);
  });
});

describe("a dividend", () => {
  const dividend = { dividends: [{ time: exDate(2), amount: 1.5, reference: 100 }] };

  it("is paid in cash on what is held when its ex-date comes", async () => {
    const result = await held(dividend, [98.5, 99, 98, 98.5], (trader, n) => void (n === 0 && trader.buy("SPY", 10)));
    expect(result.equity.value[result.equity.length - 1]).toBe(100_000);
    expect(result.caveats.map(({ text }) => text).join(" ")).toContain("1 dividend came to 15.00 in cash");
  });

  it("is owed by who is short", async () => {
    const result = await held(dividend, [...ROW], (trader, n) => void (n === 0 && trader.sell("SPY", 10)));
    expect(result.equity.value[result.equity.length - 1]).toBe(100_000 - 15);
  });

  it("is nothing to who buys on the ex-date", async () => {
    const result = await held(dividend, [...ROW], (trader, n) => void (n === 1 && trader.buy("SPY", 10)));
    expect(result.equity.value[result.equity.length - 1]).toBe(100_000);
  });

  it("of the day of a split is told for a unit as it was before", async () => {
    const both = { ...dividend, ...twoForOne };
    const result = await held(both, [49.25, 49.5, 49, 49.25], (trader, n) => void (n === 0 && trader.buy("SPY", 10)));
    expect(result.equity.value[result.equity.length - 1]).toBe(100_000);
  });
});

describe.skipIf(!hasShared)(`shares from 1998 to 2021 (${NO_SHARED})`, () => {
  const instrument = new Instrument({ symbol: "AAPL", tickSize: 0, quantityStep: 1 });
  const raw = hasShared ? readBars(sharedPath("data/aapl-1day-raw.csv.gz"), { instrument }) : undefined;
  const zone = zoneOffsets("America/New_York");
  const actions = hasShared ? actionsOf("aapl-factors.csv") : NONE;

  function actionsOf(file: string): CorporateActions {
    const { splits, dividends } = parseFactors(readFileSync(sharedPath(`data/${file}`), "utf8"), file);
    const time = (date: string): number => zone.instantAtOrAfter(Date.parse(`${date}T00:00:00Z`));
    return {
      splits: splits.map(({ exDate: date, ...ratio }) => ({ time: time(date), ...ratio })),
      dividends: dividends.map(({ exDate: date, ...paid }) => ({ time: time(date), ...paid })),
    };
  }

  function seen(adjustment: Adjustment): BarSeries {
    const { size, start, end, open, high, low, close, volume, length } = raw as BarSeries;
    const copy = (column: Float64Array): Float64Array => column.slice(0, length);
    const columns = { start: copy(start), end: copy(end), volume: copy(volume) };
    const prices = { open: copy(open), high: copy(high), low: copy(low), close: copy(close) };
    const series = new BarSeries(instrument, size, { ...columns, ...prices });
    const lastClose = (time: number): number => close[(raw as BarSeries).firstEndingAfter(time) - 1];
    applyAdjustment(series, adjustmentSteps(actions, "raw", adjustment, lastClose));
    return series;
  }

  const settings: Settings = { cash: 1_000_000, calendar: "auto" };
  const onlySplits: CorporateActions = { ...NONE, splits: actions.splits };

  it("one raw share carried through its splits ends worth the same as the 112 of a split-adjusted run", async () => {
    const buy = (units: number): StrategyClass =>
      scripted({ onBar: (trader, _bar, n) => void (n === 0 && trader.buy("AAPL", units)) });
    const common = { ...PLAIN, ...settings };
    const data = [raw as BarSeries];
    const asTraded = await backtest({ ...common, strategy: buy(1), data, actions: { AAPL: onlySplits } });
    const onTodaysUnits = await backtest({ ...common, strategy: buy(112), data: [seen("splits")] });
    const last = asTraded.equity.length - 1;
    expect(onTodaysUnits.equity.length).toBe(asTraded.equity.length);
    for (let e = 0; e <= last; e++) {
      expect(Math.abs(asTraded.equity.value[e] - onTodaysUnits.equity.value[e])).toBeLessThan(1e-6);
    }
    expect(asTraded.tradeLog.openLots(0)[0].quantity).toBe(112);
  });

  it("so do runs with working orders over each split: stops, limits and trailing stops alike", async () => {
    // Units and prices of the raw run are those of the other, on the units of the day.
    const unitsLeft = (now: number): number =>
      actions.splits.reduce(
        (left, split) => (split.time > now ? (left * split.numerator) / split.denominator : left),
        1,
      );
    /** What worked at the last close in front of each split. */
    const overSplits = new Map<string, string>();
    const strategyOf = (isRaw: boolean) =>
      scripted({
        onSessionClose(trader: Trader) {
          const next = onlySplits.splits.find(({ time }) => time > trader.clock.now);
          if (!isRaw || next === undefined) return;
          const types = trader.workingOrders("AAPL").map(({ side, type }) => `${side} ${type}`);
          overSplits.set(new Date(next.time).toISOString().slice(0, 10), types.sort().join(", "));
        },
        onBar(trader: Trader, bar: Bar, n: number) {
          const scale = isRaw ? unitsLeft(trader.clock.now) : 1;
          if (n % 40 !== 0) return;
          trader.cancelAll();
          trader.target("AAPL", 1120 / scale);
          const away = bar.close;
          trader.sell("AAPL", 224 / scale, { limit: away * 1.15, tif: "GTC" });
          trader.sell("AAPL", 224 / scale, { stop: away * 0.85, tif: "GTC" });
          trader.sell("AAPL", 224 / scale, { trail: away * 0.2, tif: "GTC" });
          trader.buy("AAPL", 112 / scale, { limit: away * 0.93, tif: "GTC" });
        },
      });
    const common = { ...PLAIN, ...settings };
    const asTraded = await backtest({
      ...common,
      strategy: strategyOf(true),
      data: [raw as BarSeries],
      actions: { AAPL: onlySplits },
    });
    const other = await backtest({ ...common, strategy: strategyOf(false), data: [seen("splits")] });
    expect(asTraded.fills.length).toBe(other.fills.length);
    expect(asTraded.fills.length).toBeGreaterThan(300);
    for (let e = 0; e < other.equity.length; e++) {
      expect(Math.abs(asTraded.equity.value[e] / other.equity.value[e] - 1)).toBeLessThan(1e-9);
    }
    for (let f = 0; f < other.fills.length; f++) expect(asTraded.fills.time[f]).toBe(other.fills.time[f]);
    expect([...overSplits]).toEqual([
      ["2000-06-21", "sell limit, sell stop, sell trailing-stop"],
      ["2005-02-28", "buy limit, sell stop, sell trailing-stop"],
      ["2014-06-09", "buy limit, sell limit, sell stop, sell trailing-stop"],
      ["2020-08-31", "buy limit, sell stop, sell trailing-stop"],
    ]);
  });

  // SPY has more ex-dates that opened far from the close before them.
  it.each([
    ["AAPL", 0.001],
    ["IBM", 0.001],
    ["SPY", 0.0014],
  ])(
    "dividends of %s paid in cash and put back in make the return of the fully adjusted prices within %f",
    async (symbol, within) => {
      const file = symbol.toLowerCase();
      // Whole cents of cash buy parts of a share: what is measured is the dividends, not the change left over.
      const of = new Instrument({ symbol, tickSize: 0, quantityStep: 0.001 });
      const prices = (): BarSeries => readBars(sharedPath(`data/${file}-1day-raw.csv.gz`), { instrument: of });
      const own = actionsOf(`${file}-factors.csv`);
      const [asTraded, adjusted] = [prices(), prices()];
      const lastClose = (time: number): number => asTraded.close[asTraded.firstEndingAfter(time) - 1];
      applyAdjustment(adjusted, adjustmentSteps(own, "raw", "all", lastClose));
      // All cash goes into shares at the next open: nearly all of it first, so that no rest is carried along.
      const invest = (trader: Trader, share: number): void => {
        const units = Math.floor(((trader.account.cash * share) / trader.price(symbol)) * 1000) / 1000;
        if (units > 0) trader.buy(symbol, units);
      };
      const reinvest = (): StrategyClass =>
        scripted({
          onBar: (trader, _bar, n) => void (n === 0 && invest(trader, 0.98)),
          onSessionOpen: (trader) => void (trader.position(symbol).isLong && invest(trader, 1)),
        });
      const totalReturn = async (data: BarSeries, actions: CorporateActions): Promise<number> => {
        const { equity } = await backtest({
          ...PLAIN,
          ...settings,
          strategy: reinvest(),
          data: [data],
          actions: { [symbol]: actions },
        });
        return equity.value[equity.length - 1] / equity.value[0];
      };
      expect(own.dividends.length).toBeGreaterThan(30);
      const raw = await totalReturn(asTraded, own);
      expect(Math.abs(raw / (await totalReturn(adjusted, NONE)) - 1)).toBeLessThan(within);
      // Without them it is another.
      expect(raw / (await totalReturn(asTraded, { ...own, dividends: [] }))).toBeGreaterThan(1.05);
    },
  );
});

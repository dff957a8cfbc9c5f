import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepare } from "../../backtest/backtest.js";
import { technical } from "../../core/indicators/technical.js";
import {
  type Bar,
  type BarSeries,
  backtest,
  type Instant,
  macd,
  type Order,
  rsi,
  Strategy,
  type StrategyClass,
  sma,
} from "../../index.js";
import { bars, flat, MINUTE, OPEN, type Row } from "../bars.js";
import { PLAIN, type Plan, run } from "../scripted.js";
import { randomBars } from "./random-run.js";

// Bars between two things that happen are taken in one loop (core/lone-series.ts): what a strategy sees on each of them
// must be what it sees where every bar goes the long way, beside a series that does nothing.

/** More than a chunk of an indicator holds. */
const BARS = 700;

interface Seen {
  readonly end: Instant;
  readonly values: readonly number[];
}

/** Reads all there is at every bar, and now and then holds something, with an order that rests far away. */
function watcher(seen: Seen[], every: number, steps: boolean): StrategyClass {
  return class extends Strategy {
    private readonly fast = this.indicator(sma(10));
    private readonly strength = this.indicator(rsi(14));
    private readonly trend = this.indicator(macd());
    private readonly stepped = steps ? this.indicator(technical("TRIX")) : undefined;
    private bars = 0;

    override onBar(bar: Bar): void {
      if (bar.instrument.symbol !== "SPY") return;
      const { fast, strength, trend, stepped } = this;
      seen.push({
        end: this.clock.now,
        values: [
          bar.close,
          bar.end,
          fast.value,
          fast.previous,
          strength.value,
          trend.value,
          trend.get("signal"),
          stepped?.value ?? 0,
          fast.crossedAbove(bar.close) ? 1 : 0,
          this.account.equity,
          this.account.cash,
          this.position(bar.instrument).unrealisedProfit,
          this.account.exposure,
          this.price(bar.instrument),
        ],
      });
      this.bars++;
      if (this.bars % every === 5) this.target(bar.instrument, this.bars % (2 * every) === 5 ? 10 : -10);
      if (this.bars % every === 9) this.cancelAll();
      if (this.bars % every === 10) this.buy(bar.instrument, 5, { limit: bar.close * 0.97, tif: "GTC" });
    }
  };
}

async function sees(data: readonly BarSeries[], every: number, steps: boolean): Promise<Seen[]> {
  const seen: Seen[] = [];
  await backtest({ ...PLAIN, strategy: watcher(seen, every, steps), data });
  return seen;
}

describe("bars at which nothing happens", () => {
  it.each([
    ["", false],
    [", beside an indicator that takes one bar at a time", true],
  ])("show a strategy what they show where every bar goes the long way%s", (_name, steps) =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 11, max: 300 }),
        async (seed, every) => {
          const spy = randomBars(seed, BARS, seed % 2 === 0 ? "1min" : "1day");
          const alone = await sees([spy], every, steps);
          expect(alone.length).toBeGreaterThan(BARS - 100);
          expect(await sees([spy, flat("IDLE", spy.size.label, 1, BARS)], every, steps)).toEqual(alone);
        },
      ),
      { numRuns: 15 },
    ),
  );

  it("are taken as one run, however many are asked for at a time", async () => {
    const spy = randomBars(7, BARS, "1min");
    const whole = await sees([spy], 40, false);
    for (const size of [1, 2, 13, 255]) {
      const seen: Seen[] = [];
      const { engine } = prepare({ ...PLAIN, strategy: watcher(seen, 40, false), data: [spy] });
      for (let taken = size; taken > 0; ) taken = engine.drain(size);
      engine.finish();
      expect(seen).toEqual(whole);
    }
  });

  it("leave the account as of the bar before where a handler fails on one of them", () => {
    const spy = randomBars(3, BARS, "1min");
    class Fails extends Strategy {
      private bars = 0;
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol !== "SPY") return;
        this.bars++;
        if (this.bars === 5) this.buy(bar.instrument, 10);
        if (this.bars === 400) throw new Error("no more");
      }
    }
    const marks = (data: BarSeries[]): unknown => {
      const { engine } = prepare({ ...PLAIN, strategy: Fails, data });
      expect(() => engine.drain(Infinity)).toThrow(/no more/);
      const { equity, clock, barsTaken, market } = engine;
      const { length } = equity;
      return {
        value: [...equity.value.subarray(0, length)],
        time: [...equity.time.subarray(0, length)],
        now: clock.now,
        row: market.row[0],
        some: barsTaken > 0,
      };
    };
    expect(marks([spy])).toEqual(marks([spy, flat("IDLE", "1min", 1, BARS)]));
  });

  it.each([false, true])(
    "tell a guard's objection to a change on the bar on which it was made, strict %s",
    async (strict) => {
      const told: string[] = [];
      let order: Order | undefined;
      const script: Plan = {
        onBar(trader, _bar, n) {
          if (n === 2) order = trader.buy("SPY", 10, { limit: 50, tif: "GTC" });
          if (n === 9) trader.modify(order as Order, { quantity: 500 });
          if (n === 200) trader.sell("SPY", 1, { limit: 200, tif: "GTC" });
        },
        onGuard(trader, { denial }) {
          told.push(`${denial.code} after ${(trader.clock.now - OPEN) / MINUTE} minutes`);
        },
      };
      await run(flat("SPY", "1min", 100, 300), script, { guards: { orderSize: 100, priceBand: false }, strict });
      expect(told).toEqual(["ORDER_SIZE after 10 minutes"]);
    },
  );

  it.each([false, true])(
    "see the orders of a margin call that the fill of their bar brought, strict %s",
    async (strict) => {
      const data = bars(
        "SPY",
        "1day",
        Array.from({ length: 30 }, (_, n): Row => (n < 8 ? [100, 101, 99, 100] : [90, 91, 89, 90])),
      );
      let working = 0;
      const script: Plan = {
        onBar(trader, _bar, n) {
          if (n === 1) trader.buy("SPY", 2500, { limit: 95, tif: "GTC" });
          if (n === 8) working = trader.workingOrders("SPY").length;
        },
      };
      await run(data, script, { margin: "reg-t-intraday", strict });
      expect(working).toBe(1);
    },
  );

  it("are left as soon as the price comes to where an order rests, and not before", async () => {
    const spy = randomBars(11, BARS, "1min");
    class Rests extends Strategy {
      private bars = 0;
      override onBar(bar: Bar): void {
        if (++this.bars !== 3) return;
        const { low, high } = extremes(spy, 100);
        this.buy(bar.instrument, 1, { limit: low, tif: "GTC" });
        this.sell(bar.instrument, 1, { limit: high, tif: "GTC" });
      }
    }
    const fills = async (data: readonly BarSeries[]): Promise<string[]> => {
      const { fills: log, orders } = await backtest({ ...PLAIN, strategy: Rests, data });
      return Array.from(
        { length: log.length },
        (_, f) => `${orders.limit[log.order[f]]} at ${log.row[f]}: ${log.price[f]}`,
      );
    };
    const alone = await fills([spy]);
    expect(alone.length).toBeGreaterThan(0);
    expect(await fills([spy, flat("IDLE", "1min", 1, BARS)])).toEqual(alone);
  });
});

/** The lowest low and the highest high behind a row. */
function extremes({ low, high, length }: BarSeries, from: number): { low: number; high: number } {
  return { low: Math.min(...low.subarray(from, length)), high: Math.max(...high.subarray(from, length)) };
}

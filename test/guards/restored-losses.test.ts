import { describe, expect, it } from "vitest";
import type { Engine } from "../../core/engine.js";
import type { LossFigures } from "../../core/guards/index.js";
import { Instrument } from "../../core/market/instrument.js";
import type { GuardSettings, Order } from "../../index.js";
import { bars, DAY, flat, MINUTE, OPEN, quotes, SECOND, SESSION } from "../bars.js";
import type { Trader } from "../scripted.js";
import { spy } from "./guarded.js";
import { engineOver } from "./scripted-evidence.js";

const FLATTENS = { fraction: 0.05, flatten: true };
const LIMITS: GuardSettings = { dailyLoss: FLATTENS, drawdown: { fraction: 0.2, flatten: true }, orderRate: false };

/** What a run of 100,000 has left ten minutes into the second session. */
const LEFT: LossFigures = {
  at: OPEN + DAY + 10 * MINUTE,
  dayStart: 100_000,
  peak: 104_000,
  equity: 98_000,
  cash: 100_000,
  symbols: ["SPY"],
  isDayStopped: false,
  isRunStopped: false,
  drawdown: "0.2 ",
};

type Quotes = Parameters<typeof quotes>[1];

/** 500 shares that were bought at 100 are quoted like this from 20 minutes into the second session on. */
function goingOn(rows: Quotes, left?: Partial<LossFigures>, guards = LIMITS, cash = 100_000, held = 500): Engine {
  const times = rows.map(([at, ...rest]) => [DAY / SECOND + 20 * 60 + at, ...rest] as const);
  const engine = engineOver(
    undefined,
    { onQuote: (trader: Trader) => void made.push(trader.buy("SPY", 1, { limit: 50 })) },
    { series: [], quotes: [quotes(spy, times)], guards, settings: { cash } },
  );
  const made: Order[] = [];
  reasons.set(engine, made);
  engine.restore({
    orders: [],
    held: [],
    positions: [{ instrument: 0, quantity: held, averagePrice: 100, realised: 0, fees: 0 }],
    ...(left !== undefined && { losses: { ...LEFT, ...left } }),
  });
  engine.drain(Number.POSITIVE_INFINITY);
  engine.settle();
  return engine;
}

const reasons = new WeakMap<Engine, Order[]>();
const reasonsOf = (engine: Engine): (string | undefined)[] => (reasons.get(engine) ?? []).map(({ reason }) => reason);
const held = (engine: Engine): number => engine.portfolio.quantity[0];
const at = (...prices: number[]): Quotes => prices.map((bid, i) => [i, bid, bid + 0.02]);

describe("a run that goes on from an earlier part of it", () => {
  it("does not know what it is worth before the market has told a price, and then begins its day with that", () => {
    // An old loss of 20,000 is none of this day.
    const engine = goingOn(at(60, 60, 60, 60));
    expect(held(engine)).toBe(500);
    expect(engine.watch.dayStart).toBe(80_005);
    expect(engine.watch.isDayStopped).toBe(false);
  });

  it("does not take a price for it that cannot be believed", () => {
    const engine = goingOn([
      [0, 0.01, 100],
      [1, 0.01, 100],
    ]);
    expect(engine.watch.dayStart).toBeNaN();
    expect(engine.guards.lossFigures(OPEN, engine.portfolio)).toBeUndefined();
    expect(held(engine)).toBe(500);
  });

  it("denies entries while nothing is known of what it holds, and lets exits pass", () => {
    const made: Order[] = [];
    const qqq = new Instrument({ symbol: "QQQ" }, 1);
    const engine = engineOver(
      undefined,
      {
        onBar: (trader: Trader) => {
          if (made.length > 0) return;
          made.push(trader.buy("SPY", 1), trader.sell(qqq, 500, { limit: 100 }));
        },
      },
      {
        series: [
          bars(spy, "1min", [
            [100, 100, 100, 100],
            [100, 100, 100, 100],
          ]),
        ],
        quotes: [
          quotes(
            qqq,
            at(100).map(([, ...rest]) => [600, ...rest] as const),
          ),
        ],
        guards: { dailyLoss: FLATTENS, priceBand: false, staleQuote: false, sentinelPrices: false },
      },
    );
    engine.restore({
      orders: [],
      held: [],
      positions: [{ instrument: 1, quantity: 500, averagePrice: 100, realised: 0, fees: 0 }],
    });
    engine.drain(Number.POSITIVE_INFINITY);
    expect(made.map(({ reason }) => reason)).toEqual(["DAILY_LOSS: loss=unknown", undefined]);
  });

  it("counts the loss of the day on where it is the same day", () => {
    const engine = goingOn(at(91, 90, 89.9, 89.9), {});
    // 5 % of 100,000 are lost at 90, and not only what was lost since the start.
    expect(engine.watch.dayStart).toBe(100_000);
    expect(engine.watch.isDayStopped).toBe(true);
    expect(held(engine)).toBe(0);
  });

  it("begins a day of its own where it is another", () => {
    const engine = goingOn(at(91, 90, 89.9, 89.9), { at: OPEN + SESSION - MINUTE, isDayStopped: true });
    expect(engine.watch.dayStart).toBe(95_505);
    expect(engine.watch.isDayStopped).toBe(false);
    expect(engine.watch.peak).toBe(104_000);
    expect(held(engine)).toBe(500);
  });

  it("is in the day that had begun with the close before", () => {
    const engine = goingOn(at(98, 98), { at: OPEN + SESSION + MINUTE, isDayStopped: true });
    expect(engine.watch.dayStart).toBe(100_000);
    expect(engine.watch.isDayStopped).toBe(true);
  });

  it("stays stopped for the day", () => {
    const engine = goingOn(at(100, 100), { isDayStopped: true });
    expect(new Set(reasonsOf(engine))).toEqual(new Set(["DAILY_LOSS: stopped=day"]));
  });

  it("measures the drawdown from the peak of then", () => {
    // 20 % of 104,000 are 20,800: equity of 83,200, with 500 shares at 66.40.
    const daily = { ...LIMITS, dailyLoss: false as const };
    expect(goingOn(at(70, 67, 67), {}, daily).watch.isRunStopped).toBe(false);
    const engine = goingOn(at(70, 67, 66.3, 66.3), {}, daily);
    expect(engine.watch.isRunStopped).toBe(true);
    expect(held(engine)).toBe(0);
  });

  it("stays stopped for the run, on other days too, until its limit is another one", () => {
    const stopped = { at: OPEN, isRunStopped: true };
    expect(new Set(reasonsOf(goingOn(at(100, 100), stopped)))).toEqual(new Set(["DRAWDOWN: stopped=run"]));
    const changed = { ...LIMITS, drawdown: { fraction: 0.25, flatten: true } };
    const engine = goingOn(at(100, 100), stopped, changed);
    expect(reasonsOf(engine)).not.toContain("DRAWDOWN: stopped=run");
    expect(engine.watch.peak).toBe(104_000);
  });

  it("is stopped at once again where the other limit is reached as well", () => {
    const changed = { ...LIMITS, dailyLoss: false as const, drawdown: { fraction: 0.22, flatten: true } };
    const engine = goingOn(at(60, 60, 60), { isRunStopped: true }, changed);
    expect(engine.watch.isRunStopped).toBe(true);
    expect(held(engine)).toBe(0);
  });

  it("takes other cash for no loss and no gain", () => {
    const engine = goingOn(at(100, 100), {}, LIMITS, 60_000);
    expect([engine.watch.dayStart, engine.watch.peak]).toEqual([60_000, 64_000]);
    expect(held(engine)).toBe(500);
  });

  it("is as far from its peak as it was where it trades something else now", () => {
    // What another instrument had brought is not in this account any more: 95,005 are what 98,000 were.
    const engine = goingOn(at(90, 90, 90), { symbols: ["SPY", "QQQ"] });
    expect([engine.watch.dayStart, engine.watch.peak]).toEqual([97_005, 101_005]);
    expect(held(engine)).toBe(500);
  });

  it("of bars alone knows what it is worth with the first of them", () => {
    const engine = engineOver(undefined, {}, { series: [flat(spy, "1min", 90, 5)], guards: LIMITS });
    engine.restore({
      orders: [],
      held: [],
      positions: [{ instrument: 0, quantity: 500, averagePrice: 100, realised: 0, fees: 0 }],
    });
    engine.drain(Number.POSITIVE_INFINITY);
    engine.settle();
    expect(engine.watch.dayStart).toBe(95_000);
    expect(held(engine)).toBe(500);
  });
});

import { describe, expect, it } from "vitest";
import type { Engine } from "../../core/engine.js";
import { type Bracket, type Order, StrategyError } from "../../index.js";
import { bars, flat, OPEN, quotes, type Row, SECOND } from "../bars.js";
import { spy } from "../guards/guarded.js";
import { engineOver, ScriptedEvidence } from "../guards/scripted-evidence.js";
import type { Plan } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100];
const at = (price: number): Row => [price, price, price, price];
const prices = (...rows: Row[]) => bars(spy, "1hour", rows);
const PRICED = { guards: { orderRate: false, priceBand: false } } as const;

/** Drives a run as a session does: it goes on without the strategy when that fails. Returns the failures. */
function driveOn(engine: Engine): string[] {
  const failures: string[] = [];
  for (;;) {
    try {
      engine.drain(Number.POSITIVE_INFINITY);
      engine.settle();
      engine.finish();
      return failures;
    } catch (error) {
      if (!(error instanceof StrategyError) || failures.length > 5) throw error;
      failures.push(error.message);
      engine.stopStrategy(error);
    }
  }
}

function fail(): never {
  throw new Error("boom");
}

describe("a session whose strategy has failed", () => {
  it("cancels what could increase a position, keeps the exits that protect it, and books their fills", () => {
    let bracket!: Bracket;
    let entry!: Order;
    const engine = engineOver(
      new ScriptedEvidence(),
      {
        onBar(trader, _bar, n) {
          if (n === 0) bracket = trader.bracket("SPY", "buy", 100, { stopLoss: 95, takeProfit: 110 });
          if (n === 1) entry = trader.buy("SPY", 50, { limit: 96, tif: "GTC" });
          if (n === 2) fail();
        },
      },
      { series: [prices(CALM, CALM, CALM, CALM, at(97), at(90))], ...PRICED },
    );
    const failures = driveOn(engine);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain("onBar of Scripted failed at");
    expect([entry.status, bracket.stopLoss?.status, bracket.takeProfit?.status]).toEqual([
      "cancelled",
      "filled",
      "cancelled",
    ]);
    expect(engine.portfolio.quantity[0]).toBe(0);
    // Equity is marked at every instant, also at the one at which it failed, once each.
    expect(engine.equity.length).toBe(7);
    expect([...engine.equity.time.subarray(1, 7)]).toEqual([...engine.feed.series[0].end]);
  });

  it("calls no handler any more, be it of bars, orders, fills, denials, sessions, schedules, the connection or the end", () => {
    const called: string[] = [];
    let failing = false;
    const note = (name: string) => (): void => {
      called.push(`${failing ? "late " : ""}${name}`);
    };
    const plan: Plan = {
      declare: (trader) => trader.schedule({ every: 60 }, note("schedule")),
      onStart: note("onStart"),
      onBars: note("onBars"),
      onQuote: note("onQuote"),
      onOrder: note("onOrder"),
      onFill: note("onFill"),
      onGuard: note("onGuard"),
      onSessionOpen: note("onSessionOpen"),
      onSessionClose: note("onSessionClose"),
      onConnection: note("onConnection"),
      onStop: note("onStop"),
      onBar(trader, _bar, n) {
        if (n === 0) trader.bracket("SPY", "buy", 100, { stopLoss: 95 });
        if (n !== 3) return;
        trader.buy("SPY", 1);
        trader.buy("SPY", 1, { limit: 500 });
        failing = true;
        fail();
      },
    };
    const engine = engineOver(new ScriptedEvidence(), plan, {
      series: [bars(spy, "1hour", [...Array.from({ length: 12 }, () => CALM), at(90), at(90)])],
    });
    driveOn(engine);
    expect(called).toContain("onSessionOpen");
    expect(called.filter((name) => name.startsWith("late"))).toEqual([]);
    expect(engine.portfolio.quantity[0]).toBe(0);
    engine.connectionChanged({ state: "ready", time: engine.clock.now, reason: "" });
    engine.settle();
    expect(called.filter((name) => name.startsWith("late"))).toEqual([]);
  });

  it("takes the event that came when it failed, none twice and none not at all", () => {
    // The handler of a bar runs when the next quote has been pulled: that quote must not be lost.
    const engine = engineOver(
      new ScriptedEvidence(),
      { onBar: fail },
      {
        series: [flat(spy, "1min", 100, 2)],
        quotes: [
          quotes(spy, [
            [61, 100, 100.02],
            [150, 101, 101.02],
          ]),
        ],
      },
    );
    const seen: number[] = [];
    for (let i = 0; i < 10; i++) {
      try {
        engine.drain(1);
      } catch (error) {
        engine.stopStrategy(error);
      }
      seen.push((engine.clock.now - OPEN) / SECOND, engine.market.quotes[0].bid);
    }
    expect(seen.slice(0, 8)).toEqual([60, Number.NaN, 60, Number.NaN, 61, 100, 120, 100]);
    expect(engine.market.quotes[0].bid).toBe(101);
    expect(engine.clock.now).toBe(OPEN + 150 * SECOND);
  });

  it.each([
    "onStart",
    "onBars",
    "onOrder",
    "onFill",
    "onGuard",
    "onSessionOpen",
    "onSessionClose",
    "schedule",
    "onStop",
  ])("goes on to the end after %s has failed", (handler) => {
    const plan: Plan = {
      declare: (trader) => trader.schedule({ every: 90 }, handler === "schedule" ? fail : () => undefined),
      onBar(trader, _bar, n) {
        if (n === 1) trader.bracket("SPY", "buy", 10, { stopLoss: 95 });
        if (n === 3) trader.buy("SPY", 10, { limit: 500 });
      },
      ...(handler === "schedule" ? {} : { [handler]: fail }),
    };
    const rows = Array.from({ length: 20 }, (): Row => CALM);
    const engine = engineOver(new ScriptedEvidence(), plan, { series: [bars(spy, "1hour", rows)] });
    expect(driveOn(engine)).toHaveLength(1);
    expect(engine.clock.now).toBe(engine.feed.series[0].end[19]);
    expect(engine.feed.ended).toBe(true);
  });

  it("lets an exit leave that was held, and denies with STRATEGY_STOPPED what is not one any more", () => {
    // Long 100 at the close of the first session; an exit of it is held for the next. It leaves; the position is closed.
    let exit!: Order;
    const engine = engineOver(
      new ScriptedEvidence(),
      {
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 100);
          if (n === 2) exit = trader.sell("SPY", 100);
          if (n === 2) fail();
        },
      },
      { series: [bars(spy, "1day", [CALM, CALM, CALM, at(101), at(101)])] },
    );
    driveOn(engine);
    expect(exit.status).toBe("filled");
    expect(engine.portfolio.quantity[0]).toBe(0);
    expect(engine.guards.strategyStopped).toEqual({ code: "STRATEGY_STOPPED", details: { error: "HANDLER_FAILED" } });
  });

  it("still closes everything when it is told to", () => {
    const engine = engineOver(
      new ScriptedEvidence(),
      {
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 100);
          if (n === 2) fail();
        },
      },
      { series: [prices(CALM, CALM, CALM, at(101), at(101))] },
    );
    expect(() => engine.drain(Number.POSITIVE_INFINITY)).toThrow("boom");
    engine.stopStrategy(new Error("boom"));
    engine.kill("operator", true);
    driveOn(engine);
    expect(engine.portfolio.quantity[0]).toBe(0);
    expect(engine.guards.strategyStopped?.details).toEqual({ error: "UNEXPECTED" });
  });
});

describe("a backtest whose strategy has failed", () => {
  it("ends with the error, as before", () => {
    const engine = engineOver(undefined, { onBar: fail }, { series: [prices(CALM, CALM)] });
    expect(() => engine.drain(Number.POSITIVE_INFINITY)).toThrow(StrategyError);
    expect(engine.handlers.isSilent).toBe(false);
    expect(engine.guards.strategyStopped).toBeUndefined();
  });
});

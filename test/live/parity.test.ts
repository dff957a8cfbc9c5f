import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BrokerEvents } from "../../core/broker.js";
import type { EngineOptions } from "../../core/engine-options.js";
import { ACCEPTED, GOOD_TILL_CANCELLED, LIMIT } from "../../core/orders/kinds.js";
import { FillReport } from "../../core/portfolio/fill-report.js";
import { Instrument, Random, Strategy, type StrategyClass } from "../../index.js";
import { RecordingEngine } from "../../live/recording/recording-engine.js";
import { RecordingWriter } from "../../live/recording/recording-file.js";
import { replaySession } from "../../live/recording/replay-session.js";
import { newYork, OPEN, quotes, SECOND } from "../bars.js";
import { randomBars, randomClockPlan, randomPlan, randomSettings } from "../engine/random-run.js";
import { spy } from "../guards/guarded.js";
import { engineOptionsOver, type Replayed, ScriptedEvidence } from "../guards/scripted-evidence.js";
import { SlowBroker } from "../guards/slow-broker.js";
import { type Plan, scripted } from "../scripted.js";
import { buysOften, driveInTurns, edit, mishaps, newFolder, recordedOver, recordedQuotes } from "./recorded-session.js";

/** A market of two instruments, one of them with quotes. */
function market(seed: number): Replayed {
  const random = new Random(seed, 5);
  const quoted = new Instrument({ symbol: "QQQ" }, 1);
  let price = 100;
  const rows = Array.from({ length: 300 }, (_, i) => {
    price += random.normal() * 0.05;
    const bid = Math.round(price * 100) / 100;
    return [60 + i * 20, bid, bid + 0.02, 100 + random.int(900), 100 + random.int(900)] as const;
  });
  const { guards = {}, ...settings } = randomSettings(seed);
  return {
    series: [randomBars(seed, 300, "1min", new Instrument({ symbol: "SPY" }, 0))],
    quotes: [quotes(quoted, rows)],
    sessions: newYork(60),
    // The columns of trailing stops that the simulated broker moves are recorded as any other.
    settings: { ...settings, latency: 0 },
    guards,
    localTime: () => (session, minutes) => OPEN + session * 86_400_000 + minutes * 60_000 - 14.5 * 3_600_000,
  };
}

function planOf(seed: number): Plan {
  return (seed % 3 === 0 ? randomClockPlan : randomPlan)(
    seed,
    ["SPY", "QQQ"],
    { modified: new Set() },
    2,
    seed % 2 === 0,
  );
}

function recordedRandom(seed: number): string {
  const evidence = new ScriptedEvidence();
  const { engine, writer, folder } = recordedOver(evidence, planOf(seed), market(seed), { partBytes: 50_000 });
  driveInTurns(engine, mishaps(seed, evidence));
  writer.close();
  return folder;
}

/** A session over quotes of a class, with options of its own. */
function recordedStrategy(type: StrategyClass, more: Partial<EngineOptions>): string {
  const rows = Array.from({ length: 100 }, (_, i) => [60 + i, 100, 100.02, 100, 100] as const);
  const folder = newFolder();
  const writer = new RecordingWriter(folder);
  const options = engineOptionsOver(new ScriptedEvidence(), type, { series: [], quotes: [quotes(spy, rows)] });
  driveInTurns(RecordingEngine.over({ ...options, ...more }, writer, { file: "test.ts", hash: "0" }));
  writer.close();
  return folder;
}

describe("a session that was recorded", () => {
  it.each(Array.from({ length: 30 }, (_, i) => i + 1))(
    "leads to the same decisions when it is played: seed %i",
    (seed) => {
      const folder = recordedRandom(seed);
      const result = replaySession(folder, scripted(planOf(seed)));
      expect(result.difference).toBeUndefined();
      expect(result.end).toBe("whole");
      expect(result.inputs).toBeGreaterThan(500);
      expect(result.decisions).toBeGreaterThan(20);
    },
  );

  it("lies in files of a bounded size, and is played across them", () => {
    const folder = recordedRandom(7);
    expect(readdirSync(folder).length).toBeGreaterThan(1);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThan(120_000);
  });

  it("is played with parameters, state and chance as they were", () => {
    class Draws extends Strategy.with({ most: 50 }) {
      override onQuote(): void {
        const seen = ((this.state.seen as number | undefined) ?? 0) + 1;
        this.state = { seen };
        if (seen % 5 === 0) this.buy("SPY", 1 + this.random.int(this.params.most), { limit: 200 });
      }
    }
    const folder = recordedStrategy(Draws, { seed: 42, state: { seen: 2 } });
    expect(replaySession(folder, Draws).difference).toBeUndefined();
    class DrawsMore extends Draws {
      override onQuote(): void {
        this.random.next();
        super.onQuote();
      }
    }
    expect(replaySession(folder, DrawsMore).difference).toBeDefined();
  });

  it("in which the broker answers late, loses, corrects and takes back is played as it came", () => {
    const script: Plan = {
      onQuote: (trader, _quote, n) =>
        void (n < 3 && trader.bracket("SPY", "buy", 10, { stopLoss: 90, takeProfit: 110 })),
      onOrder: (trader, order) => void (order.status === "unknown" && trader.buy("SPY", 1, { limit: 99 })),
      onFill: (trader, fill) => void (fill.quantity > 3 && trader.buy("SPY", 2, { limit: fill.price })),
    };
    const broker = new SlowBroker();
    const rows = Array.from({ length: 20 }, (_, i) => [60 + i, 100, 100.02, 100, 100] as const);
    const { engine, writer, folder } = recordedOver(new ScriptedEvidence(), script, {
      series: [],
      quotes: [quotes(spy, rows)],
      guards: { orderRate: false, priceBand: false },
      broker,
    });
    const tell = (): BrokerEvents => broker.tell;
    const hear = (what: () => void): void => {
      engine.hear(engine.clock.now + 10, what);
      engine.settle();
    };
    engine.drain(2);
    engine.settle();
    hear(() => tell().accepted(0));
    hear(() => broker.fill(0, 100.02));
    hear(() => tell().unknown(1));
    hear(() => tell().charged(0, 1.25));
    hear(() => tell().rejected(2, { code: "REJECTED", details: { reason: "201" } }));
    hear(() => tell().revived(2));
    engine.drain(3);
    hear(() => {
      engine.book.limit[3] = 98;
      tell().pendingCancel(3);
    });
    hear(() => tell().cancelled(3));
    hear(() =>
      tell().busted(
        Object.assign(new FillReport(), {
          order: 0,
          quantity: 4,
          price: 100.02,
          fee: 0,
          slippage: 0,
          time: engine.clock.now,
        }),
      ),
    );
    engine.drain(Number.POSITIVE_INFINITY);
    engine.finish();
    writer.close();
    const result = replaySession(folder, scripted(script));
    expect(result.difference).toBeUndefined();
    expect(result.decisions).toBeGreaterThan(10);
  });

  it("in which the broker changes an order and fills it, all told at once, is played in that order", () => {
    const script: Plan = {
      onQuote: (trader, _quote, n) => void (n === 1 && trader.buy("SPY", 10, { limit: 100 })),
      onOrder: (trader, order) =>
        void (order.status === "filled" && order.quantity > 1 && trader.buy("SPY", 1, { limit: 99 })),
    };
    const broker = new SlowBroker();
    const rows = Array.from({ length: 9 }, (_, i) => [60 + i, 100, 100.02, 100, 100] as const);
    const replayed: Replayed = { series: [], quotes: [quotes(spy, rows)], guards: {}, broker };
    const { engine, writer, folder } = recordedOver(new ScriptedEvidence(), script, replayed);
    engine.drain(3);
    engine.settle();
    engine.hear(engine.clock.now + 10, () => {
      broker.tell.accepted(0);
      engine.book.quantity[0] = 6;
      broker.fill(0, 100.02);
    });
    engine.settle();
    engine.drain(Number.POSITIVE_INFINITY);
    engine.finish();
    writer.close();
    expect(engine.book.remaining(0)).toBe(0);
    expect(replaySession(folder, scripted(script)).difference).toBeUndefined();
  });

  it("goes on from what an earlier one has left", () => {
    const none = Number.NaN;
    const order = {
      instrument: 0,
      side: -1,
      type: LIMIT,
      tif: GOOD_TILL_CANCELLED,
      status: ACCEPTED,
      flags: 0,
    } as const;
    const rest = {
      parent: -1,
      group: -1,
      filled: 0,
      filledValue: 0,
      fees: 0,
      stop: none,
      trail: none,
      limitOffset: none,
    };
    const script: Plan = {
      onQuote(trader, _quote, n) {
        if (n === 3) for (const one of trader.workingOrders()) trader.modify(one, { limit: 105 });
        if (n === 5) trader.closePosition("SPY");
      },
    };
    const broker = new SlowBroker();
    const rows = Array.from({ length: 9 }, (_, i) => [60 + i, 100, 100.02, 100, 100] as const);
    const replayed: Replayed = { series: [], quotes: [quotes(spy, rows)], guards: {}, broker };
    const { engine, writer, folder } = recordedOver(new ScriptedEvidence(), script, replayed);
    engine.advance(OPEN);
    engine.restore({
      orders: [
        { ...order, ...rest, quantity: 30, limit: 110, goodTill: none, madeAt: OPEN, createdAt: OPEN, tag: "a" },
      ],
      held: [],
      positions: [{ instrument: 0, quantity: 30, averagePrice: 99, realised: 5, fees: 1 }],
    });
    driveInTurns(engine);
    writer.close();
    const result = replaySession(folder, scripted(script));
    expect(broker.asked).toEqual(["modify 0", "cancel 0", "submit 1"]);
    expect(result.difference).toBeUndefined();
    expect(result.decisions).toBe(3);
  });

  it("whose strategy has failed fails at the same place, and goes on as it did", () => {
    const fails: Plan = {
      ...buysOften,
      onQuote(trader, quote, n) {
        buysOften.onQuote?.(trader, quote, n);
        if (n === 100) throw new Error("boom");
      },
    };
    const folder = recordedQuotes(fails);
    const result = replaySession(folder, scripted(fails));
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
    const tame = replaySession(folder, scripted(buysOften));
    expect(tame.difference?.recorded?.[1]).toContain("boom");
    expect(tame.difference?.replayed).toBeUndefined();
  });
});

describe("the first difference", () => {
  it("is shown of a strategy that reads the wall clock, with the input that led to it", () => {
    let wall = 1_000;
    const folder = recordedQuotes({
      onQuote: (trader, _quote, n) => void (n === 50 && trader.buy("SPY", wall, { limit: 200 })),
    });
    wall = 1_001;
    const { difference } = replaySession(
      folder,
      scripted({ onQuote: (trader, _quote, n) => void (n === 50 && trader.buy("SPY", wall, { limit: 200 })) }),
    );
    expect(difference?.recorded?.slice(2, 4)).toEqual(["order", 0]);
    expect([difference?.recorded?.[11], difference?.replayed?.[11]]).toEqual([1_000, 1_001]);
    expect(difference?.inputs.at(-1)?.slice(0, 4)).toEqual(["q", 0, OPEN + 110 * SECOND, 0]);
  });

  it("catches Date.now itself", async () => {
    const reads: Plan = {
      onQuote(trader, _quote, n) {
        if (n === 20) trader.buy("SPY", 1 + (Date.now() % 1_000_000), { limit: 200 });
      },
    };
    const folder = recordedQuotes(reads);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(replaySession(folder, scripted(reads)).difference?.replayed?.[2]).toBe("order");
  });

  it("is a decision that is missing, one too many, and one that is another", () => {
    const folder = recordedQuotes(buysOften);
    const without = replaySession(folder, scripted({ onQuote: () => undefined })).difference;
    expect([without?.recorded?.[2], without?.replayed]).toEqual(["order", undefined]);
    const eager: Plan = {
      onQuote: (trader, quote, n) => (n === 1 ? trader.buy("SPY", 1) : buysOften.onQuote?.(trader, quote, n)),
    };
    const added = replaySession(folder, scripted(eager)).difference;
    expect([added?.recorded, added?.replayed?.[2]]).toEqual([undefined, "order"]);
    const other: Plan = { onQuote: (trader, _quote, n) => void (n === 3 && trader.sell("SPY", 4, { limit: 150 })) };
    const changed = replaySession(folder, scripted(other)).difference;
    expect([changed?.recorded?.[5], changed?.replayed?.[5]]).toEqual([1, -1]);
  });

  it("is found where the strategy swallows what ends the replay", () => {
    const folder = recordedQuotes(buysOften);
    const swallows: Plan = {
      onQuote(trader, quote, n) {
        try {
          if (n === 3) trader.buy("SPY", 77);
          else buysOften.onQuote?.(trader, quote, n);
        } catch {
          // As a strategy might.
        }
      },
    };
    expect(replaySession(folder, scripted(swallows)).difference?.replayed?.[11]).toBe(77);
  });

  it("is found where an input was changed", () => {
    const folder = recordedQuotes({
      onQuote: (trader, quote) => void (quote.bid > 101 && quote.bid < 101.05 && trader.buy("SPY", 1 + quote.askSize)),
    });
    const lines = readFileSync(join(folder, "part-000001.jsonl"), "utf8").split("\n");
    const place = lines.findIndex((line) => line.startsWith('["q"') && line.includes(",101.01,"));
    edit(folder, place + 1, (line) => line.replace(",101.01,", ",100.01,"));
    const { difference } = replaySession(
      folder,
      scripted({
        onQuote: (trader, quote) =>
          void (quote.bid > 101 && quote.bid < 101.05 && trader.buy("SPY", 1 + quote.askSize)),
      }),
    );
    expect(difference?.inputs.at(-1)?.[4]).toBe(100.01);
  });
});

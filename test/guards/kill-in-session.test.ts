import { describe, expect, it } from "vitest";
import type { Engine } from "../../core/engine.js";
import { ACCEPTED, GOOD_TILL_CANCELLED, HELD, LIMIT } from "../../core/orders/kinds.js";
import { PROTECTIVE } from "../../core/orders/order-book.js";
import type { RestoredOrder } from "../../core/orders/restored-run.js";
import { formatDenial, type Order } from "../../index.js";
import { OPEN, quotes, SECOND } from "../bars.js";
import type { Plan } from "../scripted.js";
import { spy } from "./guarded.js";
import { engineOver, ScriptedEvidence } from "./scripted-evidence.js";
import { SlowBroker } from "./slow-broker.js";

const MOVING = {
  series: [],
  guards: { orderRate: false },
  quotes: [
    quotes(
      spy,
      Array.from({ length: 20 }, (_, i) => [10 * (i + 1), 100, 100.02] as const),
    ),
  ],
} as const;

/** A session of which the broker answers when it is told to. */
function session(plan: Plan): { engine: Engine; broker: SlowBroker } {
  const broker = new SlowBroker();
  const engine = engineOver(new ScriptedEvidence(), plan, { ...MOVING, broker });
  return { engine, broker };
}

/** A hundred are held, with a stop loss (row 1) and what `more` orders come behind it, from row 3 on. */
function holding(more: (trader: Parameters<NonNullable<Plan["onQuote"]>>[0]) => void): ReturnType<typeof session> {
  const made = session({
    onQuote(trader, _quote, n) {
      if (n === 0) trader.bracket("SPY", "buy", 100, { stopLoss: 90, takeProfit: 110 });
      if (n === 2) more(trader);
    },
  });
  const { engine, broker } = made;
  engine.drain(2);
  for (const order of [0, 1, 2]) broker.tell.accepted(order);
  broker.fill(0, 100.02);
  engine.settle();
  engine.drain(2);
  broker.asked.length = 0;
  return made;
}

describe("the kill switch of a session", () => {
  it("cancels an entry that has not been answered, and one that is unknown; exits that protect stay", () => {
    const { engine, broker } = holding((trader) => {
      trader.buy("SPY", 10, { limit: 99 });
      trader.buy("SPY", 20, { limit: 98 });
    });
    broker.tell.unknown(4);
    engine.kill("operator");
    expect(broker.asked).toEqual(["cancel 3", "cancel 4"]);
  });

  it("sends no second cancel for an order whose cancel is on its way, however often it is turned on", () => {
    const { engine, broker } = holding((trader) => void trader.buy("SPY", 10, { limit: 99 }));
    engine.kill("operator");
    broker.tell.pendingCancel(3);
    engine.kill("operator");
    expect(broker.asked).toEqual(["cancel 3"]);
    broker.tell.cancelled(3);
    expect(engine.working.total).toBe(2);
  });

  it("keeps an exit that stands before one that nobody has answered, where both together would turn the position", () => {
    const { engine, broker } = holding((trader) => {
      trader.cancelAll();
      trader.sell("SPY", 100, { stop: 91, tif: "GTC" });
      trader.sell("SPY", 100, { stop: 92, tif: "GTC" });
    });
    broker.tell.cancelled(1);
    broker.tell.cancelled(2);
    broker.tell.unknown(3);
    broker.tell.accepted(4);
    broker.asked.length = 0;
    engine.kill("operator");
    expect(broker.asked).toEqual(["cancel 3"]);
  });

  it("does not count an exit whose cancel is on its way as one that protects", () => {
    const { engine, broker } = holding((trader) => {
      trader.cancelAll();
      trader.sell("SPY", 100, { stop: 91, tif: "GTC" });
    });
    broker.tell.pendingCancel(1);
    broker.tell.pendingCancel(2);
    broker.tell.accepted(3);
    broker.asked.length = 0;
    engine.kill("operator");
    expect(broker.asked).toEqual([]);
  });

  it("cancels an entry alone, for its exits end with it, or protect what it fills meanwhile", () => {
    const { engine, broker } = session({
      onQuote(trader, _quote, n) {
        if (n === 0) trader.bracket("SPY", "buy", 100, { limit: 99, stopLoss: 90, takeProfit: 110 });
      },
    });
    engine.drain(2);
    for (const order of [0, 1, 2]) broker.tell.accepted(order);
    broker.asked.length = 0;
    engine.kill("operator");
    expect(broker.asked).toEqual(["cancel 0"]);
    broker.tell.pendingCancel(0);
    engine.kill("operator");
    expect(broker.asked).toEqual(["cancel 0"]);
    broker.fill(0, 99);
    engine.kill("operator");
    expect(broker.asked).toEqual(["cancel 0"]);
    expect(engine.working.total).toBe(2);
  });

  it("cancels what waits for an exit, which would open anew, and exits whose entry has ended empty", () => {
    const { engine, broker } = holding((trader) => {
      const entry = trader.buy("SPY", 10, { limit: 99 });
      trader.sell("SPY", 10, { stop: 89, parent: entry });
      trader.buy("SPY", 100, { limit: 80, parent: trader.sell("SPY", 100, { stop: 88 }) });
    });
    broker.tell.cancelled(3);
    broker.asked.length = 0;
    engine.kill("operator");
    expect(broker.asked).toEqual(["cancel 4", "cancel 5", "cancel 6"]);
  });

  it("told to flatten, cancels everything and closes what there is", () => {
    const { engine, broker } = holding((trader) => void trader.buy("SPY", 10, { limit: 99 }));
    engine.kill("operator", true);
    expect(broker.asked).toEqual(["cancel 1", "cancel 2", "cancel 3", "submit 4"]);
    expect([engine.book.side[4], engine.book.quantity[4]]).toEqual([-1, 100]);
  });
});

describe("a kill switch that was on when a session ended", () => {
  const none = Number.NaN;
  const entry: RestoredOrder = {
    instrument: 0,
    side: 1,
    type: LIMIT,
    tif: GOOD_TILL_CANCELLED,
    status: ACCEPTED,
    flags: 0,
    parent: -1,
    group: -1,
    quantity: 10,
    filled: 0,
    filledValue: 0,
    fees: 0,
    limit: 99,
    stop: none,
    trail: none,
    limitOffset: none,
    goodTill: none,
    madeAt: OPEN - 1000 * SECOND,
    createdAt: OPEN - 1000 * SECOND,
    tag: "",
  };
  const exit: RestoredOrder = { ...entry, side: -1, quantity: 100, limit: 110, flags: PROTECTIVE };

  it("is on before the next one makes its first order, and has cancelled what could increase a position", () => {
    const reasons: (string | undefined)[] = [];
    const order = (made: Order): void => void reasons.push(made.reason);
    const { engine, broker } = session({
      onStart: (trader) => order(trader.buy("SPY", 1, { limit: 99 })),
      onQuote: (trader, _quote, n) => void (n < 2 && order(n === 0 ? trader.buy("SPY", 2) : trader.sell("SPY", 100))),
      onConnection: (trader) => order(trader.buy("SPY", 3)),
    });
    engine.clock.now = OPEN;
    const rows = engine.restore({
      orders: [exit, entry, { ...entry, status: HELD }],
      held: [{ kind: "order", orders: [2] }],
      positions: [{ instrument: 0, quantity: 100, averagePrice: 100, realised: 0, fees: 0 }],
    });
    engine.kill("operator");
    expect(rows.map((row) => engine.book.status[row] === ACCEPTED)).toEqual([true, true, false]);
    expect(broker.asked).toEqual(["cancel 1"]);
    engine.drain(3);
    engine.connectionChanged({ state: "ready", time: engine.clock.now, reason: "" });
    engine.settle();
    expect(reasons).toEqual(Array.from({ length: 4 }, () => "KILL_SWITCH: reason=operator"));
    engine.drain(Number.POSITIVE_INFINITY);
    engine.finish();
    // The entry that was held does not come back, and nothing was sent.
    expect(broker.asked).toEqual(["cancel 1"]);
    expect([...engine.flow.denials.values()].map(({ first }) => formatDenial(first))).toEqual([
      "KILL_SWITCH: reason=operator",
    ]);
  });
});

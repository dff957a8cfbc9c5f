import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwsError } from "../../brokers/tws/errors.js";
import type { TwsFeed } from "../../brokers/tws/feed/tws-feed.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { Order } from "../../core/orders/order.js";
import { openDatabase } from "../../data/sqlite.js";
import type { FactOrder } from "../../live/session/fact-order.js";
import type { HoursWatch } from "../../live/session/hours-watch.js";
import { SessionClock } from "../../live/session/session-clock.js";
import { SessionLoop } from "../../live/session/session-loop.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;

let run: LiveRun;
/** What the strategy was told of, with the stop that its order had then. */
let heard: unknown[];

beforeEach(async () => {
  run = await LiveRun.start();
  heard = [];
  run.engine.inbox.onDenied = ({ order, denial }) => {
    heard.push([order, denial.code, Object.values(denial.details)[0], run.engine.book.stop[order]]);
  };
});
afterEach(() => run.close());

/** Holds 100 with a stop at 90, which works at the broker. */
function held(): Order {
  const made = run.act((orders) => orders.bracket(SPY, "buy", 100, { stopLoss: 90 }));
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.model.fill(run.model.order(0), 100, 100);
  run.settle();
  return made.stopLoss as Order;
}

const move = (order: Order, stop: number): unknown => run.act((orders) => orders.modify(order, { stop }));

/** A change is handed over and nothing more is heard of it; or it does not leave. */
function written({ orderId }: OrderIntent): void {
  run.model.told.push({ kind: "written", orderId, what: "change" });
}
function unsent({ orderId }: OrderIntent): void {
  run.model.told.push({ kind: "unsent", orderId, what: "change", reason: "the connection was lost" });
}

/** Turns as a session makes them, of a run whose feed is still. */
function loopOf({ engine, broker, now }: LiveRun): SessionLoop {
  const still = { due: Infinity, taken: 0, flush: () => undefined, onDue: () => undefined };
  return new SessionLoop({
    clock: new SessionClock(now),
    feed: still as unknown as TwsFeed,
    facts: { isEmpty: true } as FactOrder,
    hoursWatch: still as unknown as HoursWatch,
    elsewhere: still,
    broker,
    engine,
    failed: (error) => {
      throw error;
    },
    keep: () => undefined,
    unkept: (error) => {
      throw error;
    },
  });
}

describe("a change that has not come about", () => {
  it("because it did not leave is told to the strategy, and the order has the terms that it had", () => {
    const stop = held();
    run.model.change = unsent;
    move(stop, 95);
    run.settle();
    expect(stop.stop).toBe(90);
    expect(heard).toEqual([[1, "UNSENT", "the connection was lost", 90]]);
  });

  it("because the broker has refused it is told in the same way", () => {
    const stop = held();
    move(stop, 95);
    run.turn();
    run.model.forgetAnswers();
    run.model.order(1).stop = 90;
    run.model.refuse(2, 201, "Order rejected - reason:no", "order change");
    run.settle();
    expect(stop.stop).toBe(90);
    expect(heard).toEqual([[1, "IB_201", "Order rejected - reason:no", 90]]);
  });

  it("because the journal could not be written is told as soon as something is heard again", async () => {
    const stop = held();
    const other = await openDatabase(run.path);
    other.exec("drop table request");
    other.close();
    move(stop, 95);
    expect(() => run.turn()).toThrow("no such table: request");
    expect(run.broker.hasNews).toBe(true);
    run.engine.hear(run.now, () => run.broker.dispatch());
    expect(run.model.changes).toEqual([]);
    expect(stop.stop).toBe(90);
    expect(heard).toEqual([[1, "UNSENT", expect.stringContaining("no such table: request"), 90]]);
  });

  it("because it is on no step of its exchange is told in the same turn, though the broker says nothing", () => {
    const order = held();
    run.model.fit = () => {
      throw new TwsError("PRICE_TOO_SMALL", { symbol: "SPY", field: "stop", price: 0.001, step: 0.01 });
    };
    move(order, 91);
    loopOf(run).turn(run.now);
    expect(heard).toEqual([[order.id, "PRICE_TOO_SMALL", expect.any(String), 90]]);
    expect(order.stop).toBe(90);
  });

  it("takes nothing from an earlier one that is on its way", () => {
    const stop = held();
    run.model.change = written;
    move(stop, 94);
    run.settle();
    run.model.change = unsent;
    move(stop, 95);
    run.settle();
    expect(stop.stop).toBe(94);
    expect(heard).toEqual([[1, "UNSENT", "the connection was lost", 94]]);
    expect(run.record(2).terms.isChanging).toBe(true);
    run.model.order(1).stop = 94;
    run.model.tellOpen(run.model.order(1));
    run.settle();
    expect([stop.stop, run.record(2).terms.isChanging]).toEqual([94, false]);
  });

  it("takes nothing from a later one that has left", () => {
    const stop = held();
    run.model.change = unsent;
    move(stop, 94);
    run.turn();
    run.model.change = written;
    move(stop, 95);
    run.turn();
    run.settle();
    expect(stop.stop).toBe(95);
    expect(heard).toEqual([]);
    run.model.order(1).stop = 95;
    run.model.tellOpen(run.model.order(1));
    run.settle();
    expect([stop.stop, run.record(2).terms.isChanging]).toEqual([95, false]);
  });

  it("leaves nothing under way where the broker has told of the earlier one by then", () => {
    const stop = held();
    run.model.change = written;
    move(stop, 94);
    run.turn();
    run.model.deliver();
    run.model.order(1).stop = 94;
    // The second waits for its turn while the first is told, and is lost with the connection.
    run.model.change = ({ orderId }) => {
      run.model.tellOpen(run.model.order(1));
      run.model.told.push({ kind: "unsent", orderId, what: "change", reason: "the connection was lost" });
    };
    move(stop, 95);
    run.settle();
    expect([stop.stop, run.record(2).terms.isChanging]).toEqual([94, false]);
  });

  it("does not hold the session in one turn where the strategy asks for it again whenever it hears so", () => {
    const stop = held();
    let asked = 0;
    run.model.change = ({ orderId }) => {
      asked++;
      // As a port does that has no connection: it says so before it returns.
      run.model.onFact({ kind: "unsent", orderId, what: "change", reason: "the connection is away" });
    };
    run.engine.inbox.onDenied = () => void move(stop, 95);
    const loop = loopOf(run);
    move(stop, 95);
    loop.turn(run.now);
    expect(asked).toBeGreaterThan(1);
    const before = asked;
    expect(loop.due).toBe(run.now + 1_000);
    loop.turn(run.now + 1_000);
    expect(asked).toBe(2 * before);
  });
});

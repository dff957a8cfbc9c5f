import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { Order } from "../../core/orders/order.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;

let run: LiveRun;
/** What the strategy was told of changes that have failed: the code, and the stop that the order had then. */
let failed: unknown[];

beforeEach(async () => {
  run = await LiveRun.start();
  failed = [];
  run.engine.inbox.onDenied = ({ order, denial }) => void failed.push([denial.code, run.engine.book.stop[order]]);
});
afterEach(() => run.close());

/** A stop at 90 that works at the broker. */
function works(prices: { stop: number; limit?: number } = { stop: 90 }): Order {
  const order = run.act((orders) => orders.submit(SPY, "sell", 100, { ...prices, tif: "GTC" }));
  run.settle();
  run.model.accept(run.model.order(0), "PreSubmitted");
  run.settle();
  return order;
}

const move = (order: Order, stop: number): unknown => run.act((orders) => orders.modify(order, { stop }));
const isChanging = (): boolean => run.record(1).terms.isChanging;

/** The broker has the order with this stop, and says so. */
function has(stop: number): void {
  run.model.order(0).stop = stop;
  run.model.tellOpen(run.model.order(0));
}

const leaves = (orderId = 1): unknown => run.model.told.push({ kind: "written", orderId, what: "change" });

function refuse(): void {
  run.model.refuse(1, 201, "Order rejected - reason:no", "order change");
}

/** Changes are handed over, and whether they leave is for the test to say. */
function wait(): OrderIntent[] {
  const waiting: OrderIntent[] = [];
  run.model.change = (intent) => void waiting.push(intent);
  return waiting;
}

describe("a price that the broker tells of an order, of which no change is under way", () => {
  it("is taken over where it is another: the stop, and the limit", () => {
    const order = works({ stop: 90, limit: 89 });
    run.model.order(0).limit = 88;
    has(91);
    run.settle();
    expect([order.stop, order.limit, order.quantity]).toEqual([91, 88, 100]);
    expect(run.record(1).asked).toMatchObject({ stop: 91, limit: 88 });
    expect(run.model.changes).toEqual([]);
    expect(failed).toEqual([]);
  });

  it("is looked at, for it may be older than the change that was answered", () => {
    const order = works();
    run.model.tellOpen(run.model.order(0));
    const old = run.model.told.splice(0);
    move(order, 95);
    run.settle();
    expect([order.stop, isChanging()]).toEqual([95, false]);
    run.model.told.push(...old);
    run.settle();
    expect(run.asks).toEqual(["order 1 is told with another price than was asked for"]);
    run.look();
    run.settle();
    expect([order.stop, run.record(1).asked.stop]).toEqual([95, 95]);
  });

  it.each([0, Number.MAX_VALUE, Number.POSITIVE_INFINITY])("is none where the broker writes %d", (none) => {
    const order = works({ stop: 90, limit: 89 });
    run.model.order(0).limit = none;
    has(none);
    run.settle();
    expect([order.stop, order.limit]).toEqual([90, 89]);
    expect(run.record(1).asked).toMatchObject({ stop: 90, limit: 89 });
    expect(run.asks).toEqual([]);
  });

  it("goes out with no change of the size where it is older than the change that was answered", () => {
    const { stopLoss } = run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 95, stopLoss: 90, tif: "GTC" }));
    run.settle();
    for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
    run.settle();
    run.model.tellOpen(run.model.order(1));
    const old = run.model.told.splice(0);
    move(stopLoss as Order, 93);
    run.settle();
    run.model.fill(run.model.order(0), 40, 95);
    run.settle();
    run.model.told.push(...old);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect([run.model.order(1).stop, run.model.order(1).quantity, stopLoss?.stop]).toEqual([93, 40, 93]);
  });

  it("is taken over where a look at the account finds what stood before the change that was answered", () => {
    const order = works();
    move(order, 95);
    run.settle();
    has(90);
    run.settle();
    expect(run.asks).toEqual(["order 1 is told with another price than was asked for"]);
    run.look();
    run.settle();
    expect([order.stop, run.record(1).asked.stop, run.model.changes.length]).toEqual([90, 90, 1]);
    run.look();
    run.settle();
    expect(run.asks).toHaveLength(1);
  });

  it("can be changed back to what was asked for before", () => {
    const order = works();
    has(91);
    run.settle();
    move(order, 90);
    run.settle();
    expect(run.model.changes.map(({ stop }) => stop)).toEqual([90]);
    expect([order.stop, isChanging()]).toEqual([90, false]);
  });

  it("is found by a look at the account, and by the session that starts again", async () => {
    const order = works();
    run.model.order(0).stop = 91;
    run.look();
    run.settle();
    expect(order.stop).toBe(91);
    run.kill();
    run.model.order(0).stop = 92;
    await run.open();
    expect(run.engine.book.stop[0]).toBe(92);
  });

  it("takes nothing from a change that is asked for and about to leave", () => {
    const order = works();
    move(order, 95);
    has(91);
    run.settle();
    expect(run.model.changes.map(({ stop }) => stop)).toEqual([95]);
    expect(order.stop).toBe(95);
  });

  it("does not give back units that an exit was about to be cut by", () => {
    const { stopLoss } = run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 95, stopLoss: 90, tif: "GTC" }));
    run.settle();
    for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
    run.model.fill(run.model.order(0), 40, 95);
    run.settle();
    run.model.end(run.model.order(0), "Cancelled");
    run.model.order(1).stop = 91;
    run.model.tellOpen(run.model.order(1));
    run.settle();
    expect([stopLoss?.quantity, run.model.order(1).quantity]).toEqual([40, 40]);
  });
});

describe("of two changes of which one is refused", () => {
  it("the second counts where that was the first", () => {
    const order = works();
    wait();
    move(order, 94);
    run.turn();
    move(order, 95);
    run.turn();
    leaves();
    leaves();
    run.settle();
    refuse();
    run.settle();
    expect([order.stop, isChanging()]).toEqual([95, true]);
    has(95);
    run.settle();
    expect([order.stop, isChanging(), failed]).toEqual([95, false, []]);
  });

  it("the first counts where that was the second", () => {
    const order = works();
    wait();
    move(order, 94);
    run.turn();
    move(order, 95);
    run.turn();
    leaves();
    leaves();
    has(94);
    run.settle();
    expect(isChanging()).toBe(true);
    refuse();
    run.settle();
    expect([order.stop, isChanging()]).toEqual([94, false]);
    expect(failed).toEqual([["IB_201", 94]]);
  });

  it("the book ends with what the broker tells last, though which was refused cannot be known", () => {
    const order = works();
    wait();
    move(order, 94);
    run.turn();
    move(order, 95);
    run.turn();
    leaves();
    leaves();
    refuse();
    has(94);
    run.settle();
    run.pass(60_000);
    run.look();
    run.settle();
    expect([order.stop, isChanging()]).toEqual([94, false]);
    expect(failed).toEqual([["UNCHANGED", 94]]);
  });

  /** Two changes of which the first was refused, and the second has not left. */
  function refusedBeforeTheSecondLeft(): Order {
    const order = works();
    wait();
    move(order, 94);
    run.turn();
    leaves();
    run.settle();
    move(order, 95);
    run.settle();
    refuse();
    run.settle();
    return order;
  }

  it("the second stays where it has not left by then", () => {
    const order = refusedBeforeTheSecondLeft();
    expect([order.stop, isChanging(), failed]).toEqual([95, true, []]);
    leaves();
    has(95);
    run.settle();
    expect([order.stop, isChanging(), failed]).toEqual([95, false, []]);
  });

  it("both are gone where the second does not leave after all", () => {
    const order = refusedBeforeTheSecondLeft();
    run.model.told.push({ kind: "unsent", orderId: 1, what: "change", reason: "the connection was lost" });
    run.settle();
    expect([order.stop, isChanging()]).toEqual([90, false]);
    expect(failed).toEqual([["UNSENT", 90]]);
  });
});

describe("a change that has not left yet", () => {
  it("is not refused by a look at the account, which is asked for anew when it has", () => {
    const order = works();
    wait();
    move(order, 95);
    run.settle();
    run.pass(60_000);
    run.look();
    run.settle();
    expect([order.stop, isChanging(), failed]).toEqual([95, true, []]);
    const asked = run.asks.length;
    leaves();
    run.settle();
    run.pass(11_000);
    expect(run.asks.length).toBe(asked + 1);
    run.look();
    run.settle();
    expect([order.stop, isChanging()]).toEqual([90, false]);
    expect(failed).toEqual([["UNCHANGED", 90]]);
  });

  it("is not refused by a message, which is about what the broker has heard of", () => {
    const order = works();
    wait();
    move(order, 95);
    run.settle();
    refuse();
    run.settle();
    expect([order.stop, isChanging(), failed]).toEqual([95, true, []]);
  });

  it("of a session before this one is refused by a look that finds the order as it was", async () => {
    const order = works();
    wait();
    move(order, 95);
    run.settle();
    run.kill();
    await run.open();
    expect([run.engine.book.stop[0], isChanging()]).toEqual([90, false]);
  });
});

describe("what the broker has told of an order whose instrument is split", () => {
  /** Four units stand where one stood. */
  function split(): void {
    run.engine.book.split(0, 4, 1, { quantityStep: 1, tickSize: 0.01 });
    run.broker.split(0, 4, 1);
  }

  it("goes through it, for a change that is refused goes back to that", () => {
    const order = works();
    split();
    wait();
    move(order, 24);
    run.settle();
    leaves();
    refuse();
    run.settle();
    expect([order.stop, order.quantity, isChanging()]).toEqual([22.5, 400, false]);
    expect(run.record(1).asked).toMatchObject({ stop: 22.5, quantity: 400 });
  });

  it("goes through it with what stood before a change that is under way", () => {
    const order = works();
    wait();
    move(order, 96);
    run.settle();
    leaves();
    run.settle();
    split();
    expect([order.stop, isChanging()]).toEqual([24, true]);
    refuse();
    run.settle();
    expect([order.stop, order.quantity, isChanging()]).toEqual([22.5, 400, false]);
  });

  it("answers a change that asks for what stands, though it is told as it was", () => {
    const order = works();
    for (const stop of [95, 90]) {
      move(order, stop);
      run.turn();
      run.model.forgetAnswers();
    }
    run.model.refuse(1, 201, "Order rejected - reason:no", "order change");
    run.settle();
    expect(isChanging()).toBe(true);
    run.model.order(0).stop = 90;
    run.model.tellOpen(run.model.order(0));
    run.settle();
    expect([isChanging(), order.stop]).toEqual([false, 90]);
  });
});

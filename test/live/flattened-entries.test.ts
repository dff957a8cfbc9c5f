import { describe, expect, it } from "vitest";
import type { ModelOrder } from "./broker-model.js";
import { brokerPosition, closings, flatten, holdCancels, holdPromise, run, startsEach } from "./closed-position.js";
import { INSTRUMENTS } from "./live-run.js";

const [SPY] = INSTRUMENTS;

startsEach();

describe("an entry that a flattening cancels", () => {
  /** A bracket of 100 of which so many have filled. */
  function enter(filled: number): ModelOrder {
    run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 100, stopLoss: 90, takeProfit: 110 }));
    run.settle();
    for (const order of run.model.orders) run.model.accept(order);
    run.settle();
    if (filled > 0) run.model.fill(run.model.order(0), filled, 100);
    run.settle();
    holdCancels();
    return run.model.order(0);
  }

  const endAll = (): void => {
    for (const order of run.model.open()) if (order.orderId <= 3) run.model.end(order, "Cancelled");
  };
  /** The closing orders that work fill. */
  function fillClosings(): void {
    for (const order of run.model.open()) if (order.orderId > 3) run.model.fill(order, order.quantity, 99);
    run.settle();
  }

  it("is closed with what it fills before its cancel, behind what was held before", () => {
    const entry = enter(60);
    run.engine.hear(run.now, () => run.engine.kill("by hand", true));
    run.settle();
    run.model.fill(entry, 10, 100);
    run.settle();
    run.model.end(run.model.order(1), "Cancelled");
    run.model.end(run.model.order(2), "Cancelled");
    run.settle();
    // What was held does not wait for the entry.
    expect(closings(2)).toEqual([60]);
    fillClosings();
    run.model.fill(entry, 5, 100);
    run.settle();
    expect(closings(2)).toEqual([60]);
    endAll();
    run.settle();
    expect(closings(2)).toEqual([60, 15]);
    fillClosings();
    expect(brokerPosition()).toBe(0);
    expect(run.engine.working.total).toBe(0);
    run.pass(60_000);
    run.look();
    expect(run.broker.takeOwed()).toEqual([]);
    holdPromise();
  });

  it("is closed though nothing was held when it was cancelled", () => {
    const entry = enter(0);
    flatten();
    run.turn();
    run.model.fill(entry, 100, 100);
    endAll();
    run.settle();
    expect(closings(2)).toEqual([100]);
    fillClosings();
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("is closed by one order where the first still works", () => {
    const entry = enter(60);
    flatten();
    run.turn();
    for (const n of [1, 2]) run.model.end(run.model.order(n), "Cancelled");
    run.settle();
    run.model.accept(run.model.order(3));
    run.model.fill(entry, 10, 100);
    endAll();
    run.settle();
    // The first was asked to be cancelled: it fills before that.
    expect(closings(2)).toEqual([60]);
    run.model.fill(run.model.order(3), 60, 99);
    run.settle();
    expect(closings(2)).toEqual([60, 10]);
    fillClosings();
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("is left alone where it fills nothing more, and so is what the strategy does next", () => {
    enter(60);
    flatten();
    run.turn();
    endAll();
    run.settle();
    fillClosings();
    run.act((orders) => orders.submit(SPY, "buy", 7));
    run.settle();
    run.model.fill(run.model.orders[4], 7, 100);
    run.settle();
    run.look();
    expect(run.broker.takeOwed()).toEqual([]);
    expect(closings(2)).toEqual([60, 7]);
    expect(brokerPosition()).toBe(7);
  });

  it("is closed behind a look at the account where its end is not told", () => {
    const entry = enter(0);
    flatten();
    run.turn();
    run.model.fill(entry, 40, 100);
    run.settle();
    expect(run.broker.takeLate()).toEqual([]);
    run.pass(10_000);
    run.look();
    expect(run.broker.takeOwed()).toEqual([0]);
    expect(run.broker.takeOwed()).toEqual([]);
  });

  it.each([
    ["before it fills", false],
    ["behind its fill", true],
  ])("is closed by the next session where this one is killed %s", async (_, isHeard) => {
    const entry = enter(60);
    flatten();
    run.turn();
    for (const n of [1, 2]) run.model.end(run.model.order(n), "Cancelled");
    run.settle();
    fillClosings();
    if (isHeard) {
      run.model.fill(entry, 10, 100);
      run.settle();
    }
    run.kill();
    if (!isHeard) run.model.fill(entry, 10, 100);
    run.model.forget();
    await run.open();
    run.settle();
    expect(closings(2)).toEqual([60]);
    endAll();
    run.settle();
    expect(closings(2)).toEqual([60, 10]);
    fillClosings();
    expect(brokerPosition()).toBe(0);
    holdPromise();
    // That is done, and the session after that has nothing of it to do.
    expect(run.journal.heldOrders()).toBe("");
  });

  it("is closed no more once the kill switch is released", () => {
    const entry = enter(60);
    flatten();
    run.turn();
    run.broker.forgetOwed();
    run.model.fill(entry, 10, 100);
    endAll();
    run.settle();
    expect(closings(2)).toEqual([60]);
  });
});

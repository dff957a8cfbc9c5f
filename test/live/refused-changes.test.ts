import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { Order } from "../../core/orders/order.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const ENTRY = 0;
const STOP = 1;
const TARGET = 2;

let run: LiveRun;
let heard: string[];

beforeEach(async () => {
  run = await LiveRun.start();
  heard = [];
  run.engine.inbox.onDenied = ({ denial }) => heard.push(denial.code);
});
afterEach(() => run.close());

/** Of 100 to buy so many have filled; a stop and a target for all of it work at the broker. */
function holding(units: number): Order {
  const made = run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 99, stopLoss: 90, takeProfit: 110 }));
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.settle();
  run.model.fill(run.model.order(ENTRY), units, 99);
  run.settle();
  return made.stopLoss as Order;
}

/** The broker has an order with so many units, and says so. */
function has(place: number, quantity: number): void {
  const order = run.model.order(place);
  order.quantity = quantity;
  run.model.tellOpen(order);
  run.settle();
}

/** What is changed now is refused, or written and never heard of. @returns what ends that */
function changesAre(fate: "refused" | "lost"): () => void {
  const { change } = run.model;
  run.model.change = (intent: OrderIntent) => {
    run.model.changes.push(intent);
    const { orderId } = intent;
    run.model.told.push({ kind: "written", orderId, what: "change" });
    if (fate === "refused") run.model.refuse(orderId, 110, "The price does not conform", "order change");
  };
  return () => {
    run.model.change = change;
  };
}

function endEntry(): void {
  run.model.end(run.model.order(ENTRY), "Cancelled");
  run.settle();
}

function look(): void {
  run.look();
  run.settle();
  run.pass(20_000);
}

function reconnect(): void {
  run.broker.isConnected = false;
  run.turn();
  run.broker.isConnected = true;
  run.turn();
  run.settle();
}

const alerts = (): string[] => run.alerts.map(({ code }) => code);
const isChanging = (): boolean => run.record(STOP + 1).terms.isChanging;

describe("an exit whose other price the broker has refused", () => {
  it("is cut to what is left to it when the broker has it larger", () => {
    const stop = holding(100);
    // The target fills 40: the broker takes these off the stop, and says so.
    run.model.fill(run.model.order(TARGET), 40, 110);
    has(STOP, 60);
    expect(stop.quantity).toBe(60);
    const take = changesAre("refused");
    run.act((orders) => orders.modify(stop, { stop: 95 }));
    run.settle();
    take();
    expect([stop.stop, stop.quantity, heard]).toEqual([90, 60, ["IB_110"]]);
    has(STOP, 100);
    look();
    expect(run.model.order(STOP).quantity).toBe(60);
    expect(alerts()).toEqual([]);
  });

  it("is cut to the size that was asked for with that price", () => {
    const stop = holding(40);
    const take = changesAre("refused");
    run.act((orders) => orders.modify(stop, { stop: 95, quantity: 40 }));
    run.settle();
    take();
    expect([stop.stop, stop.quantity]).toEqual([90, 100]);
    endEntry();
    expect([run.model.order(STOP).stop, run.model.order(STOP).quantity]).toEqual([90, 40]);
    expect(alerts()).toEqual([]);
  });

  it("is not asked again for a cut that the broker had refused before", () => {
    const stop = holding(40);
    changesAre("refused");
    endEntry();
    expect(run.model.changes).toHaveLength(2);
    run.act((orders) => orders.modify(stop, { stop: 95 }));
    run.settle();
    expect(run.model.changes).toHaveLength(3);
    for (let i = 0; i < 4; i++) look();
    expect(run.model.changes).toHaveLength(3);
    expect(new Set(alerts())).toEqual(new Set(["CHANGE_REFUSED"]));
    expect(heard).toContain("IB_110");
  });
});

describe("a change that the broker refuses behind one that was lost with the connection", () => {
  const changedTwice = (): Order => {
    const stop = holding(100);
    changesAre("lost");
    run.act((orders) => orders.modify(stop, { stop: 94 }));
    run.settle();
    reconnect();
    changesAre("refused");
    run.act((orders) => orders.modify(stop, { stop: 95 }));
    run.settle();
    return stop;
  };

  it("is told at once, and leaves the other under way", () => {
    const stop = changedTwice();
    expect([stop.stop, heard, isChanging()]).toEqual([94, ["IB_110"], true]);
    run.model.order(STOP).stop = 94;
    run.model.tellOpen(run.model.order(STOP));
    run.settle();
    expect([stop.stop, heard, isChanging()]).toEqual([94, ["IB_110"], false]);
  });

  it("leaves the order as it was where the broker has neither", () => {
    const stop = changedTwice();
    look();
    expect([stop.stop, heard, isChanging()]).toEqual([90, ["IB_110", "UNCHANGED"], false]);
  });

  it("is judged in the same way in a session that starts anew", async () => {
    const stop = holding(100);
    changesAre("lost");
    run.act((orders) => orders.modify(stop, { stop: 94 }));
    run.settle();
    run.broker.flush();
    run.kill();
    await run.open(false);
    run.settle();
    changesAre("refused");
    const again = run.engine.desk.orders.handle(run.record(STOP + 1).row);
    run.act((orders) => orders.modify(again, { stop: 95 }));
    run.settle();
    expect([again.stop, isChanging()]).toEqual([94, true]);
    look();
    expect([again.stop, isChanging()]).toEqual([90, false]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { Order } from "../../core/orders/order.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;

let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});
afterEach(() => run.close());

/** Of 100 to buy 40 have filled; a stop and a target for all of it work at the broker. */
function partlyFilled(): Order {
  const made = run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 99, stopLoss: 90, takeProfit: 110 }));
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.model.fill(run.model.order(0), 40, 99);
  run.settle();
  return made.stopLoss as Order;
}

/** What is changed now is written and never arrives, or does not leave. @returns what ends that */
function losing(isWritten = true): () => void {
  const { change } = run.model;
  run.model.change = (intent: OrderIntent) => {
    run.model.changes.push(intent);
    const { orderId } = intent;
    if (isWritten) run.model.told.push({ kind: "written", orderId, what: "change" });
    else run.model.told.push({ kind: "unsent", orderId, what: "change", reason: "nothing can be sent" });
  };
  return () => {
    run.model.change = change;
  };
}

/** The rest of the entry is cancelled, for which both exits are cut. */
function endEntry(): void {
  run.model.end(run.model.order(0), "Cancelled");
  run.settle();
}

function disconnect(): void {
  run.broker.isConnected = false;
  run.turn();
  run.pass(5_000);
}

function connect(): void {
  run.broker.isConnected = true;
  run.turn();
  run.settle();
}

function look(): void {
  run.look();
  run.settle();
  run.pass(20_000);
}

const exits = (): number[] => run.model.orders.slice(1).map(({ quantity }) => quantity);
const alerts = (): string[] => run.alerts.map(({ code }) => code);

describe("a cut of an exit that was written and lost on its way", () => {
  it("is asked for again when the connection is back", () => {
    const stop = partlyFilled();
    const arrive = losing();
    endEntry();
    disconnect();
    arrive();
    connect();
    for (let i = 0; i < 4; i++) look();
    expect([exits(), stop.quantity, run.position()]).toEqual([[40, 40], 40, 40]);
    expect(run.model.changes).toHaveLength(4);
    expect(alerts()).toEqual([]);
  });

  it("is asked for again where the account is looked at before anything can leave", () => {
    partlyFilled();
    const arrive = losing();
    endEntry();
    disconnect();
    arrive();
    const leave = losing(false);
    look();
    expect(exits()).toEqual([100, 100]);
    leave();
    connect();
    expect(exits()).toEqual([40, 40]);
    expect(alerts()).toEqual([]);
  });

  it("is asked for again in a session that starts anew", async () => {
    partlyFilled();
    const arrive = losing();
    endEntry();
    // That they have left is in the journal.
    run.journal.putState("{}", run.now);
    run.broker.flush();
    run.kill();
    arrive();
    await run.open();
    run.settle();
    for (let i = 0; i < 4; i++) look();
    expect(exits()).toEqual([40, 40]);
    expect(run.model.changes).toHaveLength(4);
    expect(alerts()).toEqual([]);
    run.kill();
    await run.open();
    run.settle();
    expect(run.model.changes).toHaveLength(4);
  });

  it("is asked for again where it is to leave to the stop what the target has not closed", () => {
    partlyFilled();
    run.model.fill(run.model.order(0), 60, 99);
    run.settle();
    const arrive = losing();
    run.model.fill(run.model.order(2), 30, 110);
    run.settle();
    run.pass(6_000);
    look();
    expect(run.model.changes.map(({ orderId, quantity }) => [orderId, quantity])).toEqual([[2, 70]]);
    disconnect();
    arrive();
    const leave = losing(false);
    look();
    leave();
    connect();
    for (let i = 0; i < 2; i++) look();
    expect(exits()).toEqual([70, 100]);
  });

  it("counts as refused where it is asked for again, and nothing comes of it over a connection that stays", () => {
    partlyFilled();
    losing();
    endEntry();
    disconnect();
    connect();
    for (let i = 0; i < 6; i++) look();
    expect(exits()).toEqual([100, 100]);
    expect(run.model.changes).toHaveLength(4);
    expect(alerts()).toEqual(["CHANGE_REFUSED", "CHANGE_REFUSED"]);
  });

  it("counts as refused in the same way in a session that starts anew, and in the one behind that", async () => {
    partlyFilled();
    losing();
    endEntry();
    run.kill();
    await run.open();
    run.settle();
    for (let i = 0; i < 6; i++) look();
    expect(run.model.changes).toHaveLength(4);
    expect(alerts()).toEqual(["CHANGE_REFUSED", "CHANGE_REFUSED"]);
    run.broker.flush();
    run.kill();
    await run.open();
    run.settle();
    for (let i = 0; i < 2; i++) look();
    expect(run.model.changes).toHaveLength(4);
  });
});

describe("a cut of an exit that a message has refused", () => {
  it("is not asked for again, though the connection was lost behind it", () => {
    partlyFilled();
    losing();
    endEntry();
    for (const orderId of [2, 3]) run.model.refuse(orderId, 201, "Order rejected - reason:no", "order change");
    run.settle();
    disconnect();
    connect();
    for (let i = 0; i < 4; i++) look();
    expect(exits()).toEqual([100, 100]);
    expect(run.model.changes).toHaveLength(2);
    expect(alerts()).toEqual(["CHANGE_REFUSED", "CHANGE_REFUSED"]);
  });
});

describe("a change of a price that was written and lost on its way", () => {
  it("is told to the strategy and not asked for again", () => {
    const stop = partlyFilled();
    const heard: string[] = [];
    run.engine.inbox.onDenied = ({ denial }) => heard.push(denial.code);
    const arrive = losing();
    run.act((orders) => orders.modify(stop, { stop: 95 }));
    run.settle();
    disconnect();
    arrive();
    connect();
    for (let i = 0; i < 2; i++) look();
    expect([stop.stop, run.model.order(1).stop, heard]).toEqual([90, 90, ["UNCHANGED"]]);
    expect(run.model.changes).toHaveLength(1);
    expect(alerts()).toEqual([]);
  });
});

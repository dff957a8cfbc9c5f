import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Order } from "../../core/orders/order.js";
import { alertText } from "../../live/alerts.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

/** A bracket of 100 whose entry, stop and target work at the broker. */
function bracket(): void {
  run.act((orders) => orders.bracket(SPY, "buy", 100, { stopLoss: 90, takeProfit: 110 }));
  accept();
}

/** A limit and a stop for 100 of which one cancels the other. */
function either(): readonly Order[] {
  const both = { instrument: SPY, side: "buy", quantity: 100, tif: "GTC" } as const;
  const made = run.act((orders) =>
    orders.oco([
      { ...both, limit: 90 },
      { ...both, stop: 110 },
    ]),
  );
  accept();
  return made;
}

function accept(): void {
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.settle();
}

function fill(which: number, quantity: number): void {
  run.model.fill(run.model.order(which), quantity, 100);
  run.settle();
}

/** What somebody was called for, without the references of the orders. */
const told = (): string[] =>
  run.alerts.filter(({ code }) => code === "GROUP_OVERFILLED").map((alert) => alertText(alert).replace(/ \(.*\)/, ""));

const refs = (...which: number[]): string => which.map((one) => run.model.order(one).ref).join(", ");

describe("orders that fill more together than one of them should have", () => {
  it("are told with their names where both exits of a bracket have filled, and the position is what it is", () => {
    bracket();
    fill(0, 100);
    fill(1, 100);
    expect(told()).toEqual([]);
    fill(2, 100);
    expect(told()).toEqual(["SPY: 200 units have filled of orders that were to fill 100 together."]);
    expect(run.alerts.at(-1)?.details.orders).toBe(refs(1, 2));
    expect(run.engine.portfolio.quantity[SPY.index]).toBe(-100);
    expect(run.ledger.holdings.get("SPY")?.quantity).toBe(-100);
  });

  it("are told as they become more, and not again while they are as many", () => {
    either();
    fill(0, 60);
    fill(1, 40);
    expect(told()).toEqual([]);
    fill(1, 10);
    run.look();
    run.look();
    expect(told()).toEqual(["SPY: 110 units have filled of orders that were to fill 100 together."]);
    fill(0, 5);
    expect(told().slice(1)).toEqual(["SPY: 115 units have filled of orders that were to fill 100 together."]);
  });

  it("are not told where one of them was made larger before it filled", () => {
    const [limit] = either();
    fill(1, 20);
    run.act((orders) => orders.modify(limit, { quantity: 130 }));
    run.settle();
    fill(0, 130);
    expect(told()).toEqual([]);
  });

  it("are told when the entry ends with less than its exits have closed, and not while it may yet fill", () => {
    bracket();
    fill(0, 60);
    fill(1, 60);
    fill(2, 20);
    expect(told()).toEqual([]);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect(told()).toEqual(["SPY: 80 units have filled of orders that were to fill 60 together."]);
  });

  it("are told by the session that starts after they have filled", async () => {
    bracket();
    fill(0, 100);
    run.kill();
    run.model.fill(run.model.order(1), 100, 90);
    run.model.fill(run.model.order(2), 100, 110);
    await run.open();
    run.look();
    expect(told()).toEqual(["SPY: 200 units have filled of orders that were to fill 100 together."]);
    expect(run.engine.portfolio.quantity[SPY.index]).toBe(-100);
  });
});

describe("an order that comes to the broker behind the fill of its group", () => {
  it("is cancelled when the broker has not ended it after a while, and not before", () => {
    run.act((orders) =>
      orders.oco([
        { instrument: SPY, side: "buy", quantity: 100, tif: "GTC", limit: 90 },
        { instrument: SPY, side: "buy", quantity: 100, tif: "GTC", stop: 110 },
      ]),
    );
    run.settle();
    run.model.accept(run.model.order(0));
    fill(0, 100);
    run.pass(5_000);
    run.model.accept(run.model.order(1), "PreSubmitted");
    run.settle();
    expect([run.model.cancels, run.asks.length]).toEqual([[], 0]);
    run.pass(10_000);
    expect(run.asks).toEqual([expect.stringContaining("is to end because of another")]);
    run.look();
    run.settle();
    expect(run.model.cancels).toEqual([2]);
  });

  it("is looked for again where something was learnt of it while the account was read", () => {
    const [, stop] = run.act((orders) =>
      orders.oco([
        { instrument: SPY, side: "buy", quantity: 100, tif: "GTC", limit: 90 },
        { instrument: SPY, side: "buy", quantity: 100, tif: "GTC", stop: 110 },
      ]),
    );
    run.settle();
    run.model.accept(run.model.order(0));
    fill(0, 100);
    run.pass(20_000);
    run.model.accept(run.model.order(1), "PreSubmitted");
    run.settle();
    const since = run.broker.beginReconcile(run.now);
    const state = run.model.state();
    run.act((orders) => orders.modify(stop, { stop: 111 }));
    run.settle();
    expect(run.lookAt(state, since).isSettled).toBe(false);
    expect(run.model.cancels).toEqual([]);
    run.look();
    run.settle();
    expect(run.model.cancels).toEqual([2]);
  });
});

describe("an order of a group whose change counts as failed and is taken late", () => {
  /** A change to 120 that nothing came of, and then 40 of the other have filled: 60 are left of the 100. */
  function changed(): Order {
    const [limit] = either();
    const { change } = run.model;
    run.model.change = ({ orderId }) => void run.model.told.push({ kind: "written", orderId, what: "change" });
    run.act((orders) => orders.modify(limit, { quantity: 120 }));
    run.settle();
    run.model.change = change;
    run.pass(11_000);
    run.lookTwice();
    run.settle();
    fill(1, 40);
    run.model.order(0).quantity = 60;
    run.model.tellOpen(run.model.order(0));
    run.settle();
    expect(limit.quantity).toBe(60);
    return limit;
  }

  /** The broker takes it, and does not know of what the other has filled. */
  function take(): void {
    run.model.order(0).quantity = 120;
    run.model.tellOpen(run.model.order(0));
    run.settle();
  }

  it("is cut to what the other has left of what was asked for", () => {
    const limit = changed();
    take();
    expect(limit.quantity).toBe(80);
    run.pass(60_000);
    run.look();
    run.settle();
    expect(run.model.order(0).quantity).toBe(80);
    expect(told()).toEqual([]);
  });

  it("is told where it fills more before it could be cut", () => {
    changed();
    take();
    fill(0, 120);
    expect(told()).toEqual(["SPY: 160 units have filled of orders that were to fill 120 together."]);
  });
});

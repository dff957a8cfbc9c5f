import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Order } from "../../core/orders/order.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

/** Two entries of which one cancels the other, and an exit of the first; all work at the broker. */
function entries(): { readonly first: Order; readonly exit: Order } {
  const both = { instrument: SPY, side: "buy", quantity: 100, tif: "GTC" } as const;
  const [first, exit] = run.act((orders) => {
    const [one] = orders.oco([
      { ...both, limit: 95 },
      { ...both, stop: 105 },
    ]);
    return [one, orders.submit(SPY, "sell", 100, { limit: 120, tif: "GTC", parent: one }, "request")];
  });
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.settle();
  return { first, exit };
}

const changes = (): number[][] => run.model.changes.map(({ orderId, quantity }) => [orderId, quantity]);

describe("an exit of an order that others of its group take units off", () => {
  it("is cut with it, before the broker has told that it has taken them off", () => {
    const { first, exit } = entries();
    run.model.fill(run.model.order(1), 60, 105);
    run.settle();
    expect([first.quantity, exit.quantity]).toEqual([40, 40]);
    expect(changes()).toEqual([[3, 40]]);
  });

  it("is cut where the broker tells that first", () => {
    const { first, exit } = entries();
    run.model.order(0).quantity = 40;
    run.model.tellOpen(run.model.order(0));
    run.settle();
    expect([first.quantity, exit.quantity]).toEqual([40, 40]);
    run.model.fill(run.model.order(1), 60, 105);
    run.settle();
    expect(changes()).toEqual([[3, 40]]);
  });

  it("is cut in a session that starts again where that happened while nobody was there, and once", async () => {
    entries();
    run.kill();
    run.model.fill(run.model.order(1), 60, 105);
    run.model.order(0).quantity = 40;
    await run.open();
    run.settle();
    expect([0, 1, 2].map((row) => run.engine.book.quantity[row])).toEqual([40, 100, 40]);
    expect(changes()).toEqual([[3, 40]]);
    run.lookTwice();
    expect(changes()).toEqual([[3, 40]]);
  });
});

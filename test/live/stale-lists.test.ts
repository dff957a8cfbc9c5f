import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

describe("a list of open orders that is older than the end of one of them", () => {
  it("keeps it for dead that the list of ended orders beside it says has ended", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 95, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(0), "PreSubmitted");
    run.settle();
    const stale = run.model.state().openOrders;
    run.act((orders) => orders.cancel(order));
    run.settle();
    expect(order.status).toBe("cancelled");
    run.pass(60_000);
    const since = run.broker.beginReconcile(run.now);
    run.lookAt({ ...run.model.state(), openOrders: stale }, since);
    run.settle();
    for (const _ of [1, 2]) {
      run.pass(60_000);
      run.look();
      run.settle();
    }
    expect(run.record(1).isUndead).toBe(false);
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
    expect(order.status).toBe("cancelled");
  });
});

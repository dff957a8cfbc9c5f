import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;

let run: LiveRun;

/** A stop that works at the broker and counts as gone: two looks in a row have not found it. */
beforeEach(async () => {
  run = await LiveRun.start();
  run.act((orders) => orders.submit(SPY, "buy", 100));
  run.settle();
  run.model.fill(run.model.order(0), 100, 100);
  run.settle();
  run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 90, tif: "GTC" }));
  run.settle();
  run.model.accept(run.model.order(1), "PreSubmitted");
  run.settle();
  for (let i = 0; i < 2; i++) {
    const since = run.broker.beginReconcile(run.now);
    run.lookAt({ ...run.model.state(), openOrders: [] }, since);
    run.pass(5_000);
  }
  expect(run.record(2).state).toBe("cancelled");
  expect(run.ledger.blockOf("SPY")).toBeUndefined();
  run.alerts.length = 0;
});

afterEach(() => run.close());

const alerts = (): string[] => run.alerts.map(({ code }) => code);

describe("an order that counts as gone", () => {
  it.each([
    ["its status", () => run.model.tellStatus(run.model.order(1))],
    ["the order as it is", () => run.model.tellOpen(run.model.order(1))],
  ])("is claimed by %s, though that is what was told of it last", (_, tell) => {
    tell();
    run.turn();
    run.settle();
    expect(alerts()).toEqual(["ORDER_UNDEAD"]);
    expect(run.ledger.blockOf("SPY")?.why).toBe("undead 2");
    expect(run.model.cancels).toEqual([2]);
  });

  it.each(["PendingSubmit", "PendingCancel", "Submitted"])("is claimed by the status %s", (status) => {
    run.model.order(1).status = status;
    run.model.tellStatus(run.model.order(1));
    run.settle();
    expect(alerts()).toEqual(["ORDER_UNDEAD"]);
    expect(run.ledger.blockOf("SPY")?.why).toBe("undead 2");
  });

  it("is claimed once: what is told again is no news", () => {
    const cancel = run.model.cancel.bind(run.model);
    run.model.cancel = (orderId) => void run.model.told.push({ kind: "written", orderId, what: "cancel" });
    for (let i = 0; i < 3; i++) {
      run.model.tellStatus(run.model.order(1));
      run.settle();
    }
    const entries = run.journal.entries().length;
    run.model.tellStatus(run.model.order(1));
    run.settle();
    expect(alerts()).toEqual(["ORDER_UNDEAD"]);
    expect(run.journal.entries()).toHaveLength(entries);
    run.model.cancel = cancel;
  });

  it("stays gone where what is told last is that it has ended", () => {
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(alerts()).toEqual([]);
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
    expect(run.record(2).state).toBe("cancelled");
  });
});

import { describe, expect, it } from "vitest";
import type { Order } from "../../core/orders/order.js";
import {
  brokerPosition,
  close,
  closings,
  flatten,
  hold,
  holdCancels,
  holdPromise,
  run,
  startsEach,
} from "./closed-position.js";
import { INSTRUMENTS } from "./live-run.js";

const [, QQQ] = INSTRUMENTS;

startsEach();

describe("an order of whose end a message has told and nothing else", () => {
  const END = /waits for what has filled of order 2, which has ended/;
  /** Its message is heard; the status beside it and the executions in front of it are not. */
  const hearMessageAlone = (): void => {
    run.model.told = run.model.told.filter(({ kind }) => kind === "refused");
    run.settle();
  };
  const endAlone = (): void => {
    run.model.end(run.model.order(1), "Cancelled");
    hearMessageAlone();
  };
  const askedToCount = (): number => run.asks.filter((one) => END.test(one)).length;

  /** A stop is to be cancelled, so that its position can be closed. */
  function closeBesideStop(): Order {
    hold({ stop: 90 });
    holdCancels();
    const order = close();
    run.turn();
    return order;
  }

  it("holds the closing order until it is known what it has filled, which the broker is asked for at once", () => {
    const order = closeBesideStop();
    run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    expect(closings(1)).toEqual([]);
    run.pass(0);
    expect(askedToCount()).toBe(1);
    run.look();
    expect(closings(1)).toEqual([60]);
    expect(askedToCount()).toBe(1);
    run.model.fill(run.model.order(2), 60, 99);
    run.settle();
    expect(order.status).toBe("filled");
    expect(run.alerts).toEqual([]);
    holdPromise();
  });

  it("leaves nothing to close where it had filled whole", () => {
    const order = closeBesideStop();
    run.model.fill(run.model.order(1), 100, 90);
    endAlone();
    run.look();
    run.settle();
    expect(closings(1)).toEqual([]);
    expect(order.status).toBe("cancelled");
    holdPromise();
  });

  it("frees the closing order by the status behind it, and is noted once", () => {
    closeBesideStop();
    endAlone();
    expect(closings(1)).toEqual([]);
    run.model.tellStatus(run.model.order(1));
    run.settle();
    expect(closings(1)).toEqual([100]);
    const { touched } = run.record(2);
    run.model.tellStatus(run.model.order(1));
    run.settle();
    run.look();
    expect(run.record(2).touched).toBe(touched);
    holdPromise();
  });

  it("frees it by no status that is older than its end, nor by an order that is told without what has filled", () => {
    closeBesideStop();
    run.model.tellStatus(run.model.order(1));
    const [old] = run.model.told.splice(0);
    run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    run.model.told.push(old);
    run.model.tellOpen(run.model.order(1));
    run.settle();
    expect(closings(1)).toEqual([]);
    run.look();
    expect(closings(1)).toEqual([60]);
    holdPromise();
  });

  it("holds it for an execution that the status behind it tells of", () => {
    closeBesideStop();
    const execution = run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    run.model.tellStatus(run.model.order(1));
    run.settle();
    expect(closings(1)).toEqual([]);
    run.model.told.push({ kind: "execution", execution });
    run.settle();
    expect(closings(1)).toEqual([60]);
    holdPromise();
  });

  it("is waited for by what is closed behind it, by force as well, whether or not anybody had asked for the end", () => {
    const [exit] = hold({ stop: 90 });
    run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    expect(exit.status).toBe("cancelled");
    flatten();
    run.settle();
    expect(closings(1)).toEqual([]);
    run.look();
    expect(closings(1)).toEqual([60]);
    holdPromise();
  });

  it("is waited for where a status has told of more than was executed, though nobody had asked for the end", () => {
    hold({ stop: 90 });
    const execution = run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    run.model.tellStatus(run.model.order(1));
    run.settle();
    close();
    run.settle();
    expect(closings(1)).toEqual([]);
    run.model.told.push({ kind: "execution", execution });
    run.settle();
    expect(closings(1)).toEqual([60]);
    holdPromise();
  });

  it("is waited for where it was refused after it had worked, and not where it never was taken", () => {
    hold({ stop: 90 });
    run.model.fill(run.model.order(1), 40, 90);
    run.model.reject(run.model.order(1), 201, "Order rejected - reason:margin");
    hearMessageAlone();
    flatten();
    run.settle();
    expect(closings(1)).toEqual([]);
    run.look();
    expect(closings(1)).toEqual([60]);
    run.model.fill(run.model.order(2), 60, 99);
    run.settle();
    run.act((orders) => orders.submit(QQQ, "buy", 100));
    run.settle();
    run.model.fill(run.model.order(3), 100, 100);
    run.settle();
    run.act((orders) => orders.submit(QQQ, "sell", 100, { stop: 90 }));
    run.turn();
    run.model.reject(run.model.order(4), 110, "The price does not conform to the minimum price variation.");
    hearMessageAlone();
    flatten();
    run.settle();
    expect(closings(4)).toEqual([100]);
  });

  it("is not counted by a look that began before its end was heard, and another follows", () => {
    closeBesideStop();
    run.pass(1_000);
    const since = run.broker.beginReconcile(run.now);
    const state = run.model.state();
    run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    run.lookAt(state, since);
    expect(closings(1)).toEqual([]);
    run.asks.length = 0;
    run.pass(5_000);
    expect(run.asks).toContain("what the last look at the account has left open");
    run.look();
    expect(closings(1)).toEqual([60]);
    holdPromise();
  });

  it("is taken for what the position says where the broker cannot tell its executions for ten seconds", () => {
    closeBesideStop();
    run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    const state = () => ({ ...run.model.state(false), completedOrders: [] });
    run.lookAt(state(), run.broker.beginReconcile(run.now));
    run.pass(9_999);
    run.lookAt(state(), run.broker.beginReconcile(run.now));
    expect(closings(1)).toEqual([]);
    run.pass(1);
    run.lookAt(state(), run.broker.beginReconcile(run.now));
    expect(closings(1)).toEqual([60]);
    run.model.fill(run.model.order(2), 60, 99);
    run.settle();
    expect(brokerPosition()).toBe(0);
    run.look();
    holdPromise();
  });

  it("is taken for what the position says where an execution that its status tells of cannot be had", () => {
    closeBesideStop();
    run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    run.model.tellStatus(run.model.order(1));
    run.settle();
    run.pass(10_000);
    run.look(false);
    expect(closings(1)).toEqual([60]);
  });

  it("holds the closing order where not even the position can be read, and a person hears of it", () => {
    closeBesideStop();
    run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    const nothing = { openOrders: [], completedOrders: [], executions: [], positions: [] };
    const read = { hasAllOrders: true, hasAllExecutions: false, hasAllPositions: false };
    for (let i = 0; i < 3; i++) {
      run.pass(10_000);
      run.lookAt({ ...nothing, ...read }, run.broker.beginReconcile(run.now));
    }
    expect(closings(1)).toEqual([]);
    expect(run.alerts.filter(({ code }) => code === "FLATTEN_INCOMPLETE")).toEqual([
      { code: "FLATTEN_INCOMPLETE", details: { symbol: "SPY", reason: "it is not known what order 2 filled" } },
    ]);
    run.look();
    expect(closings(1)).toEqual([60]);
    holdPromise();
  });

  it("holds the closing order over a restart as well", async () => {
    closeBesideStop();
    run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    run.kill();
    await run.open(false);
    run.showPrices();
    expect(run.record(2).end?.as).toBe("cancelled");
    expect(run.engine.working.total).toBe(1);
    expect(closings(1)).toEqual([]);
    run.look();
    expect(closings(1)).toEqual([60]);
    run.kill();
    await run.open();
    expect(run.record(2).isOpen).toBe(false);
    holdPromise();
  });

  it("is asked for though nothing waits for it", () => {
    hold({ stop: 90 });
    run.model.fill(run.model.order(1), 40, 90);
    endAlone();
    run.pass(4_999);
    expect(run.asks).toEqual([]);
    run.pass(1);
    expect(run.asks).toEqual(["order 2 has ended, and no status has told within 5 s what it has filled"]);
    run.look();
    holdPromise();
  });
});

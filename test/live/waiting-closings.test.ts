import { describe, expect, it } from "vitest";
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

const HOUR = 3_600_000;

startsEach();

describe("a cancel that is not answered", () => {
  it("leaves the position open until the broker was asked, and no longer", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    // It has ended, and nobody heard of it.
    run.model.end(run.model.order(1), "Cancelled");
    run.model.forget();
    run.pass(9_000);
    expect(run.asks).toEqual([]);
    run.pass(1_000);
    expect(run.asks).toContain("a closing order of SPY waits for the end of order 2");
    expect(closings(1)).toEqual([]);
    run.look();
    expect(closings(1)).toEqual([100]);
    expect(run.alerts.filter(({ code }) => code === "FLATTEN_INCOMPLETE")).toEqual([]);
    holdPromise();
  });

  it("of a stop that has filled leaves nothing to close", () => {
    hold({ stop: 90 });
    holdCancels();
    const order = close();
    run.turn();
    run.model.fill(run.model.order(1), 100, 90);
    run.model.forget();
    run.pass(10_000);
    run.look();
    run.settle();
    expect(closings(1)).toEqual([]);
    expect(order.status).toBe("cancelled");
    holdPromise();
  });

  it("of an order that still works is asked again, a person hears of it, and the closing order waits on", () => {
    hold({ stop: 90 });
    holdCancels();
    const order = close();
    run.turn();
    run.pass(10_000);
    run.look();
    expect(closings(1)).toEqual([]);
    expect(run.alerts.at(-1)).toMatchObject({ code: "FLATTEN_INCOMPLETE", details: { symbol: "SPY" } });
    expect(run.model.cancels).toEqual([2, 2]);
    const asked = run.asks.length;
    run.pass(60_000);
    expect(run.asks.length).toBeGreaterThan(asked);
    expect(order.status).toBe("submitted");
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([100]);
    holdPromise();
  });

  it("is told once, and again only when other orders stand", () => {
    hold({ stop: 90 }, { limit: 110 });
    holdCancels();
    close();
    run.turn();
    const told = (): unknown[] =>
      run.alerts.filter(({ code }) => code === "FLATTEN_INCOMPLETE").map(({ details }) => details.reason);
    const lookOn = (): void => {
      for (let i = 0; i < 5; i++) {
        run.pass(60_000);
        run.look();
        for (const { orderId } of run.model.open()) run.model.refuse(orderId, 10147, "not found.", "order cancel");
        run.settle();
      }
    };
    lookOn();
    expect(told()).toEqual(["orders 2, 3 should have been cancelled and may still fill"]);
    run.model.end(run.model.order(2), "Cancelled");
    run.settle();
    lookOn();
    expect(told().slice(1)).toEqual(["order 2 should have been cancelled and may still fill"]);
    expect(closings(2)).toEqual([]);
  });

  it("or is refused though the order works is asked again as well", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.model.refuse(2, 10147, "OrderId 2 that needs to be cancelled is not found.", "order cancel");
    run.settle();
    expect(closings(1)).toEqual([]);
    run.pass(10_000);
    run.look();
    expect(run.model.cancels).toEqual([2, 2]);
    expect(closings(1)).toEqual([]);
    run.model.fill(run.model.order(1), 100, 90);
    run.settle();
    run.settle();
    expect(closings(1)).toEqual([]);
    expect(run.engine.working.total).toBe(0);
    holdPromise();
  });

  it("of an order without a trace holds the closing order until two looks agree", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.model.order(1).status = "Cancelled";
    run.model.passMidnight();
    run.model.executions = [];
    run.pass(10_000);
    run.look();
    expect(closings(1)).toEqual([]);
    run.pass(6_000);
    run.look();
    expect(closings(1)).toEqual([100]);
  });

  it("while there is no connection is no reason to send anything into it", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.broker.isConnected = false;
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([]);
    run.broker.isConnected = true;
    run.turn();
    expect(closings(1)).toEqual([100]);
  });
});

describe("a session that is killed while a closing order waits", () => {
  it("goes on with it when it starts again, and closes what is held then", async () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.kill();
    run.model.fill(run.model.order(1), 30, 90);
    run.model.forget();
    await run.open();
    run.showPrices();
    expect(closings(1)).toEqual([]);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([70]);
    run.kill();
    await run.open();
    run.showPrices();
    expect(closings(1)).toEqual([70]);
    holdPromise();
  });

  it("goes on with one that closes by force past all that judges orders, as if it had never stopped", async () => {
    hold({ stop: 90 });
    holdCancels();
    flatten();
    run.turn();
    run.kill();
    // 17:00: the market has closed, there is no connection yet, and no price is known.
    run.now += 7 * HOUR;
    await run.open();
    run.broker.isConnected = false;
    run.pass(60_000);
    expect(run.status(1)).toBe("submitted");
    run.broker.isConnected = true;
    run.settle();
    expect(closings(1)).toEqual([]);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([100]);
    holdPromise();
  });

  it("sends it once, whether it had left or not", async () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.model.end(run.model.order(1), "Cancelled");
    const { place } = run.model;
    run.model.place = () => {
      throw new Error("the power fails");
    };
    run.model.deliver();
    expect(() => run.turn()).toThrow("the power fails");
    run.kill();
    run.model.place = place;
    await run.open();
    run.settle();
    // It was committed, so that it may have been sent: it is looked for, and never sent again.
    expect(closings(1)).toEqual([]);
    expect(run.record(3).state).toBe("lost");
    expect(run.engine.working.total).toBe(1);
  });

  it("has nothing to close where the stop has filled meanwhile", async () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.kill();
    run.model.fill(run.model.order(1), 100, 90);
    run.model.forget();
    await run.open();
    run.showPrices();
    run.settle();
    expect(closings(1)).toEqual([]);
    expect(run.engine.working.total).toBe(0);
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("asks again to flatten where its kill switch says so, and closes the position once", async () => {
    hold({ stop: 90 });
    holdCancels();
    run.journal.putKillSwitch({ isOn: true, reason: "by hand", flatten: true, since: run.now });
    run.engine.hear(run.now, () => run.engine.kill("by hand", true));
    run.turn();
    run.kill();
    await run.open();
    expect(run.journal.killSwitch()?.flatten).toBe(true);
    run.engine.kill("by hand", true);
    run.showPrices();
    expect(closings(1)).toEqual([]);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([100]);
    run.model.fill(run.model.order(2), 100, 99);
    run.settle();
    expect(run.engine.working.total).toBe(0);
    holdPromise();
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelOrder } from "./broker-model.js";
import { brokerPosition, close, hold, run, startsEach } from "./closed-position.js";
import { INSTRUMENTS } from "./live-run.js";

const [SPY] = INSTRUMENTS;

startsEach();

/** A position of 100 that an order to close works for. */
function closing(): void {
  hold();
  close();
  run.settle();
  run.model.accept(run.model.order(1));
  run.settle();
}

describe("a position that is closed by an order that works", () => {
  it("is not closed twice while another order of its side fills", () => {
    closing();
    run.model.fill(run.model.order(1), 60, 101);
    run.settle();
    run.act((orders) => orders.submit(SPY, "sell", 15, { limit: 101 }));
    run.settle();
    run.model.fill(run.model.order(2), 15, 101);
    run.settle();
    expect(run.model.order(1)).toMatchObject({ quantity: 85, filled: 60 });
    run.model.fill(run.model.order(1), 25, 101);
    run.settle();
    expect(brokerPosition()).toBe(0);
    expect(run.model.open()).toEqual([]);
  });

  describe("and in part by another of its side meanwhile, is not closed twice", () => {
    let other: ModelOrder;

    beforeEach(() => {
      closing();
      run.model.fill(run.model.order(1), 60, 101);
      run.settle();
      run.act((orders) => orders.submit(SPY, "sell", 15, { limit: 101, tif: "GTC" }));
      run.settle();
      other = run.model.order(2);
      run.model.accept(other);
      run.settle();
    });
    afterEach(() => {
      expect(run.model.order(1)).toMatchObject({ quantity: 85, filled: 60 });
      run.model.fill(run.model.order(1), 25, 101);
      run.settle();
      expect([brokerPosition(), run.enginePosition()]).toEqual([0, 0]);
      expect(run.model.open()).toEqual([]);
    });

    it("where nobody was there to hear of it", async () => {
      run.kill();
      run.model.fill(other, 15, 101);
      await run.open();
      run.settle();
    });

    it("where the process was killed when that was written down, before the order was cut", async () => {
      run.model.change = () => {
        throw new Error("killed");
      };
      run.model.fill(other, 15, 101);
      expect(() => run.settle()).toThrow("killed");
      run.kill();
      Reflect.deleteProperty(run.model, "change");
      await run.open();
      run.settle();
      run.lookTwice();
    });

    it("where the change was lost", () => {
      run.model.change = ({ orderId }) => void run.model.told.push({ kind: "written", orderId, what: "change" });
      run.model.fill(other, 15, 101);
      run.settle();
      run.broker.isConnected = false;
      run.pass(5_000);
      Reflect.deleteProperty(run.model, "change");
      run.broker.isConnected = true;
      for (let i = 0; i < 4; i++) {
        run.look();
        run.settle();
        run.pass(20_000);
      }
    });

    it("where there was no connection for it", () => {
      run.model.change = ({ orderId }) =>
        void run.model.told.push({ kind: "unsent", orderId, what: "change", reason: "there is no connection" });
      run.model.fill(other, 15, 101);
      run.model.deliver();
      run.broker.isConnected = false;
      run.turn();
      run.settle();
      Reflect.deleteProperty(run.model, "change");
      run.broker.isConnected = true;
      run.settle();
    });
  });

  it("may be closed twice where the broker refuses to cut the order, which a person is told once", () => {
    closing();
    let asked = 0;
    run.model.change = ({ orderId }) => {
      asked++;
      run.model.told.push({ kind: "written", orderId, what: "change" });
      run.model.refuse(orderId, 201, "Order rejected - reason:no", "order change");
    };
    run.act((orders) => orders.submit(SPY, "sell", 15, { limit: 101 }));
    run.settle();
    run.model.fill(run.model.order(2), 15, 101);
    run.settle();
    for (let i = 0; i < 4; i++) {
      run.look();
      run.settle();
      run.pass(60_000);
    }
    expect([asked, run.model.order(1).quantity]).toEqual([1, 100]);
    expect(run.alerts).toMatchObject([
      { code: "CHANGE_REFUSED", details: { reason: "85 units are left to it, and the broker has 100" } },
    ]);
  });
});

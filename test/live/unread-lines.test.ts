import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BrokerState } from "../../brokers/tws/account/broker-state.js";
import type { ReconcileReport } from "../../live/reconcile/reconcile.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const [SPY_ID] = CON_IDS;
const ORDERS = { hasAllOrders: false } as const;
const POSITIONS = { positions: [], hasAllPositions: false } as const;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

const buy = (quantity = 100) => run.act((orders) => orders.submit(SPY, "buy", quantity));
const denialOf = (quantity = 1) => buy(quantity).denial?.code;

/** A look at the account of which a line could not be read. */
function tornLook(torn: Partial<BrokerState>): ReconcileReport {
  const since = run.broker.beginReconcile(run.now);
  return run.lookAt({ ...run.model.state(), ...torn }, since);
}

describe("beside a line of the orders that cannot be read", () => {
  it("an order without a trace is not gone", () => {
    run.model.fateOf = (_, n) => (n === 0 ? "lost" : "arrives");
    buy();
    run.settle();
    run.pass(11_000);
    for (let i = 0; i < 4; i++) {
      expect(tornLook(ORDERS)).toMatchObject({ lost: [], dead: [], isSettled: false });
      run.pass(6_000);
    }
    expect(run.record(1).state).not.toBe("rejected");
    run.lookTwice();
    expect(run.record(1).state).toBe("rejected");
  });

  it("an order that was to be cancelled and works is cancelled again", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    const { cancel } = run.model;
    // It is lost on its way.
    run.model.cancel = (orderId) => void run.model.cancels.push(orderId);
    run.act((orders) => orders.cancel(order));
    run.settle();
    run.model.cancel = cancel;
    tornLook(ORDERS);
    run.settle();
    expect(run.model.cancels).toHaveLength(2);
    expect(order.status).toBe("cancelled");
  });

  it("a difference is shown, and gone when it is", () => {
    buy();
    run.settle();
    run.model.hold(SPY_ID, 7);
    expect(tornLook(ORDERS).differences).toMatchObject([{ difference: 7 }]);
    run.model.hold(SPY_ID, -7);
    run.pass(6_000);
    expect(tornLook(ORDERS).differences).toEqual([]);
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
  });
});

describe("beside a line of the positions that cannot be read", () => {
  it("what the list lacks takes nothing more, and can be closed whole", () => {
    buy();
    run.settle();
    run.model.fill(run.model.order(0), 100, 101);
    run.settle();
    run.look();
    for (let i = 0; i < 3; i++) {
      tornLook(POSITIONS);
      run.pass(6_000);
    }
    expect(run.alerts).toEqual([]);
    expect(run.position()).toBe(100);
    expect(denialOf()).toBe("RECONCILE");
    run.look();
    expect(denialOf(1)).toBeUndefined();
    tornLook(POSITIONS);
    run.engine.hear(run.now, () => run.engine.flatten("flatten"));
    run.settle();
    expect(run.model.handed.at(-1)).toMatchObject({ side: -1, quantity: 100 });
  });
});

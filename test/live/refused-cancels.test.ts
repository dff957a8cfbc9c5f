import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Order } from "../../core/orders/order.js";
import { alertText } from "../../live/alerts.js";
import { isOpen } from "./broker-model.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const SECOND = 1_000;
const HOUR = 3_600_000;
const REFUSALS: Readonly<Record<number, string>> = {
  161: "Cancel attempted when order is not in a cancellable state.",
  10147: "OrderId that needs to be cancelled is not found.",
  10148: "OrderId that needs to be cancelled cannot be cancelled, state: PendingSubmit.",
};

let run: LiveRun;
/** When each cancel came to the broker, in seconds since the first. */
let cancelledAt: number[];

beforeEach(async () => {
  run = await LiveRun.start();
  cancelledAt = [];
});
afterEach(() => run.close());

/** The broker refuses every cancel until this is undone. */
function refuseCancels(code = 161): () => void {
  const { cancel } = run.model;
  run.model.cancel = (orderId) => {
    run.model.cancels.push(orderId);
    cancelledAt.push(run.now);
    run.model.told.push({ kind: "written", orderId, what: "cancel" });
    run.model.refuse(orderId, code, REFUSALS[code], "order cancel");
  };
  return () => {
    run.model.cancel = cancel;
  };
}

/** Time passes, and what the broker tells meanwhile is heard. */
function pass(seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    run.pass(SECOND);
    run.settle();
  }
}

function rests(): Order {
  const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 95, tif: "GTC" }));
  run.settle();
  run.model.accept(run.model.order(0));
  run.settle();
  return order;
}

const waits = (): number[] => cancelledAt.slice(1).map((at, i) => (at - cancelledAt[i]) / SECOND);
const told = (): string[] => run.alerts.map((alert) => `${alert.code}: ${alertText(alert)}`);
const kill = (): void => run.engine.hear(run.now, () => run.engine.kill("operator"));

describe.each([
  ["the kill switch", kill],
  ["a strategy that fails", () => run.engine.stopStrategy(new Error("boom"))],
  ["a flattening", () => run.engine.hear(run.now, () => run.engine.flatten("flatten"))],
])("a cancel that %s has asked for", (_, stop) => {
  it.each([161, 10147, 10148])(
    "is asked for again while it is refused with %i, ever more seldom, and a person hears of it once",
    (code) => {
      rests();
      refuseCancels(code);
      stop();
      run.settle();
      pass(200);
      expect(waits()).toEqual([10, 20, 40, 60, 60]);
      expect(told()).toEqual([
        `CANCEL_REFUSED: buy 100 SPY limit 95.00 is to end and could not be cancelled: ${code}, ${REFUSALS[code].replace(/\.$/, "")}.`,
      ]);
      expect(run.status(0)).toBe("accepted");
    },
  );

  it("is asked for until it is taken, and no more", () => {
    rests();
    const take = refuseCancels();
    stop();
    run.settle();
    pass(15);
    take();
    pass(30);
    expect(run.model.cancels).toEqual([1, 1, 1]);
    expect([isOpen(run.model.order(0)), run.status(0)]).toEqual([false, "cancelled"]);
    run.pass(HOUR);
    expect(run.model.cancels).toHaveLength(3);
    expect(run.broker.due).toBe(Infinity);
  });

  it("is not asked for again of an order that has filled meanwhile", () => {
    rests();
    refuseCancels(10148);
    stop();
    run.settle();
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.pass(HOUR);
    expect(run.model.cancels.filter((id) => id === 1)).toHaveLength(1);
  });

  it("leaves nobody called where the fill of the order was told with the refusal", () => {
    rests();
    stop();
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.pass(HOUR);
    expect(run.alerts.filter(({ code }) => code === "CANCEL_REFUSED")).toEqual([]);
  });
});

describe("a cancel of an order that was told dead and lives", () => {
  /** An order that two looks in a row have not found works at the broker. */
  function turnsUp(): void {
    run.model.fateOf = () => "late";
    run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 95, tif: "GTC" }));
    run.settle();
    run.lookTwice();
    run.pass(6 * SECOND);
    run.look();
    run.settle();
    expect(run.status(0)).toBe("rejected");
    run.model.arrive();
    run.model.accept(run.model.order(0));
    run.alerts.length = 0;
  }

  it.each([161, 10147, 10148])(
    "is asked for again while it is refused with %i, ever more seldom, and a person hears of it once",
    (code) => {
      turnsUp();
      refuseCancels(code);
      run.settle();
      pass(200);
      expect(waits()).toEqual([10, 20, 40, 60, 60]);
      expect(run.alerts.map((alert) => alert.code)).toEqual(["ORDER_UNDEAD", "CANCEL_REFUSED"]);
      expect(run.ledger.blockOf("SPY")?.why).toBe("undead 1");
    },
  );

  it("is asked for until it is taken, and no more", () => {
    turnsUp();
    const take = refuseCancels();
    run.settle();
    pass(15);
    take();
    pass(30);
    expect(run.model.cancels).toEqual([1, 1, 1]);
    run.look();
    run.pass(HOUR);
    run.settle();
    expect([isOpen(run.model.order(0)), run.record(1).isUndead]).toEqual([false, false]);
    expect(run.model.cancels).toHaveLength(3);
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
    expect(run.broker.due).toBe(Infinity);
  });

  it("is asked for again in a session that starts anew, whose run does not have the order", async () => {
    turnsUp();
    refuseCancels();
    run.settle();
    run.kill();
    await run.open();
    run.settle();
    pass(35);
    expect(waits().map(Math.round)).toEqual([0, 10, 20]);
    expect(run.record(1).row).toBe(-1);
  });
});

describe("a cancel that was refused", () => {
  it("is the strategy's business while orders may be made", () => {
    const order = rests();
    refuseCancels();
    run.act((orders) => orders.cancel(order));
    run.settle();
    run.pass(HOUR);
    expect(run.model.cancels).toEqual([1]);
    expect(told()).toEqual([]);
  });

  it("is asked for again where the strategy's own was on its way when the kill switch came", () => {
    const order = rests();
    refuseCancels();
    run.act((orders) => orders.cancel(order));
    run.turn();
    kill();
    run.settle();
    pass(35);
    expect(waits()).toEqual([10, 20]);
    expect(run.alerts.map(({ code }) => code)).toEqual(["CANCEL_REFUSED"]);
  });

  it("is asked for no more once the kill switch is off", () => {
    rests();
    refuseCancels();
    kill();
    run.settle();
    pass(5);
    run.engine.release();
    run.pass(HOUR);
    expect(run.model.cancels).toEqual([1]);
    expect(run.broker.due).toBe(Infinity);
  });

  it("of an exit that protects what is held is not asked for again by the kill switch", () => {
    const { stopLoss } = run.act((orders) => orders.bracket(SPY, "buy", 100, { stopLoss: 90, tif: "GTC" }));
    run.settle();
    for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
    run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    refuseCancels();
    kill();
    run.settle();
    run.act((orders) => orders.cancel(stopLoss as Order));
    run.settle();
    run.pass(HOUR);
    expect(run.model.cancels).toEqual([2]);
    expect(told()).toEqual([]);
  });
});

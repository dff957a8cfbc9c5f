import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const GTC = { tif: "GTC" } as const;
const SECOND = 1_000;

let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});
afterEach(() => run.close());

/** Lets the broker have all orders, and the session hear so. */
function accept(): void {
  run.settle();
  for (const order of run.model.open()) run.model.accept(order, "PreSubmitted");
  run.settle();
}

/** Cancels are handed over, and nothing comes of them. */
function loseCancels(): void {
  run.model.cancel = (orderId) => {
    run.model.cancels.push(orderId);
    run.model.told.push({ kind: "written", orderId, what: "cancel" });
  };
}

function hold(quantity: number): void {
  run.act((orders) => orders.submit(SPY, "buy", quantity));
  accept();
  run.model.fill(run.model.order(0), quantity, 100);
  run.settle();
}

const kill = (): void => {
  run.engine.hear(run.now, () => run.engine.kill("operator"));
  run.settle();
};
const working = (): number[] =>
  [...run.engine.book.status.keys()].slice(0, run.engine.book.length).filter((row) => run.status(row) === "accepted");

describe("what the kill switch has left standing", () => {
  it("is cancelled once a fill has left it more to close than there is", () => {
    hold(100);
    run.act((orders) => {
      orders.submit(SPY, "sell", 100, { limit: 110, ...GTC });
      orders.submit(SPY, "sell", 60, { limit: 105, ...GTC });
    });
    accept();
    loseCancels();
    kill();
    expect(run.model.cancels).toEqual([3]);
    expect(working()).toEqual([1]);
    run.model.fill(run.model.order(2), 60, 105);
    run.settle();
    expect(run.enginePosition()).toBe(40);
    expect(run.model.cancels).toEqual([3, 2]);
  });

  it("stays while it only closes what is held", () => {
    hold(100);
    run.act((orders) => orders.submit(SPY, "sell", 100, { limit: 110, ...GTC }));
    accept();
    kill();
    run.model.fill(run.model.order(1), 30, 110);
    run.settle();
    run.pass(60 * SECOND);
    expect([run.enginePosition(), run.model.cancels.length]).toEqual([70, 0]);
  });

  it("is cancelled where others stand in its place, for their cancels were under way and are refused", () => {
    const { stopLoss, takeProfit } = run.act((orders) =>
      orders.bracket(SPY, "buy", 100, { stopLoss: 90, takeProfit: 110 }),
    );
    accept();
    run.model.fill(run.model.order(0), 100, 100);
    run.act((orders) => orders.submit(SPY, "sell", 100, { limit: 120, ...GTC }));
    accept();
    loseCancels();
    run.act((orders) => {
      for (const exit of [stopLoss, takeProfit]) if (exit !== undefined) orders.cancel(exit);
    });
    kill();
    expect(run.model.cancels).toEqual([2, 3]);
    for (const orderId of [2, 3]) run.model.refuse(orderId, 161, "Cancel attempted.", "order cancel");
    run.settle();
    run.pass(120 * SECOND);
    expect(run.model.cancels).toEqual([2, 3, 4]);
  });
});

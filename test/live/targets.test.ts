import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Order } from "../../core/orders/order.js";
import type { OrderOptions } from "../../core/orders/order-request.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

const target = (units: number, options?: OrderOptions): Order | undefined =>
  run.act((orders) => orders.target(SPY, units, options));
const sold = (): readonly number[] => run.model.handed.slice(2).map(({ side, quantity }) => side * quantity);
const brokerPosition = (): number => run.model.positions.get(756733) ?? 0;

/** Holds 100 units, with an order for a target of `units` that works; answers to cancels come when a test says so. */
function hold(units = 0): Order {
  target(100);
  run.settle();
  run.model.fill(run.model.order(0), 100, 100);
  run.settle();
  const order = target(units, { limit: 110 }) as Order;
  run.settle();
  run.model.accept(run.model.order(1));
  run.settle();
  run.model.cancel = (orderId) => {
    run.model.cancels.push(orderId);
    run.model.told.push({ kind: "written", orderId, what: "cancel" });
  };
  return order;
}

/** Cancels all and goes for another target, in one handler. */
const turnTo = (units: number): Order | undefined =>
  run.act((orders) => {
    orders.cancelAll(SPY);
    return orders.target(SPY, units);
  });

function holdPromise(): void {
  for (const [ref, count] of run.refsHanded()) expect(count, ref).toBe(1);
  expect(run.position()).toBe(brokerPosition());
  expect(run.enginePosition()).toBe(brokerPosition());
}

describe("a target that is asked for while the order for the one before is being cancelled", () => {
  it("is reached by an order that leaves when that has ended", () => {
    hold();
    const order = turnTo(0);
    run.settle();
    expect(order?.status).toBe("submitted");
    expect(sold()).toEqual([]);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(sold()).toEqual([-100]);
    holdPromise();
  });

  it.each([
    [30, [-70]],
    [100, []],
  ])("is not overshot where %i units fill before the cancel", (filled, left) => {
    hold();
    const order = turnTo(0) as Order;
    run.turn();
    run.model.fill(run.model.order(1), filled, 110);
    run.settle();
    expect(sold()).toEqual([]);
    if (filled < 100) run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(sold()).toEqual(left);
    expect(order.status).toBe(filled < 100 ? "submitted" : "cancelled");
    if (filled < 100) run.model.fill(run.model.order(2), 70, 99);
    run.settle();
    expect(brokerPosition()).toBe(0);
    expect(run.engine.working.total).toBe(0);
    holdPromise();
  });

  it("needs no order where it is what is held already, and none that would turn the position", () => {
    hold(300);
    expect(turnTo(100)).toBeUndefined();
    run.settle();
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(sold()).toEqual([]);
    expect(brokerPosition()).toBe(100);
  });

  it("is asked for again and again without being doubled, at every fill", () => {
    hold();
    turnTo(0);
    run.turn();
    expect(target(0)).toBeUndefined();
    run.model.fill(run.model.order(1), 40, 110);
    run.settle();
    expect(target(0)).toBeUndefined();
    run.model.fill(run.model.order(1), 10, 110);
    run.model.end(run.model.order(1), "Cancelled");
    run.model.deliver();
    run.engine.hear(run.now, () => run.broker.dispatch());
    expect(target(0)).toBeUndefined();
    run.turn();
    expect(sold()).toEqual([-50]);
    expect(target(0)).toBeUndefined();
    holdPromise();
  });

  it("may be changed again before the first is gone", () => {
    hold();
    turnTo(0);
    run.turn();
    turnTo(60);
    run.turn();
    run.model.fill(run.model.order(1), 10, 110);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(sold()).toEqual([-30]);
    holdPromise();
  });

  it("is not dropped behind a partial fill of the order that is being cancelled", () => {
    const first = hold();
    run.act((orders) => orders.cancel(first));
    run.turn();
    run.model.fill(run.model.order(1), 40, 110);
    run.settle();
    expect(first.status).toBe("pending cancel");
    expect(target(0)?.quantity).toBe(60);
    run.settle();
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(sold()).toEqual([-60]);
  });

  it("is given up, and the strategy told, where the order before cannot be cancelled and works on", () => {
    const first = hold();
    const order = turnTo(0) as Order;
    run.turn();
    run.model.refuse(2, 161, "Cancel attempted when order is not in a cancellable state.", "order cancel");
    run.settle();
    expect(order.status).toBe("cancelled");
    expect(first.status).toBe("accepted");
    expect(sold()).toEqual([]);
    run.model.fill(run.model.order(1), 100, 110);
    run.settle();
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("keeps nothing else of the instrument from leaving", () => {
    hold();
    turnTo(0);
    run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 90 }));
    run.turn();
    expect(run.model.handed.at(-1)).toMatchObject({ side: -1, stop: 90 });
    expect(sold()).toHaveLength(1);
  });

  it("waits for the connection where it is away when the other has ended", () => {
    hold();
    turnTo(0);
    run.turn();
    run.broker.isConnected = false;
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(sold()).toEqual([]);
    run.broker.isConnected = true;
    run.turn();
    expect(sold()).toEqual([-100]);
    holdPromise();
  });

  it("is taken back as a whole", () => {
    hold();
    const order = turnTo(0) as Order;
    run.turn();
    run.act((orders) => orders.cancel(order));
    run.turn();
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(order.status).toBe("cancelled");
    expect(sold()).toEqual([]);
    expect(run.engine.book.behind.size).toBe(0);
  });

  it.each([
    [0, [-100]],
    [30, [-70]],
    [100, []],
  ])("is reached by the next session where this one is killed and %i units fill", async (filled, left) => {
    hold();
    turnTo(0);
    run.turn();
    run.kill();
    const first = run.model.order(1);
    if (filled > 0) run.model.fill(first, filled, 110);
    if (filled < 100) run.model.end(first, "Cancelled");
    run.model.forget();
    await run.open();
    run.showPrices();
    run.settle();
    expect(sold()).toEqual(left);
    holdPromise();
  });

  it("waits on in the next session, and is cut by what fills there", async () => {
    hold();
    turnTo(0);
    run.turn();
    run.model.fill(run.model.order(1), 20, 110);
    run.settle();
    run.kill();
    run.model.fill(run.model.order(1), 10, 110);
    run.model.forget();
    await run.open();
    run.showPrices();
    expect(sold()).toEqual([]);
    expect(target(0)).toBeUndefined();
    run.model.fill(run.model.order(1), 5, 110);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(sold()).toEqual([-65]);
    run.model.fill(run.model.order(2), 65, 99);
    run.settle();
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });
});

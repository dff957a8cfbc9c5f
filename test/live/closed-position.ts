import { afterEach, beforeEach, expect } from "vitest";
import type { Order } from "../../core/orders/order.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

// A position under its exits that is closed, as several tests begin with.

const [SPY] = INSTRUMENTS;

/** The run of the test that is under way. */
export let run: LiveRun;

/** Gives every test of a file a run of its own. */
export function startsEach(): void {
  beforeEach(async () => {
    run = await LiveRun.start();
  });
  afterEach(() => run.close());
}

/** Holds 100 units, which the given exits protect. */
export function hold(...exits: readonly { readonly stop?: number; readonly limit?: number }[]): Order[] {
  run.act((orders) => orders.submit(SPY, "buy", 100));
  run.settle();
  run.model.fill(run.model.order(0), 100, 100);
  run.settle();
  const made = exits.map((exit) => run.act((orders) => orders.submit(SPY, "sell", 100, { ...exit, tif: "GTC" })));
  run.settle();
  for (const order of run.model.open()) run.model.accept(order);
  run.settle();
  return made;
}

export const close = (): Order => run.act((orders) => orders.closePosition(SPY)) as Order;
export const flatten = (): void => run.engine.hear(run.now, () => run.engine.flatten("flatten"));
/** What was handed over behind the entry and its exits. */
export const closings = (exits: number): readonly number[] =>
  run.model.handed.slice(1 + exits).map(({ quantity }) => quantity);
export const brokerPosition = (): number => run.model.positions.get(756733) ?? 0;

/** The answers to cancels do not come by themselves: the orders go on working until a test says what becomes of them. */
export function holdCancels(): void {
  run.model.cancel = (orderId) => {
    run.model.cancels.push(orderId);
    run.model.told.push({ kind: "written", orderId, what: "cancel" });
  };
}

/** Whatever happened: nothing was sent twice, and broker, journal and run agree. */
export function holdPromise(): void {
  for (const [ref, count] of run.refsHanded()) expect(count, ref).toBe(1);
  expect(run.position()).toBe(brokerPosition());
  expect(run.enginePosition()).toBe(brokerPosition());
}

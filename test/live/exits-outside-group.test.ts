import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

/** A bracket of 100 whose entry has filled, to which an exit of 100 was added that is in no group with its stop and target. */
function withOneMore(): void {
  const { entry } = run.act((orders) => orders.bracket(SPY, "buy", 100, { stopLoss: 90, takeProfit: 110 }));
  run.act((orders) => orders.submit(SPY, "sell", 100, { limit: 105, tif: "GTC", parent: entry }));
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.settle();
  fill(0, 100);
}

function fill(which: number, quantity: number): void {
  run.model.fill(run.model.order(which), quantity, 100);
  run.settle();
}

const changes = (): number[][] => run.model.changes.map(({ orderId, quantity }) => [orderId, quantity]);

describe("an exit that was added to a bracket", () => {
  it("ends stop and target when it has closed all that the entry opened", () => {
    withOneMore();
    fill(3, 100);
    expect(run.model.cancels).toEqual([2, 3]);
    expect(changes()).toEqual([]);
  });

  it("makes stop and target as much smaller as it has closed", () => {
    withOneMore();
    fill(3, 30);
    expect(changes()).toEqual([
      [2, 70],
      [3, 70],
    ]);
    expect(run.model.cancels).toEqual([]);
  });

  it("is cancelled at the broker where it fills what is left to it before it could be made smaller", () => {
    withOneMore();
    run.model.fill(run.model.order(2), 40, 110);
    run.model.fill(run.model.order(3), 60, 105);
    run.settle();
    expect([...run.model.cancels].sort()).toEqual([2, 3, 4]);
    expect(run.engine.portfolio.quantity[SPY.index]).toBe(0);
  });

  it("becomes as much smaller as one of them has closed, and the broker cuts the other", () => {
    withOneMore();
    fill(2, 40);
    expect(changes()).toEqual([[4, 60]]);
    fill(2, 60);
    expect(run.model.cancels).toEqual([4]);
  });
});

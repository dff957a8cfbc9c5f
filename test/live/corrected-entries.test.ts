import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BrokerExecution } from "../../brokers/tws/account/executions.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

/** A bracket of 100 whose entry has filled in parts of so many units, each a way of its own. */
function filledBy(...parts: number[]): BrokerExecution[] {
  run.act((orders) => orders.bracket(SPY, "buy", 100, { stopLoss: 90, takeProfit: 110 }));
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.settle();
  return parts.map((units) => {
    const execution = run.model.fill(run.model.order(0), units, 100);
    run.settle();
    return execution;
  });
}

const held = (): number => run.engine.portfolio.quantity[0];
const booked = (): number[] => [1, 2].map((row) => run.engine.book.quantity[row]);
const sizes = (): number[] => [1, 2].map((row) => run.model.order(row).quantity);

describe("exits of an entry that has filled", () => {
  it("stay as they are when an execution of it is told anew with another price", () => {
    const [first] = filledBy(50, 50);
    run.model.correct(first, 50, 101);
    run.settle();
    expect(held()).toBe(100);
    expect([booked(), sizes(), run.model.changes, run.model.cancels]).toEqual([[100, 100], [100, 100], [], []]);
  });

  it("stay as they are when the only execution of it is told anew with another price", () => {
    const [only] = filledBy(100);
    run.model.correct(only, 100, 101);
    run.settle();
    expect(held()).toBe(100);
    expect([booked(), sizes(), run.model.changes, run.model.cancels]).toEqual([[100, 100], [100, 100], [], []]);
  });

  it("are cut to what is held when an execution of it is taken back", () => {
    const [, second] = filledBy(60, 40);
    run.model.correct(second, 0, 100);
    run.settle();
    expect(held()).toBe(60);
    expect([booked(), sizes(), run.model.cancels]).toEqual([[60, 60], [60, 60], []]);
  });

  it("are cancelled when all of it is taken back, for they would open what nobody wants", () => {
    const [only] = filledBy(100);
    run.model.correct(only, 0, 100);
    run.settle();
    expect(held()).toBe(0);
    expect(run.model.cancels).toHaveLength(2);
    expect(run.engine.working.total).toBe(0);
  });

  it("are cancelled when all is taken back that it had filled before it was cancelled", () => {
    const [first] = filledBy(40);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect(booked()).toEqual([40, 40]);
    run.model.correct(first, 0, 100);
    run.settle();
    expect(held()).toBe(0);
    expect(run.engine.working.total).toBe(0);
  });

  it("stay as they are while the entry works of which all is taken back", () => {
    const [first] = filledBy(40);
    run.model.correct(first, 0, 100);
    run.settle();
    expect([booked(), run.model.cancels]).toEqual([[100, 100], []]);
  });

  it("are cancelled by the next start when all was taken back while nobody was there", async () => {
    const [only] = filledBy(100);
    run.kill();
    run.model.correct(only, 0, 100);
    await run.open();
    run.settle();
    expect(held()).toBe(0);
    expect(run.model.cancels).toHaveLength(2);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwsError } from "../../brokers/tws/errors.js";
import type { Order } from "../../core/orders/order.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

// Exits that are to be cut to a size that their exchange does not take: there an order is of 50 units or more.

const [SPY] = INSTRUMENTS;
const LEAST = 50;
const [ENTRY, STOP] = [0, 1];

let run: LiveRun;
/** Units that orders were to have when they were put on the exchange's steps. */
let fitted: number[];
let heard: string[];

beforeEach(async () => {
  run = await LiveRun.start();
  fitted = [];
  heard = [];
  const { fit } = run.model;
  run.model.fit = (intent) => {
    fitted.push(intent.quantity);
    if (intent.quantity < LEAST) {
      throw new TwsError("QUANTITY_TOO_SMALL", { symbol: "SPY", quantity: intent.quantity, least: LEAST });
    }
    return fit.call(run.model, intent);
  };
  run.engine.inbox.onDenied = ({ denial }) => heard.push(denial.code);
});
afterEach(() => run.close());

/** Of 100 to buy so many have filled, and the rest was cancelled; a stop for all of it works. */
function cutTo(units: number): Order {
  const made = run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 99, stopLoss: 90 }));
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.settle();
  run.model.fill(run.model.order(ENTRY), units, 99);
  run.settle();
  run.model.end(run.model.order(ENTRY), "Cancelled");
  run.settle();
  return made.stopLoss as Order;
}

const refusals = (): unknown[] => run.alerts.filter(({ code }) => code === "CHANGE_REFUSED");
const asked = (units: number): number => fitted.filter((one) => one === units).length;

describe("an exit that cannot be as small as what is left to it", () => {
  it("is asked to be so once, and a person is told once", () => {
    const stop = cutTo(40);
    for (let i = 0; i < 4; i++) {
      run.look();
      run.settle();
      run.pass(60_000);
    }
    expect(asked(40)).toBe(1);
    expect(refusals()).toEqual([
      { code: "CHANGE_REFUSED", details: expect.objectContaining({ reason: expect.stringContaining("50") }) },
    ]);
    expect([stop.quantity, run.model.order(STOP).quantity, run.model.changes]).toEqual([100, 100, []]);
  });

  it("has another price when the strategy gives it one", () => {
    const stop = cutTo(40);
    heard = [];
    run.act((orders) => orders.modify(stop, { stop: 95 }));
    run.settle();
    expect([run.model.order(STOP).stop, run.model.order(STOP).quantity, stop.stop, heard]).toEqual([95, 100, 95, []]);
    expect([asked(40), refusals().length]).toEqual([1, 1]);
  });

  it("is cut when it can be", () => {
    cutTo(60);
    expect([run.model.order(STOP).quantity, refusals()]).toEqual([60, []]);
  });

  it("is cut where another price that was asked for with the cut is what cannot be", () => {
    const { fit } = run.model;
    run.model.fit = (intent) => {
      if (intent.stop < 1) throw new TwsError("PRICE_TOO_SMALL", { symbol: "SPY", field: "stop", price: 0, step: 1 });
      return fit.call(run.model, intent);
    };
    const made = run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 99, stopLoss: 90 }));
    run.settle();
    for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
    run.model.fill(run.model.order(ENTRY), 60, 99);
    run.settle();
    const stop = made.stopLoss as Order;
    run.model.end(run.model.order(ENTRY), "Cancelled");
    run.act((orders) => orders.modify(stop, { stop: 0.5 }));
    run.settle();
    expect([stop.stop, run.model.order(STOP).quantity, heard]).toEqual([90, 60, ["PRICE_TOO_SMALL"]]);
  });
});

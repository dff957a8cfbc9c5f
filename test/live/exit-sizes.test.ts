import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import type { Bracket, BracketOptions } from "../../core/orders/bracket.js";
import type { Order } from "../../core/orders/order.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const EXITS = { stopLoss: 90, takeProfit: 110 };
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

/** A bracket whose entry, stop and target work at the broker. */
function bracket(quantity: number, options: BracketOptions = EXITS): Bracket & { stopLoss: Order; takeProfit: Order } {
  const made = run.act((orders) => orders.bracket(SPY, "buy", quantity, options));
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.settle();
  const { entry, stopLoss, takeProfit } = made;
  return { entry, stopLoss: stopLoss as Order, takeProfit: takeProfit as Order };
}

/** One that holds 100. */
function held(): ReturnType<typeof bracket> {
  const made = bracket(100);
  run.model.fill(run.model.order(0), 100, 100);
  run.settle();
  return made;
}

/** What was changed: which order, to how many units and to which stop. */
const changes = (): number[][] => run.model.changes.map(({ orderId, quantity, stop }) => [orderId, quantity, stop]);
const sizes = (): number[] => run.model.orders.map(({ quantity }) => quantity);
const booked = (...rows: number[]): number[] => rows.map((row) => run.engine.book.quantity[row]);

describe("an exit that the broker tells to be larger than its entry", () => {
  it("and does not make smaller is told to a person", () => {
    const { stopLoss } = held();
    run.model.change = ({ orderId, quantity, stop }) => {
      run.model.changes.push({ orderId, quantity, stop } as (typeof run.model.changes)[0]);
      run.model.told.push({ kind: "written", orderId, what: "change" });
      run.model.refuse(orderId, 201, "Order rejected - reason:no", "order change");
    };
    run.model.order(1).quantity = 211;
    run.model.tellOpen(run.model.order(1));
    run.settle();
    expect(changes()).toEqual([[2, 100, 90]]);
    expect(run.alerts.map(({ code }) => code)).toEqual(["CHANGE_REFUSED"]);
    expect(stopLoss.quantity).toBe(211);
  });
});

describe("an exit of which another has filled a part", () => {
  it("is moved with the units that are left to it, although the broker has not told them", () => {
    const { stopLoss } = held();
    run.model.fill(run.model.order(2), 40, 110);
    // The broker has taken them off the stop, and is about to say so.
    run.model.order(1).quantity = 60;
    run.settle();
    expect(stopLoss.quantity).toBe(60);
    run.act((orders) => orders.modify(stopLoss, { stop: 100 }));
    run.settle();
    run.model.tellOpen(run.model.order(1));
    run.settle();
    expect(changes()).toEqual([[2, 60, 100]]);
    expect(sizes()).toEqual([100, 60, 100]);
    expect(booked(1, 2)).toEqual([60, 100]);
  });

  it("is not cut twice where the broker tells of it before the execution, or late what it was", () => {
    const { stopLoss } = held();
    const stop = run.model.order(1);
    stop.quantity = 60;
    run.model.tellOpen(stop);
    run.settle();
    expect(stopLoss.quantity).toBe(60);
    run.model.fill(run.model.order(2), 40, 110);
    run.settle();
    expect(stopLoss.quantity).toBe(60);
    run.model.fill(run.model.order(2), 20, 110);
    stop.whyHeld = "trigger";
    run.model.tellOpen(stop);
    run.model.tellStatus(stop);
    run.settle();
    expect(stopLoss.quantity).toBe(40);
    stop.quantity = 40;
    run.model.tellOpen(stop);
    run.settle();
    expect(stopLoss.quantity).toBe(40);
    expect(run.record(2).terms.isTooLarge).toBe(false);
  });

  it("stays as it is when an execution is told anew with another price", () => {
    const { stopLoss } = held();
    const execution = run.model.fill(run.model.order(2), 40, 110);
    run.settle();
    run.model.correct(execution, 40, 111);
    run.settle();
    expect(stopLoss.quantity).toBe(60);
  });

  it("has the same units in a session that starts again before the broker has told them", async () => {
    held();
    run.model.fill(run.model.order(2), 40, 110);
    run.settle();
    run.kill();
    await run.open(false);
    const book = run.engine.book;
    expect([0, 1].map((row) => [book.quantity[row], book.filled[row]])).toEqual([
      [60, 0],
      [100, 40],
    ]);
  });

  it("has the units left that it had before a change that is refused", () => {
    const { stopLoss } = held();
    run.act((orders) => orders.modify(stopLoss, { stop: 95 }));
    run.turn();
    run.model.forgetAnswers();
    run.model.order(1).stop = 90;
    run.model.fill(run.model.order(2), 40, 110);
    run.settle();
    expect(stopLoss.quantity).toBe(60);
    run.model.refuse(2, 201, "Order rejected - reason:no", "order change");
    run.settle();
    expect([stopLoss.quantity, stopLoss.stop]).toEqual([60, 90]);
  });

  it("is changed as soon as it is seen to have what a change has given back that crossed the fill", () => {
    const { stopLoss } = held();
    run.act((orders) => orders.modify(stopLoss, { stop: 95 }));
    run.turn();
    run.model.fill(run.model.order(2), 40, 110);
    run.settle();
    expect([stopLoss.quantity, run.model.order(1).quantity]).toEqual([60, 100]);
    run.pass(6_000);
    expect(run.asks).toHaveLength(1);
    run.look();
    run.settle();
    run.pass(60_000);
    run.look();
    run.settle();
    expect(changes()).toEqual([
      [2, 100, 95],
      [2, 60, 95],
    ]);
    expect(run.model.order(1).quantity).toBe(60);
    expect(run.record(2).terms.isTooLarge).toBe(false);
  });

  it("is told to a person and not changed for ever where the broker keeps it too large", () => {
    held();
    run.model.change = (intent) => {
      run.model.changes.push(intent);
      run.model.told.push({ kind: "written", orderId: intent.orderId, what: "change" });
      run.model.refuse(intent.orderId, 201, "Order rejected - reason:no", "order change");
    };
    run.model.fill(run.model.order(2), 40, 110);
    run.settle();
    for (let i = 0; i < 4; i++) {
      run.pass(60_000);
      run.look();
      run.settle();
    }
    expect(changes()).toEqual([[2, 60, 90]]);
    expect(run.alerts.map(({ code }) => code)).toEqual(["CHANGE_REFUSED"]);
  });
});

describe("an order that waits for the open, of whose group another has left", () => {
  const HOUR = 3_600_000;

  function advance(ms: number): void {
    run.pass(ms);
    run.engine.advance(run.now);
    run.turn();
  }

  /** Holds 100 behind the close, with a target that works outside regular hours and a stop that is held. */
  function afterHours(): readonly Order[] {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    advance(7 * HOUR);
    const exit = { instrument: SPY, side: "sell", quantity: 100, tif: "GTC" } as const;
    const made = run.act((orders) =>
      orders.oco([
        { ...exit, limit: 110, outsideRth: true },
        { ...exit, stop: 90 },
      ]),
    );
    run.settle();
    run.model.accept(run.model.order(1));
    run.settle();
    expect(made.map(({ status }) => status)).toEqual(["accepted", "held"]);
    return made;
  }

  function open(): void {
    advance(17 * HOUR);
    for (let i = 0; i < 2; i++) {
      run.showPrices();
      run.settle();
    }
  }

  it("is cancelled when that one fills, and nothing is sold short at the open", () => {
    const [, stop] = afterHours();
    run.model.fill(run.model.order(1), 100, 110);
    run.settle();
    expect(stop.status).toBe("cancelled");
    open();
    expect(run.model.handed).toHaveLength(2);
    expect(run.enginePosition()).toBe(0);
  });

  it("leaves with the units that a part fill of that one has left it", () => {
    const [, stop] = afterHours();
    const execution = run.model.fill(run.model.order(1), 40, 110);
    run.settle();
    expect(stop.quantity).toBe(60);
    run.model.correct(execution, 40, 111);
    run.settle();
    expect(stop.quantity).toBe(60);
    open();
    expect(run.model.handed.map(({ quantity }) => quantity)).toEqual([100, 100, 60]);
  });

  it("is cut in a session that starts again by what that one has filled meanwhile, and once", async () => {
    afterHours();
    run.model.fill(run.model.order(1), 30, 110);
    run.settle();
    run.kill();
    run.model.fill(run.model.order(1), 10, 110);
    run.model.forget();
    await run.open();
    expect(booked(0, 1)).toEqual([100, 60]);
    run.kill();
    await run.open();
    expect(booked(0, 1)).toEqual([100, 60]);
    open();
    expect(run.model.handed.map(({ quantity }) => quantity)).toEqual([100, 100, 60]);
  });

  it("is over in a session that starts again when that one has filled meanwhile", async () => {
    afterHours();
    run.kill();
    run.model.fill(run.model.order(1), 100, 110);
    run.model.forget();
    await run.open();
    expect(run.engine.working.total).toBe(0);
    open();
    expect(run.model.handed).toHaveLength(2);
    expect(run.enginePosition()).toBe(0);
  });
});

describe("exits of an entry that ends with a part of it filled", () => {
  const LIMITED = { limit: 95, ...EXITS };

  /** Of 100 so many have filled, and the rest is cancelled. */
  function ended(filled: number): ReturnType<typeof bracket> {
    const made = bracket(100, LIMITED);
    run.model.fill(run.model.order(0), filled, 95);
    run.settle();
    run.model.end(run.model.order(0), "Cancelled");
    return made;
  }

  it("are cut to what it has filled, in the book at once and at the broker", () => {
    const { entry, stopLoss, takeProfit } = ended(40);
    run.model.deliver();
    let isJournalled = false;
    const change = run.model.change.bind(run.model);
    run.model.change = (intent) => {
      const requests = run.journal.entries().filter((entry) => entry.kind === "request" && entry.what === "change");
      isJournalled = requests.length === 2;
      change(intent);
    };
    run.turn();
    expect([entry.status, stopLoss.quantity, takeProfit.quantity]).toEqual(["cancelled", 40, 40]);
    expect(isJournalled).toBe(true);
    run.settle();
    run.pass(60_000);
    run.look();
    run.settle();
    expect(changes()).toEqual([
      [2, 40, 90],
      [3, 40, Number.NaN],
    ]);
    expect(sizes()).toEqual([100, 40, 40]);
    run.model.fill(run.model.order(1), 40, 90);
    run.settle();
    expect(run.enginePosition()).toBe(0);
    expect(run.asks).toEqual([]);
  });

  it("are not changed where the broker has told that it has cut them itself", () => {
    const { stopLoss, takeProfit } = ended(40);
    for (const exit of run.model.orders.slice(1)) {
      exit.quantity = 40;
      run.model.tellOpen(exit);
    }
    run.settle();
    run.pass(60_000);
    run.look();
    run.settle();
    expect([stopLoss.quantity, takeProfit.quantity]).toEqual([40, 40]);
    expect(changes()).toEqual([]);
  });

  it("are not changed again where the broker cuts them while the change is on its way", () => {
    ended(40);
    run.model.deliver();
    run.turn();
    const { told } = run.model;
    run.model.told = [];
    for (const exit of run.model.orders.slice(1)) run.model.tellOpen(exit);
    run.model.told.push(...told);
    run.settle();
    run.look();
    run.settle();
    expect(changes()).toHaveLength(2);
    expect(run.record(2).terms.isChanging).toBe(false);
  });

  it("are cut by what one of them has closed already", () => {
    const { stopLoss, takeProfit } = bracket(100, LIMITED);
    run.model.fill(run.model.order(0), 40, 95);
    run.model.fill(run.model.order(2), 10, 110);
    run.model.order(1).quantity = 90;
    run.model.tellOpen(run.model.order(1));
    run.settle();
    expect([stopLoss.quantity, takeProfit.quantity]).toEqual([90, 100]);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect([stopLoss.quantity, takeProfit.quantity]).toEqual([30, 40]);
    expect(sizes()).toEqual([100, 30, 40]);
  });

  it("are cancelled where they have closed all of it", () => {
    bracket(100, LIMITED);
    run.model.fill(run.model.order(0), 40, 95);
    run.model.fill(run.model.order(2), 40, 110);
    run.model.order(1).quantity = 60;
    run.model.tellOpen(run.model.order(1));
    run.settle();
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect(run.model.cancels).toEqual([2, 3]);
    expect([1, 2].map((row) => run.status(row))).toEqual(["cancelled", "cancelled"]);
  });

  it("are cut when the kill switch has cancelled the rest", () => {
    bracket(100, LIMITED);
    run.model.fill(run.model.order(0), 40, 95);
    run.settle();
    run.engine.hear(run.now, () => run.engine.kill("operator"));
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(sizes()).toEqual([100, 40, 40]);
  });

  it("are cut in a session that starts again where it ended while nobody was there, and once", async () => {
    bracket(100, LIMITED);
    run.model.fill(run.model.order(0), 40, 95);
    run.settle();
    run.kill();
    run.model.end(run.model.order(0), "Cancelled");
    run.model.forget();
    await run.open();
    run.settle();
    expect(booked(0, 1)).toEqual([40, 40]);
    expect(sizes()).toEqual([100, 40, 40]);
    run.kill();
    await run.open();
    run.settle();
    expect(changes()).toHaveLength(2);
    expect(booked(0, 1)).toEqual([40, 40]);
  });

  it("are cut as soon as they can be where there was no connection for the change", () => {
    const { stopLoss } = ended(40);
    run.model.deliver();
    const change = run.model.change;
    run.model.change = ({ orderId }) => {
      run.model.told.push({ kind: "unsent", orderId, what: "change", reason: "the connection was lost" });
    };
    run.settle();
    expect(stopLoss.quantity).toBe(100);
    run.model.change = change;
    run.look();
    run.settle();
    expect(stopLoss.quantity).toBe(40);
    expect(sizes()).toEqual([100, 40, 40]);
  });

  it("follow it through a split that came behind its end", async () => {
    ended(40);
    run.settle();
    run.engine.hear(run.now, () => run.broker.split(0, 4, 1));
    for (const exit of run.model.orders.slice(1)) exit.quantity = 160;
    run.model.hold(756733, 120);
    run.settle();
    run.look();
    run.settle();
    expect(sizes()).toEqual([100, 160, 160]);
    expect(run.model.changes).toHaveLength(2);
  });

  it("are changed only once the broker is known to have them", () => {
    run.act((orders) => orders.bracket(SPY, "buy", 100, LIMITED));
    run.settle();
    run.model.accept(run.model.order(0));
    run.model.fill(run.model.order(0), 40, 95);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect(booked(1, 2)).toEqual([40, 40]);
    expect(changes()).toEqual([]);
    for (const exit of run.model.orders.slice(1)) run.model.accept(exit);
    run.settle();
    expect(sizes()).toEqual([100, 40, 40]);
  });
});

describe("an exit that has an exit of its own", () => {
  it("is cut with it by what another exit of its entry has filled", () => {
    const { entry, stopLoss } = bracket(100);
    const other = run.act((orders) => orders.submit(SPY, "sell", 40, { limit: 105, parent: entry, tif: "GTC" }));
    const again = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 85, parent: stopLoss, tif: "GTC" }));
    run.settle();
    for (const order of run.model.orders.slice(3)) run.model.accept(order, "PreSubmitted");
    run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    run.model.fill(run.model.order(3), 40, 105);
    run.settle();
    expect(other.filled).toBe(40);
    expect(again.quantity).toBe(60);
    expect(sizes()).toEqual([100, 60, 60, 40, 60]);
  });
});

describe("an exit that is larger than its parent", () => {
  it("goes out with no more than that has", () => {
    const entry = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 99 }));
    const exit = run.act((orders) => orders.submit(SPY, "sell", 500, { stop: 90, parent: entry, tif: "GTC" }));
    run.settle();
    expect(run.model.handed.map(({ quantity }) => quantity)).toEqual([100, 100]);
    run.model.accept(run.model.order(1));
    run.settle();
    run.act((orders) => orders.modify(exit, { quantity: 300, stop: 91 }));
    run.settle();
    expect(changes()).toEqual([[2, 100, 91]]);
    expect(exit.quantity).toBe(100);
  });

  it("is cut where the broker tells that it has become so, as by a change that counts as refused", () => {
    bracket(100);
    run.model.order(2).quantity = 180;
    run.model.tellOpen(run.model.order(2));
    run.settle();
    expect(sizes()).toEqual([100, 100, 100]);
    expect(booked(2)).toEqual([100]);
  });
});

describe("exits of an entry whose size is changed", () => {
  const LIMITED = { limit: 95, ...EXITS };

  /** The entry's changes are refused, those of its exits are taken. */
  function refuseEntry(code: number): void {
    const change = run.model.change.bind(run.model);
    run.model.change = (intent) => {
      if (intent.orderId !== run.model.order(0).orderId) {
        change(intent);
        return;
      }
      run.model.changes.push(intent);
      run.model.told.push({ kind: "written", orderId: intent.orderId, what: "change" });
      run.model.refuse(intent.orderId, code, "Order rejected - reason:no", "order change");
      run.model.tellOpen(run.model.order(0));
    };
  }

  function passAndLook(): void {
    run.pass(60_000);
    run.look();
    run.settle();
  }

  it("follow it back where the broker refuses it for the entry", () => {
    const { entry, stopLoss } = bracket(50, LIMITED);
    refuseEntry(201);
    run.act((orders) => orders.modify(entry, { quantity: 100 }));
    run.settle();
    expect([entry.quantity, stopLoss.quantity]).toEqual([50, 50]);
    passAndLook();
    expect(sizes()).toEqual([50, 50, 50]);
    expect(changes()).toHaveLength(5);
  });

  it("are not changed back where none of the changes was sent", () => {
    const { entry, stopLoss } = bracket(50, LIMITED);
    let sent = 0;
    run.model.change = ({ orderId }) => {
      sent++;
      run.model.told.push({ kind: "unsent", orderId, what: "change", reason: "the connection was lost" });
    };
    run.act((orders) => orders.modify(entry, { quantity: 100 }));
    run.settle();
    passAndLook();
    expect([entry.quantity, stopLoss.quantity, sent]).toEqual([50, 50, 3]);
  });

  it("are as large as what it has filled before it became smaller", () => {
    const { entry, stopLoss, takeProfit } = bracket(100, LIMITED);
    run.model.fill(run.model.order(0), 100, 95);
    const { told } = run.model;
    run.model.told = [];
    run.act((orders) => orders.modify(entry, { quantity: 50 }));
    run.turn();
    run.model.told.unshift(...told);
    run.settle();
    passAndLook();
    passAndLook();
    expect([entry.status, entry.quantity, entry.filled]).toEqual(["filled", 100, 100]);
    expect([stopLoss.quantity, takeProfit.quantity]).toEqual([100, 100]);
    expect(sizes()).toEqual([100, 100, 100]);
    expect(run.enginePosition()).toBe(100);
  });

  it("are as large as that in a session that starts again, too", async () => {
    const { entry } = bracket(100, LIMITED);
    run.act((orders) => orders.modify(entry, { quantity: 50 }));
    run.turn();
    run.kill();
    run.model.order(0).quantity = 100;
    run.model.fill(run.model.order(0), 100, 95);
    run.model.forget();
    await run.open();
    run.settle();
    expect(booked(0, 1)).toEqual([100, 100]);
    expect(sizes()).toEqual([100, 100, 100]);
  });

  it("follow it back in a session that starts again and finds it as it was", async () => {
    const { entry } = bracket(100, LIMITED);
    run.act((orders) => orders.modify(entry, { quantity: 50 }));
    run.turn();
    run.kill();
    run.model.order(0).quantity = 100;
    await run.open();
    run.settle();
    expect(booked(0, 1, 2)).toEqual([100, 100, 100]);
    expect(sizes()).toEqual([100, 100, 100]);
  });

  it("are cut to it in a session that starts again where it was changed and they were not", async () => {
    const { entry } = bracket(100, LIMITED);
    run.act((orders) => orders.modify(entry, { quantity: 50 }));
    run.turn();
    run.kill();
    for (const exit of run.model.orders.slice(1)) exit.quantity = 100;
    await run.open();
    run.settle();
    expect(booked(0, 1, 2)).toEqual([50, 50, 50]);
    expect(sizes()).toEqual([50, 50, 50]);
  });

  it("follow what it fills further where its change to what it had filled is refused", () => {
    const { entry } = bracket(100, LIMITED);
    refuseEntry(201);
    run.act((orders) => orders.modify(entry, { quantity: 50 }));
    run.turn();
    // What is told of the entry comes late.
    const isOfEntry = (fact: OrderFact): boolean =>
      (fact.kind === "open" && fact.order.orderId === 1) || (fact.kind === "refused" && fact.told.orderId === 1);
    const told = run.model.told.filter(isOfEntry);
    run.model.told = run.model.told.filter((fact) => !isOfEntry(fact));
    run.model.fill(run.model.order(0), 70, 95);
    run.settle();
    expect([entry.status, entry.quantity, ...booked(1, 2)]).toEqual(["partially filled", 70, 70, 70]);
    run.model.told = told;
    run.settle();
    expect([entry.status, entry.quantity, ...booked(1, 2)]).toEqual(["partially filled", 100, 100, 100]);
    run.model.fill(run.model.order(0), 30, 95);
    run.settle();
    expect([entry.status, entry.filled]).toEqual(["filled", 100]);
    expect(sizes()).toEqual([100, 100, 100]);
  });

  it("leave nothing of it at the broker where it has filled what it was to become", () => {
    const { entry } = bracket(100, LIMITED);
    refuseEntry(201);
    run.act((orders) => orders.modify(entry, { quantity: 50 }));
    run.turn();
    const { told } = run.model;
    run.model.told = [];
    run.model.fill(run.model.order(0), 50, 95);
    run.settle();
    expect(entry.status).toBe("filled");
    run.model.told = told;
    run.settle();
    run.pass(60_000);
    expect(run.model.cancels).toEqual([1]);
    expect(sizes().slice(1)).toEqual([50, 50]);
  });

  it("follow a fill that is told behind the end of it", () => {
    bracket(100, LIMITED);
    run.model.fill(run.model.order(0), 40, 95);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect(sizes()).toEqual([100, 40, 40]);
    run.model.fill(run.model.order(0), 10, 95);
    run.settle();
    expect(booked(1, 2)).toEqual([50, 50]);
    expect(sizes()).toEqual([100, 50, 50]);
  });

  it("follow one that is told behind the end of it and fills it whole", () => {
    bracket(100, LIMITED);
    run.model.fill(run.model.order(0), 40, 95);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    run.model.fill(run.model.order(0), 60, 95);
    run.settle();
    expect(booked(1, 2)).toEqual([100, 100]);
    expect(sizes()).toEqual([100, 100, 100]);
  });

  it("follow one that is told behind the end of it and fills more than it was to become", () => {
    const { entry } = bracket(100, LIMITED);
    run.model.change = ({ orderId }) => void run.model.told.push({ kind: "written", orderId, what: "change" });
    run.act((orders) => orders.modify(entry, { quantity: 50 }));
    run.settle();
    run.model.fill(run.model.order(0), 40, 95);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect(booked(1, 2)).toEqual([40, 40]);
    run.model.fill(run.model.order(0), 60, 95);
    run.settle();
    expect(booked(0, 1, 2)).toEqual([100, 100, 100]);
  });

  describe("in an earlier session", () => {
    /** Of 100 it has filled 40 and was cancelled, and the session ends. */
    function ends(): void {
      bracket(100, LIMITED);
      run.model.fill(run.model.order(0), 40, 95);
      run.model.end(run.model.order(0), "Cancelled");
      run.settle();
      run.pass(1_000);
      expect(sizes()).toEqual([100, 40, 40]);
      run.kill();
    }

    it("follow all that one look at the account finds of it", async () => {
      ends();
      await run.open();
      run.settle();
      run.model.fill(run.model.order(0), 30, 95);
      run.model.fill(run.model.order(0), 30, 95);
      run.model.forget();
      run.pass(1_000);
      run.look();
      run.settle();
      expect([run.position(), ...sizes()]).toEqual([100, 100, 100, 100]);
    });

    it("follow what is found before the run has its orders", async () => {
      ends();
      run.model.fill(run.model.order(0), 30, 95);
      run.model.fill(run.model.order(0), 30, 95);
      run.model.forget();
      await run.open();
      run.settle();
      expect([run.position(), ...sizes()]).toEqual([100, 100, 100, 100]);
      expect(booked(0, 1)).toEqual([100, 100]);
      run.kill();
      await run.open();
      run.settle();
      expect(run.model.changes).toHaveLength(4);
    });
  });
});

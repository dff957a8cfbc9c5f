import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwsError } from "../../brokers/tws/errors.js";
import type { BracketOptions } from "../../core/orders/bracket.js";
import { alertText } from "../../live/alerts.js";
import { adoptPosition } from "../../live/reconcile/operator.js";
import { isOpen } from "./broker-model.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const HOUR = 3_600_000;
const EXITS: BracketOptions = { limit: 95, stopLoss: 90, takeProfit: 110, tif: "GTC" };
const REASON = "201, Order rejected - reason:no";

let run: LiveRun;
beforeEach(async () => {
  run = await LiveRun.start();
});
afterEach(() => run.close());

/** An entry (order 0) with its stop (1) and target (2), of which the broker has accepted these. */
function bracket(options: BracketOptions, ...accepted: number[]): void {
  run.act((orders) => orders.bracket(SPY, "buy", 100, options));
  run.settle();
  for (const n of accepted) run.model.accept(run.model.order(n), "PreSubmitted");
  run.settle();
}

function reject(n: number): void {
  run.model.reject(run.model.order(n), 201, "Order rejected - reason:no");
  run.settle();
}

const unprotected = (): string[] => run.alerts.filter(({ code }) => code === "ENTRY_UNPROTECTED").map(alertText);
const statuses = (): string[] => [0, 1, 2].map((row) => run.status(row));
const told = (held: number, stop = "sell 100 SPY stop 90.00"): string =>
  `${stop} is not there: ${REASON}. Of buy 100 SPY limit 95.00, which it was to protect, ${held} units are held without it.`;

describe("an entry whose stop is refused", () => {
  it("is cancelled, and its target ends with it", () => {
    bracket(EXITS, 0, 2);
    reject(1);
    run.model.end(run.model.order(2), "Cancelled");
    run.settle();
    run.pass(HOUR);
    expect(statuses()).toEqual(["cancelled", "rejected", "cancelled"]);
    expect(run.model.cancels).toEqual([1]);
    expect(run.model.open()).toEqual([]);
    expect(unprotected()).toEqual([told(0)]);
  });

  it.each([
    ["trails", { limit: 95, takeProfit: 110, trailingStop: 2, tif: "GTC" }],
    ["has no target beside it", { limit: 95, stopLoss: 90, tif: "GTC" }],
  ] as [string, BracketOptions][])("is cancelled where the stop %s", (_, options) => {
    bracket(options, 0);
    reject(1);
    expect(run.model.cancels).toEqual([1]);
    expect(unprotected()).toHaveLength(1);
  });

  it("keeps what it has filled, which is told, and its target is cut to that", () => {
    bracket(EXITS, 0, 1, 2);
    run.model.fill(run.model.order(0), 40, 95);
    run.settle();
    reject(1);
    expect(statuses()).toEqual(["cancelled", "rejected", "accepted"]);
    expect([run.position(), run.enginePosition()]).toEqual([40, 40]);
    expect(run.model.changes.map(({ orderId, quantity }) => [orderId, quantity])).toEqual([[3, 40]]);
    expect(unprotected()).toEqual([told(40)]);
    run.pass(HOUR);
    expect(run.model.cancels).toEqual([1]);
  });

  it("is told again with what it fills before the cancel has come through", () => {
    bracket(EXITS, 0, 2);
    run.model.cancel = (orderId) => {
      run.model.told.push({ kind: "written", orderId, what: "cancel" });
    };
    reject(1);
    run.model.fill(run.model.order(0), 30, 95);
    run.settle();
    expect(unprotected()).toEqual([told(0), told(30)]);
    expect(run.status(0)).toBe("pending cancel");
  });

  it("is told no more where a stop that counted as lost works again", () => {
    bracket(EXITS, 0, 1, 2);
    run.model.cancel = (orderId) => {
      run.model.told.push({ kind: "written", orderId, what: "cancel" });
    };
    const [entry, stop] = run.model.orders;
    stop.status = "Unseen";
    run.model.passMidnight();
    run.lookTwice();
    run.pass(6_000);
    run.look();
    run.settle();
    expect(unprotected()).toHaveLength(1);
    run.model.fill(entry, 40, 95);
    run.settle();
    expect(unprotected()).toHaveLength(2);
    run.model.accept(stop, "PreSubmitted");
    run.settle();
    expect(statuses()).toEqual(["pending cancel", "accepted", "accepted"]);
    run.model.fill(entry, 60, 95);
    run.settle();
    run.pass(60_000);
    expect(unprotected()).toHaveLength(2);
    expect(run.engine.book.quantity[1]).toBe(100);
  });

  it("is told of alone where it has filled whole by then", () => {
    bracket(EXITS, 0, 1, 2);
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    reject(1);
    expect(unprotected()).toEqual([told(100)]);
    expect(run.model.cancels).toEqual([]);
    expect(run.status(2)).toBe("accepted");
  });

  it("is not cancelled twice where its cancel is on its way", () => {
    const { entry } = run.act((orders) => orders.bracket(SPY, "buy", 100, EXITS));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    const cancel = run.model.cancel.bind(run.model);
    const asked: number[] = [];
    run.model.cancel = (orderId) => void asked.push(orderId);
    run.act((orders) => orders.cancel(entry));
    run.settle();
    reject(1);
    expect(asked).toEqual([1]);
    run.model.cancel = cancel;
  });

  it("is asked to be cancelled again where that is refused", () => {
    bracket(EXITS, 0, 2);
    const cancel = run.model.cancel.bind(run.model);
    const asked: number[] = [];
    run.model.cancel = (orderId) => {
      asked.push(orderId);
      run.model.told.push({ kind: "written", orderId, what: "cancel" });
      run.model.refuse(orderId, 161, "Cancel attempted when order is not in a cancellable state.", "order cancel");
    };
    reject(1);
    expect(asked).toEqual([1]);
    run.model.cancel = cancel;
    run.pass(11_000);
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(run.status(0)).toBe("cancelled");
  });

  /** A stop does not fit the steps of the exchange from the n-th time on that it is asked. */
  function fitsNoStop(from = 1): void {
    let asked = 0;
    run.model.fit = (intent) => {
      if (intent.type === "stop" && ++asked >= from)
        throw new TwsError("PRICE_TOO_SMALL", { symbol: "SPY", field: "stop", price: 90, tick: 100 });
      return { intent, changed: [] };
    };
  }

  it("never leaves where the stop cannot be sent, nor does its target, and all are told why", () => {
    fitsNoStop();
    bracket(EXITS);
    run.settle();
    expect(run.model.handed).toEqual([]);
    expect(run.ledger.records).toEqual([]);
    expect(statuses()).toEqual(["rejected", "rejected", "rejected"]);
    expect([0, 1, 2].map((row) => run.engine.book.denials.get(row)?.code)).toEqual(
      Array.from({ length: 3 }, () => "PRICE_TOO_SMALL"),
    );
    expect(unprotected()).toEqual([]);
    expect([...run.engine.working.of(0)]).toEqual([]);
  });

  it("never leaves where it is held until its market opens, and the stop cannot be sent then", () => {
    run.pass(7 * HOUR);
    run.engine.advance(run.now);
    run.turn();
    fitsNoStop();
    bracket(EXITS);
    expect(statuses()).toEqual(["held", "held", "held"]);
    run.pass(17 * HOUR);
    run.engine.advance(run.now);
    run.turn();
    for (let i = 0; i < 2; i++) {
      run.showPrices();
      run.settle();
    }
    expect(run.model.handed).toEqual([]);
    expect(statuses()).toEqual(["rejected", "rejected", "rejected"]);
  });

  it("leaves where only the target cannot be sent", () => {
    run.model.fit = (intent) => {
      if (intent.type === "limit" && intent.isExit)
        throw new TwsError("PRICE_TOO_SMALL", { symbol: "SPY", field: "limit", price: 110, tick: 1_000 });
      return { intent, changed: [] };
    };
    bracket(EXITS);
    run.settle();
    expect(run.model.handed.map(({ type }) => type)).toEqual(["limit", "stop"]);
    expect(statuses()).toEqual(["submitted", "submitted", "rejected"]);
  });

  it("is cancelled where the stop cannot be sent when the entry is on its way", () => {
    fitsNoStop(2);
    bracket(EXITS);
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(statuses()).toEqual(["cancelled", "rejected", "submitted"]);
    expect(unprotected()).toHaveLength(1);
  });

  it("is cancelled by the session that goes on, where the one that was refused is gone", async () => {
    bracket(EXITS, 0, 2);
    run.model.reject(run.model.order(1), 201, "Order rejected - reason:no");
    run.kill();
    await run.open();
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(isOpen(run.model.order(0))).toBe(false);
    expect(unprotected()).toHaveLength(1);
  });
});

describe("an entry goes on", () => {
  it("where its target is refused: the stop stands", () => {
    bracket(EXITS, 0, 1);
    reject(2);
    run.pass(HOUR);
    expect(run.model.cancels).toEqual([]);
    expect(unprotected()).toEqual([]);
    expect(statuses()).toEqual(["accepted", "accepted", "rejected"]);
  });

  it("where a stop of its own is refused that belongs to no bracket", () => {
    const entry = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 95, tif: "GTC" }));
    run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 90, parent: entry, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    reject(1);
    expect(run.model.cancels).toEqual([]);
    expect(unprotected()).toEqual([]);
  });

  it("to its own end where it is refused itself, and its exits with it", () => {
    bracket(EXITS);
    reject(0);
    for (const n of [1, 2]) run.model.refuse(run.model.order(n).orderId, 135, "Can't find order with id =", "order");
    run.settle();
    expect(run.model.cancels).toEqual([]);
    expect(unprotected()).toEqual([]);
  });
});

describe("an entry whose stop the broker has taken away", () => {
  const reason = "the broker has cancelled it";

  it("is cancelled, for nobody has asked for that", () => {
    bracket(EXITS, 0, 1, 2);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(unprotected()).toEqual([told(0).replace(REASON, reason)]);
  });

  it("is cancelled where a refusal of a change was the first that was heard of it", () => {
    bracket(EXITS, 0, 1, 2);
    run.model.change = ({ orderId }) => run.model.told.push({ kind: "written", orderId, what: "change" });
    run.act((orders) => orders.modify(orders.handle(1), { stop: 89 }));
    run.turn();
    run.model.refuse(2, 201, "Order rejected - reason:no", "order change");
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(run.model.cancels).toEqual([1]);
  });

  it("works on where the strategy has cancelled the stop", () => {
    bracket(EXITS, 0, 1, 2);
    run.act((orders) => orders.cancel(orders.handle(1)));
    run.settle();
    expect(run.model.cancels).toEqual([2]);
    expect(unprotected()).toEqual([]);
  });

  it("is cancelled at the next start where this one was not there to hear of it", async () => {
    bracket(EXITS, 0, 1, 2);
    run.kill();
    run.model.end(run.model.order(1), "Cancelled");
    await run.open();
    run.settle();
    expect(run.model.cancels).toEqual([1]);
  });
});

describe("a position whose stop is cancelled by somebody else", () => {
  const reason = "the broker has cancelled it";
  const taken = (held: number, stop?: string): string => told(held, stop).replace(REASON, reason);

  /** The entry fills whole, and its exits work. */
  function held(options: BracketOptions = EXITS): void {
    bracket(options, 0, 1, 2);
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    expect(run.status(0)).toBe("filled");
  }

  /** At the broker, as by another client's global cancel; told in the status and in a message. */
  function cancelled(...ns: number[]): void {
    for (const n of ns) run.model.end(run.model.order(n), "Cancelled");
    run.settle();
  }

  it("is told to be without it, once and with its units, when the account was looked at", () => {
    held();
    cancelled(1);
    expect(run.asks).toContain("order 2, which protects what is held, was cancelled by somebody else");
    run.lookTwice();
    expect(unprotected()).toEqual([taken(100)]);
    run.lookTwice();
    run.pass(HOUR);
    expect(unprotected()).toHaveLength(1);
    expect(run.model.handed).toHaveLength(3);
    expect(run.status(2)).toBe("accepted");
  });

  it("is told so once where its target is cancelled with it", () => {
    held();
    cancelled(2, 1);
    run.lookTwice();
    expect(unprotected()).toEqual([taken(100)]);
  });

  it("is told so with what its target has left of it", () => {
    held();
    run.model.fill(run.model.order(2), 40, 110);
    run.settle();
    cancelled(1);
    run.lookTwice();
    expect(unprotected()).toHaveLength(1);
    expect(unprotected()[0]).toContain(" 60 units are held without it.");
  });

  it("is told so by the session that starts when it is gone, and that hears of it from the list of what has ended", async () => {
    held();
    run.kill();
    run.model.end(run.model.order(1), "Cancelled");
    run.model.forget();
    await run.open();
    run.settle();
    run.lookTwice();
    expect(unprotected()).toEqual([taken(100)]);
    run.lookTwice();
    expect(unprotected()).toHaveLength(1);
  });

  it("is told so by the session that starts when it was refused while nobody was there", async () => {
    held();
    run.kill();
    run.model.order(1).status = "Inactive";
    await run.open();
    run.settle();
    run.lookTwice();
    expect(unprotected()).toHaveLength(1);
    expect(unprotected()[0]).toContain(" 100 units are held without it.");
  });

  it("is told so by the reconciliation that finds no trace of it", () => {
    held();
    run.model.order(1).status = "Cancelled";
    run.model.passMidnight();
    for (let i = 0; i < 3; i++) run.lookTwice();
    expect(unprotected()).toEqual([taken(100)]);
  });

  it("is not told so where a fill of its target, heard behind, is what has ended it", () => {
    held();
    run.model.fill(run.model.order(2), 100, 110);
    run.model.forget();
    cancelled(1);
    expect(run.position()).toBe(100);
    run.lookTwice();
    expect(run.position()).toBe(0);
    expect(unprotected()).toEqual([]);
  });

  it("is not told so where the strategy has cancelled it", () => {
    held();
    run.act((orders) => orders.cancel(orders.handle(1)));
    run.settle();
    run.lookTwice();
    expect(unprotected()).toEqual([]);
  });

  it("is not told so where the strategy has made another in its place", () => {
    held();
    cancelled(1);
    run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 89, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(3), "PreSubmitted");
    run.settle();
    run.lookTwice();
    expect(unprotected()).toEqual([]);
  });

  it("is not told so where another stop of the same entry protects it", () => {
    bracket(EXITS, 0, 1, 2);
    run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 85, parent: orders.handle(0), tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(3), "PreSubmitted");
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    cancelled(1);
    run.lookTwice();
    expect(unprotected()).toEqual([]);
  });

  it("is not told so where it is being closed", () => {
    held();
    run.model.cancel = (orderId) => void run.model.told.push({ kind: "written", orderId, what: "cancel" });
    run.engine.hear(run.now, () => run.engine.flatten("flatten"));
    run.turn();
    run.model.refuse(2, 161, "Cancel attempted when order is not in a cancellable state.", "order cancel");
    run.settle();
    cancelled(1);
    run.lookTwice();
    expect(unprotected()).toEqual([]);
  });

  it("is not told so where its day is over", () => {
    held({ ...EXITS, exitTif: "DAY" });
    run.pass(8 * HOUR);
    cancelled(1, 2);
    run.lookTwice();
    expect(unprotected()).toEqual([]);
  });
});

describe("an entry that is to end when the broker takes its stop away", () => {
  const taken = (held: number): string => told(held).replace(REASON, "the broker has cancelled it");

  /** The entry has filled so many units, and the cancel of its rest is on its way. */
  function endsWith(units: number, cancel = () => run.act((orders) => orders.cancel(orders.handle(0)))): void {
    bracket(EXITS, 0, 1, 2);
    if (units > 0) run.model.fill(run.model.order(0), units, 95);
    run.settle();
    run.model.cancel = (orderId) => void run.model.told.push({ kind: "written", orderId, what: "cancel" });
    cancel();
    run.turn();
    run.settle();
    expect(run.status(0)).toBe("pending cancel");
  }

  function kill(flatten = false): void {
    run.engine.hear(run.now, () => run.engine.kill("by hand", flatten));
  }

  function cancelled(...ns: number[]): void {
    for (const n of ns) {
      run.model.end(run.model.order(n), "Cancelled");
      run.settle();
    }
  }

  it.each([
    ["the strategy has cancelled its rest", undefined],
    ["the kill switch has cancelled its rest", () => kill()],
  ])("is told to hold what it has filled, once, where %s", (_, cancel) => {
    endsWith(40, cancel);
    cancelled(1, 2, 0);
    run.lookTwice();
    run.pass(HOUR);
    run.lookTwice();
    expect(run.position()).toBe(40);
    expect(unprotected()).toEqual([taken(40)]);
  });

  it.each([
    ["the strategy has cancelled it", undefined],
    ["the kill switch has cancelled it", () => kill()],
  ])("is told to hold what it fills before its end, where %s", (_, cancel) => {
    endsWith(0, cancel);
    cancelled(1, 2);
    run.lookTwice();
    expect(unprotected()).toEqual([]);
    run.model.fill(run.model.order(0), 30, 95);
    run.settle();
    cancelled(0);
    run.lookTwice();
    expect(run.position()).toBe(30);
    expect(unprotected()).toEqual([taken(30)]);
  });

  it("is told to hold what it has filled by an execution that is heard behind its end", () => {
    endsWith(0);
    cancelled(1, 2);
    run.model.fill(run.model.order(0), 30, 95);
    const executions = run.model.told.filter(({ kind }) => kind === "execution");
    run.model.forget();
    cancelled(0);
    run.model.told.push(...executions);
    run.settle();
    run.lookTwice();
    expect(run.position()).toBe(30);
    expect(unprotected()).toEqual([taken(30)]);
  });

  it("is told again with what it fills when that was told", () => {
    endsWith(40);
    cancelled(1, 2);
    run.lookTwice();
    run.model.fill(run.model.order(0), 20, 95);
    run.settle();
    cancelled(0);
    run.lookTwice();
    expect(unprotected()).toEqual([taken(40), taken(60)]);
  });

  it("is told so by the session that starts before its end", async () => {
    endsWith(0);
    run.kill();
    run.model.order(1).status = "Cancelled";
    run.model.order(2).status = "Cancelled";
    await run.open();
    run.settle();
    run.model.fill(run.model.order(0), 30, 95);
    run.settle();
    cancelled(0);
    run.lookTwice();
    expect(unprotected()).toEqual([taken(30)]);
  });

  it("is cancelled again where that is refused, for nothing would protect what it still opens", () => {
    endsWith(40);
    cancelled(1, 2);
    const asked: number[] = [];
    run.model.cancel = (orderId) => void asked.push(orderId);
    run.model.refuse(1, 161, "Cancel attempted when order is not in a cancellable state.", "order cancel");
    run.settle();
    run.pass(11_000);
    run.lookTwice();
    expect(asked).toContain(1);
    expect(unprotected()).toEqual([taken(40)]);
  });

  it("is not told to hold anything where it fills no more", () => {
    endsWith(0);
    cancelled(1, 2, 0);
    run.lookTwice();
    run.pass(HOUR);
    expect(unprotected()).toEqual([]);
  });

  it("is not told to hold what is closed by force", () => {
    endsWith(40, () => kill(true));
    cancelled(1, 2, 0);
    run.model.fill(run.model.order(3), 40, 94);
    run.settle();
    run.lookTwice();
    expect(run.position()).toBe(0);
    expect(unprotected()).toEqual([]);
  });

  it("is told to hold what a closing by force has left open, when that is refused", () => {
    bracket(EXITS, 0, 1, 2);
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    cancelled(1);
    kill(true);
    run.turn();
    run.settle();
    run.lookTwice();
    expect(unprotected()).toEqual([]);
    reject(3);
    run.lookTwice();
    expect(run.position()).toBe(100);
    expect(unprotected()).toEqual([taken(100)]);
  });
});

describe("what is told to be held without a stop", () => {
  const taken = (held: number): string => told(held).replace(REASON, "the broker has cancelled it");

  function held(): void {
    bracket(EXITS, 0, 1, 2);
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
  }

  function cancelled(...ns: number[]): void {
    for (const n of ns) run.model.end(run.model.order(n), "Cancelled");
    run.settle();
  }

  /** The latest order fills whole. */
  function fills(units: number): void {
    run.settle();
    const order = run.model.order(run.model.orders.length - 1);
    run.model.accept(order);
    run.model.fill(order, units, 96);
    run.settle();
  }

  async function startsAgain(): Promise<void> {
    run.kill();
    run.alerts.length = 0;
    run.asks.length = 0;
    await run.open();
    run.settle();
    run.lookTwice();
    run.lookTwice();
  }

  it.each([
    ["the strategy", () => void run.act((orders) => orders.closePosition(SPY))],
    [
      "an order of the strategy's that says nothing of it",
      () => void run.act((orders) => orders.submit(SPY, "sell", 100)),
    ],
    ["force", () => run.engine.hear(run.now, () => run.engine.flatten("flatten"))],
  ])("is nothing of what %s has closed, nor is it asked for at later starts", async (_, close) => {
    held();
    cancelled(1, 2);
    run.lookTwice();
    expect(unprotected()).toEqual([taken(100)]);
    close();
    run.turn();
    fills(100);
    expect(run.position()).toBe(0);
    await startsAgain();
    expect(run.asks).toEqual([]);
    // What is held by now another order has opened.
    run.act((orders) => orders.submit(SPY, "buy", 50));
    fills(50);
    expect(run.position()).toBe(50);
    await startsAgain();
    expect(run.asks).toEqual([]);
    expect(unprotected()).toEqual([]);
  });

  it("is what a fill of the target has left that was taken back, for its stop ended with it", () => {
    held();
    const execution = run.model.fill(run.model.order(2), 100, 110);
    cancelled(1);
    run.lookTwice();
    expect(unprotected()).toEqual([]);
    run.model.correct(execution, 40, 110);
    run.settle();
    run.lookTwice();
    expect(unprotected()).toEqual([taken(60)]);
  });

  it("is what is left of the entry, where other orders have closed a part of it and opened as much", () => {
    held();
    run.act((orders) => orders.submit(SPY, "sell", 60));
    fills(60);
    run.act((orders) => orders.submit(SPY, "buy", 60));
    fills(60);
    expect(run.position()).toBe(100);
    cancelled(1);
    run.lookTwice();
    expect(unprotected()).toEqual([taken(40)]);
  });

  it("is all of it again where the execution was taken back that had closed it", async () => {
    held();
    cancelled(1, 2);
    run.lookTwice();
    run.act((orders) => orders.submit(SPY, "sell", 100));
    fills(100);
    const [, closing] = run.model.executions;
    run.model.correct(closing, 0, 96);
    run.settle();
    expect(run.position()).toBe(100);
    await startsAgain();
    expect(unprotected()).toEqual([taken(100)]);
  });

  it("is all of an entry that has closed a short position first, which the strategy has closed beside it", () => {
    bracket(EXITS, 0, 1, 2);
    run.act((orders) => orders.submit(SPY, "sell", 100));
    fills(100);
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.act((orders) => orders.submit(SPY, "buy", 100));
    fills(100);
    expect(run.position()).toBe(100);
    cancelled(1);
    run.lookTwice();
    expect(unprotected()).toEqual([taken(100)]);
  });

  it("is counted in the order in which it was traded, however the account tells it", async () => {
    bracket(EXITS, 0, 1, 2);
    run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 97, tif: "GTC" }));
    run.act((orders) => orders.submit(SPY, "sell", 100, { limit: 99, tif: "GTC" }));
    run.settle();
    for (const n of [3, 4]) run.model.accept(run.model.order(n));
    run.settle();
    run.kill();
    const executions = [3, 4, 0].map((n, i) => ({
      ...run.model.fill(run.model.order(n), 100, 96),
      time: `20260105 10:0${i}:00 US/Eastern`,
    }));
    run.model.executions = [executions[1], executions[2], executions[0]];
    run.model.order(1).status = "Cancelled";
    run.model.forget();
    await run.open();
    run.settle();
    run.lookTwice();
    expect(run.position()).toBe(100);
    expect(unprotected()).toEqual([taken(100)]);
  });

  it("is no more than another stop leaves, where the stop of the entry is refused", () => {
    held();
    run.act((orders) => orders.submit(SPY, "sell", 60, { stop: 89, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(3), "PreSubmitted");
    run.settle();
    reject(1);
    expect(unprotected()).toEqual([told(40)]);
  });

  describe("where somebody has closed by hand", () => {
    /** Signed units of SPY that somebody else trades on the account. */
    function byHand(units: number): void {
      run.model.foreignFill(CON_IDS[0], "SPY", Math.sign(units), Math.abs(units), 96);
    }

    it("all that is held is nothing, until it is there again", () => {
      held();
      cancelled(1, 2);
      byHand(-100);
      run.lookTwice();
      run.pass(HOUR);
      run.lookTwice();
      expect(unprotected()).toEqual([]);
      byHand(100);
      run.lookTwice();
      expect(unprotected()).toEqual([taken(100)]);
      run.lookTwice();
      expect(unprotected()).toHaveLength(1);
    });

    it("all that is held is nothing at later starts, nor is it asked for there once it is adopted", async () => {
      held();
      cancelled(1, 2);
      byHand(-100);
      run.lookTwice();
      await startsAgain();
      expect(unprotected()).toEqual([]);
      adoptPosition(run.ledger, "SPY", CON_IDS[0], 96, run.now);
      run.settle();
      await startsAgain();
      expect(run.position()).toBe(0);
      expect(run.asks).toEqual([]);
      expect(unprotected()).toEqual([]);
    });

    it("a part is the rest, and more where some of that is there again", () => {
      held();
      cancelled(1, 2);
      byHand(-60);
      run.lookTwice();
      expect(unprotected()).toEqual([taken(40)]);
      byHand(20);
      run.lookTwice();
      expect(unprotected()).toEqual([taken(40), taken(60)]);
    });

    it("a part is the rest where the stop is refused, and all when that is there again", () => {
      held();
      byHand(-60);
      run.lookTwice();
      reject(1);
      expect(unprotected()).toEqual([told(40)]);
      byHand(60);
      run.lookTwice();
      expect(unprotected()).toEqual([told(40), told(100)]);
    });

    it("what was not the session's is all that is, for the account holds that", () => {
      held();
      byHand(50);
      run.lookTwice();
      cancelled(1, 2);
      byHand(-50);
      run.lookTwice();
      expect(unprotected()).toEqual([taken(100)]);
    });
  });

  it("is what the account holds, and all once the journal and the account agree", () => {
    held();
    cancelled(1, 2);
    run.model.hold(CON_IDS[0], -100);
    run.lookTwice();
    expect(run.ledger.unnamed("SPY")).toBe(-100);
    expect(unprotected()).toEqual([]);
    run.model.hold(CON_IDS[0], 100);
    run.lookTwice();
    expect(unprotected()).toEqual([taken(100)]);
  });

  it("is what a target has left that was made smaller, and that has taken its stop with it", () => {
    held();
    run.act((orders) => orders.modify(orders.handle(2), { quantity: 60 }));
    run.settle();
    run.model.fill(run.model.order(2), 60, 110);
    run.settle();
    cancelled(1);
    run.lookTwice();
    expect(run.position()).toBe(40);
    expect(unprotected()).toHaveLength(1);
    expect(unprotected()[0]).toContain(" 40 units are held without it.");
  });
});

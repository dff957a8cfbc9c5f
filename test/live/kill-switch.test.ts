import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bracket } from "../../core/orders/bracket.js";
import type { Order } from "../../core/orders/order.js";
import { openDatabase } from "../../data/sqlite.js";
import { isOpen } from "./broker-model.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const HOUR = 3_600_000;

let run: LiveRun;
beforeEach(async () => {
  run = await LiveRun.start();
});
afterEach(() => run.close());

/** An entry with its exits (orders 0 to 2), which works at the broker. */
function bracket(): Bracket {
  const made = run.act((orders) =>
    orders.bracket(SPY, "buy", 100, { limit: 95, stopLoss: 90, takeProfit: 110, tif: "GTC" }),
  );
  run.settle();
  for (const order of run.model.orders) run.model.accept(order, "PreSubmitted");
  run.settle();
  return made;
}

function kill(): void {
  run.engine.hear(run.now, () => run.engine.kill("operator"));
}

const statuses = (): string[] => [0, 1, 2].map((row) => run.status(row));
const standing = (): boolean[] => [0, 1, 2].map((n) => isOpen(run.model.order(n)));

/** Cancels are not sent until this is undone. */
function dropCancels(): () => void {
  const { cancel } = run.model;
  run.model.cancel = (orderId) => {
    run.model.told.push({ kind: "unsent", orderId, what: "cancel", reason: "the connection is disconnected" });
  };
  return () => {
    run.model.cancel = cancel;
  };
}

describe.each([
  ["the kill switch", kill],
  ["a strategy that fails", () => run.engine.stopStrategy(new Error("boom"))],
])("%s", (_, stop) => {
  it("leaves its exits to an entry whose fill is on its way", () => {
    bracket();
    run.model.fill(run.model.order(0), 100, 95);
    const { told } = run.model;
    run.model.told = [];
    stop();
    run.turn();
    run.model.told.unshift(...told);
    run.settle();
    run.pass(HOUR);
    run.look();
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(statuses()).toEqual(["filled", "accepted", "accepted"]);
    expect(standing()).toEqual([false, true, true]);
    expect([run.position(), run.enginePosition()]).toEqual([100, 100]);
  });

  it("leaves them to one that fills while there is no connection", () => {
    bracket();
    run.broker.isConnected = false;
    const connect = dropCancels();
    stop();
    run.settle();
    run.model.fill(run.model.order(0), 100, 95);
    run.model.forget();
    connect();
    run.broker.isConnected = true;
    run.lookTwice();
    run.settle();
    run.pass(HOUR);
    expect(run.model.cancels).toEqual([]);
    expect(statuses()).toEqual(["filled", "accepted", "accepted"]);
    expect(standing()).toEqual([false, true, true]);
  });

  it("leaves them to one whose cancel the strategy had asked for already", () => {
    const { entry } = bracket();
    run.model.fill(run.model.order(0), 100, 95);
    const { told } = run.model;
    run.model.told = [];
    run.act((orders) => orders.cancel(entry));
    stop();
    run.turn();
    run.model.told.unshift(...told);
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(standing()).toEqual([false, true, true]);
  });

  it("leaves them to the part that has filled before the cancel came", () => {
    bracket();
    stop();
    run.model.fill(run.model.order(0), 40, 95);
    run.settle();
    run.pass(HOUR);
    expect(statuses()).toEqual(["cancelled", "accepted", "accepted"]);
    expect(standing()).toEqual([false, true, true]);
    expect(run.enginePosition()).toBe(40);
  });

  it("cancels exits that still stand when their entry has ended empty, once the broker had time to end them", () => {
    bracket();
    stop();
    run.settle();
    expect(statuses()).toEqual(["cancelled", "accepted", "accepted"]);
    run.pass(9_000);
    run.look();
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    run.pass(1_000);
    expect(run.asks.at(-1)).toMatch(/^order [23] is to end because of another that has/);
    run.look();
    run.settle();
    expect(run.model.cancels).toEqual([1, 2, 3]);
    expect(statuses()).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(run.broker.due).toBe(Infinity);
  });

  it("asks nothing of exits that end with their entry, as the broker ends them", () => {
    bracket();
    stop();
    run.settle();
    for (const n of [1, 2]) run.model.end(run.model.order(n), "Cancelled");
    run.settle();
    const asked = run.asks.length;
    run.pass(HOUR);
    expect(run.asks).toHaveLength(asked);
    expect(run.model.cancels).toEqual([1]);
    expect(statuses()).toEqual(["cancelled", "cancelled", "cancelled"]);
  });

  it("drops a bracket that is held until the open, of which nothing has left", () => {
    run.pass(7 * HOUR);
    run.engine.advance(run.now);
    run.turn();
    run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 95, stopLoss: 90, takeProfit: 110 }));
    run.turn();
    expect(statuses()).toEqual(["held", "held", "held"]);
    stop();
    run.settle();
    expect(statuses()).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(run.model.handed).toEqual([]);
    expect(run.journal.heldOrders()).toBe("");
  });
});

describe("a cancel that could not be sent", () => {
  function working(): Order {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(0), "PreSubmitted");
    run.settle();
    return order;
  }

  it("leaves when the account was looked at, though the order was just heard of", () => {
    const order = working();
    run.broker.isConnected = false;
    const connect = dropCancels();
    run.act((orders) => orders.cancel(order));
    run.settle();
    connect();
    // The answer to the reading is heard as news as well.
    run.model.order(0).status = "Submitted";
    const since = run.broker.beginReconcile(run.now);
    run.model.tellOpen(run.model.order(0));
    run.model.tellStatus(run.model.order(0));
    const state = run.model.state();
    run.model.deliver();
    const report = run.lookAt(state, since);
    expect(report.uncancelled).toHaveLength(1);
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(order.status).toBe("cancelled");
  });

  it("leaves with the kill switch turned on while the account is being read", () => {
    const order = working();
    const since = run.broker.beginReconcile(run.now);
    const state = run.model.state();
    const connect = dropCancels();
    kill();
    run.settle();
    const report = run.lookAt(state, since);
    run.settle();
    // It is asked for by this look, which comes too early, and by the next.
    expect([report.uncancelled.length, report.isSettled]).toEqual([1, false]);
    connect();
    expect(run.broker.due - run.now).toBeLessThanOrEqual(5_000);
    run.pass(5_000);
    expect(run.asks.at(-1)).toBe("what the last look at the account has left open");
    run.look();
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(order.status).toBe("cancelled");
    expect(run.look().isSettled).toBe(true);
    run.settle();
    expect(run.broker.due).toBe(Infinity);
  });

  it("is asked about ten seconds later where nobody looks at the account", () => {
    const order = working();
    const connect = dropCancels();
    kill();
    run.settle();
    connect();
    expect(run.broker.due).toBe(run.now + 10_000);
    run.pass(10_000);
    expect(run.asks).toEqual(["order 1 is to be cancelled, and the cancel has not left since 10 s"]);
    run.look();
    run.settle();
    expect(order.status).toBe("cancelled");
  });

  it("leaves when it is asked for again and there is a connection", () => {
    const order = working();
    run.broker.isConnected = false;
    const connect = dropCancels();
    for (let i = 0; i < 2; i++) {
      run.act((orders) => orders.cancel(order));
      run.settle();
    }
    expect(run.ledger.records[0].isCancelUnsent).toBe(true);
    connect();
    run.broker.isConnected = true;
    run.act((orders) => orders.cancel(order));
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(order.status).toBe("cancelled");
  });

  it("is remembered by the next session, and leaves with its first look", async () => {
    working();
    dropCancels();
    kill();
    run.settle();
    run.kill();
    // @ts-expect-error the model's own again
    delete run.model.cancel;
    await run.open();
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(run.engine.working.total).toBe(0);
  });

  it("that was on its way when the connection broke is asked for by a look that nothing disturbs", () => {
    const order = working();
    run.model.cancel = (orderId) => {
      run.model.told.push({ kind: "written", orderId, what: "cancel" });
    };
    kill();
    run.settle();
    // @ts-expect-error the model's own again
    delete run.model.cancel;
    run.pass(60_000);
    const since = run.broker.beginReconcile(run.now);
    run.model.order(0).status = "Submitted";
    run.model.tellStatus(run.model.order(0));
    const state = run.model.state();
    run.model.deliver();
    const { uncancelled, isSettled } = run.lookAt(state, since);
    expect([uncancelled, isSettled]).toEqual([[], false]);
    run.settle();
    run.pass(5_000);
    expect(run.asks.at(-1)).toBe("what the last look at the account has left open");
    run.look();
    run.settle();
    expect(order.status).toBe("cancelled");
  });
});

describe("a session whose journal cannot be written", () => {
  async function breakJournal(): Promise<void> {
    const other = await openDatabase(run.path);
    const names = other.prepare("select name from sqlite_master where type = 'table' and name like 'request%'");
    for (const name of names.pluck().all() as string[]) other.exec(`drop table ${name}`);
    other.close();
  }

  it("cancels what could increase a position with the kill switch, and sends nothing else", async () => {
    bracket();
    await breakJournal();
    kill();
    expect(() => run.turn()).toThrow("no such table");
    expect(run.model.cancels).toEqual([1]);
    run.model.deliver();
    expect(() => run.turn()).toThrow("no such table");
    expect(run.status(0)).toBe("cancelled");
    expect(standing()).toEqual([false, true, true]);
  });

  it("does so where that was known before", async () => {
    bracket();
    await breakJournal();
    run.act((orders) => orders.submit(SPY, "buy", 1, { limit: 80 }));
    expect(() => run.turn()).toThrow("no such table");
    expect(run.model.handed).toHaveLength(3);
    kill();
    expect(() => run.turn()).toThrow("no such table");
    expect(run.model.cancels).toContain(1);
    expect(standing()).toEqual([false, true, true]);
  });

  it("told to flatten, keeps the exits, for no closing order leaves", async () => {
    bracket();
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.act((orders) => {
      orders.submit(SPY, "buy", 10, { limit: 80 });
      orders.submit(SPY, "sell", 50, { limit: 120, tif: "GTC" });
    });
    run.settle();
    await breakJournal();
    run.engine.hear(run.now, () => run.engine.kill("operator", true));
    expect(() => run.turn()).toThrow("no such table");
    expect(run.model.handed).toHaveLength(5);
    expect(run.model.cancels).toEqual([4, 5]);
    expect(standing()).toEqual([false, true, true]);
  });

  it("keeps the stop that a strategy cancels for one that does not leave", async () => {
    const { stopLoss } = bracket();
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    await breakJournal();
    run.act((orders) => {
      orders.cancel(stopLoss as Order);
      orders.submit(SPY, "sell", 100, { stop: 92, tif: "GTC" });
    });
    expect(() => run.turn()).toThrow("no such table");
    expect(run.model.cancels).toEqual([]);
    expect(standing()).toEqual([false, true, true]);
  });
});

describe("a session that starts again with its kill switch on", () => {
  /** The process ends behind the kill, of whose cancel nothing was heard; the next one finds the switch on. */
  async function startAgain(meanwhile: () => void): Promise<void> {
    kill();
    run.model.cancel = (orderId) => void run.model.cancels.push(orderId);
    run.turn();
    run.kill();
    meanwhile();
    run.now += 60_000;
    // @ts-expect-error the model's own again
    delete run.model.cancel;
    await run.open();
    run.engine.kill("operator");
    run.broker.flush();
    run.settle();
  }

  it("leaves the exits to an entry that has filled meanwhile", async () => {
    bracket();
    await startAgain(() => run.model.fill(run.model.order(0), 100, 95));
    run.pass(HOUR);
    expect(standing()).toEqual([false, true, true]);
    expect([run.enginePosition(), run.engine.working.count[0]]).toEqual([100, 2]);
  });

  it("cancels the entry again where it still works, and leaves its exits to what may be filling", async () => {
    bracket();
    await startAgain(() => undefined);
    expect(run.model.cancels).toEqual([1, 1]);
    expect(standing()).toEqual([false, true, true]);
    run.pass(10_000);
    run.look();
    run.settle();
    expect(standing()).toEqual([false, false, false]);
    expect(run.engine.working.total).toBe(0);
  });

  it("cancels exits that stand though their entry has ended empty", async () => {
    bracket();
    await startAgain(() => run.model.end(run.model.order(0), "Cancelled"));
    expect(standing()).toEqual([false, false, false]);
    expect(run.engine.working.total).toBe(0);
  });
});

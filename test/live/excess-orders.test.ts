import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Order } from "../../core/orders/order.js";
import { alertText } from "../../live/alerts.js";
import { Journal } from "../../live/journal/journal.js";
import type { ModelOrder } from "./broker-model.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const HOUR = 3_600_000;
const EXITS = { stopLoss: 90, takeProfit: 110 };
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
  run.books = true;
});

afterEach(() => run.close());

const stop = (): ModelOrder => run.model.order(1);
const target = (): ModelOrder => run.model.order(2);
const open = (): number[] => run.model.open().map(({ orderId }) => orderId);
const positions = (): number[] => [run.position(), run.enginePosition(), run.model.positions.get(756733) ?? 0];

function accept(): void {
  run.settle();
  for (const order of run.model.open()) run.model.accept(order);
  run.settle();
}

/** A bracket of 100 that has filled: its stop is order 2, its target order 3. */
function held(): void {
  run.act((orders) => orders.bracket(SPY, "buy", 100, EXITS));
  accept();
  run.model.fill(run.model.order(0), 100, 100);
  run.settle();
}

/** The stop fills 60 and the target the rest of what is held, before the broker has taken anything off either. */
function bothFill(): void {
  run.model.fill(stop(), 60, 90);
  run.model.fill(target(), 40, 110);
}

/** Cancels leave, and nothing comes of them. */
function holdCancels(): () => void {
  const { cancel } = run.model;
  run.model.cancel = (orderId) => {
    run.model.cancels.push(orderId);
    run.model.told.push({ kind: "written", orderId, what: "cancel" });
  };
  return () => {
    run.model.cancel = cancel;
  };
}

/** Time passes, and the account is looked at as often as somebody asks. */
function pass(seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    const asked = run.asks.length;
    run.pass(1_000);
    if (run.asks.length > asked) run.look();
    run.settle();
  }
}

describe("an exit that has filled what another has left it, and of which the broker has more", () => {
  it("counts as filled, and its rest is cancelled at once, of which the strategy hears nothing", () => {
    held();
    bothFill();
    run.model.deliver();
    run.turn();
    expect([run.status(1), run.status(2)]).toEqual(["partially filled", "filled"]);
    expect(run.model.cancels).toEqual([3]);
    run.settle();
    expect([run.status(1), run.status(2)]).toEqual(["partially filled", "filled"]);
    expect(positions()).toEqual([0, 0, 0]);
  });

  it("leaves nothing behind: the other is cancelled as well where the broker does not do so", () => {
    held();
    bothFill();
    run.settle();
    expect(open()).toEqual([2]);
    pass(30);
    expect(run.model.cancels).toEqual([3, 2]);
    expect([open(), run.status(1)]).toEqual([[], "cancelled"]);
    expect(run.broker.due).toBe(Infinity);
  });

  it("is not cancelled where the broker has made it so small, or has told its end", () => {
    held();
    run.model.fill(stop(), 30, 90);
    target().quantity = 70;
    run.model.tellOpen(target());
    run.settle();
    run.model.fill(target(), 70, 110);
    stop().status = "Cancelled";
    run.model.tellStatus(stop());
    run.settle();
    pass(60);
    expect([run.status(1), run.status(2), run.model.cancels]).toEqual(["cancelled", "filled", []]);
  });

  it("is not cancelled where its end is told with the fill", () => {
    held();
    bothFill();
    for (const one of [stop(), target()]) {
      one.status = one === target() ? "Filled" : "Cancelled";
      run.model.tellStatus(one);
    }
    run.settle();
    pass(60);
    expect(run.model.cancels).toEqual([]);
  });

  it("is asked for until its end is known: where nothing comes of it, and where the cancel is refused", () => {
    held();
    const take = holdCancels();
    bothFill();
    run.settle();
    pass(25);
    const asked = run.model.cancels.length;
    expect(asked).toBeGreaterThan(1);
    run.model.refuse(3, 161, "Cancel attempted when order is not in a cancellable state.", "order cancel");
    run.settle();
    take();
    pass(9);
    expect([run.model.cancels.length, open()]).toEqual([asked, [2, 3]]);
    pass(2);
    expect(run.model.cancels).toEqual(Array(asked + 1).fill(3));
    expect(open()).toEqual([2]);
    expect(run.alerts.filter(({ code }) => code === "CANCEL_REFUSED").map(alertText)).toEqual([
      expect.stringContaining("sell 100 SPY limit 110.00 is to end and could not be cancelled"),
    ]);
  });

  it("is asked for again where there was no connection for its cancel", () => {
    held();
    const { cancel } = run.model;
    run.model.cancel = (orderId) => {
      run.model.told.push({ kind: "unsent", orderId, what: "cancel", reason: "the connection was lost" });
    };
    bothFill();
    run.settle();
    run.model.cancel = cancel;
    run.look();
    run.settle();
    expect([run.model.cancels, open()]).toEqual([[3], [2]]);
  });

  it("is cancelled though the journal can no longer be written", async () => {
    held();
    const other = await Journal.openExisting(run.path);
    other.put({ kind: "pass", at: 1, isFull: true, text: "" });
    other.commit();
    other.close();
    bothFill();
    run.model.deliver();
    expect(() => run.turn()).toThrow(/Nothing was sent that is not in it/);
    expect(run.model.cancels).toEqual([3]);
  });

  it("is booked with what it fills before its cancel comes through, and a person is told", () => {
    held();
    holdCancels();
    bothFill();
    run.settle();
    run.model.fill(target(), 10, 110);
    run.settle();
    expect(positions()).toEqual([-10, -10, -10]);
    expect(run.status(2)).toBe("filled");
    expect(run.alerts.map(({ code }) => code)).toEqual(["GROUP_OVERFILLED"]);
    run.model.end(target(), "Cancelled");
    run.settle();
    expect([run.status(2), run.engine.book.filled[2]]).toEqual(["filled", 50]);
  });

  it("is cancelled where it has filled more than that, and less than the broker has of it", () => {
    held();
    run.model.fill(stop(), 60, 90);
    run.model.fill(target(), 70, 110);
    run.settle();
    expect(run.model.cancels).toEqual([3]);
    expect(positions()).toEqual([-30, -30, -30]);
    expect(run.status(2)).toBe("filled");
  });

  it("is not taken for filled because a look at the account could not read the orders", () => {
    held();
    holdCancels();
    bothFill();
    run.settle();
    const since = run.broker.beginReconcile(run.now);
    run.lookAt({ ...run.model.state(), openOrders: [], completedOrders: [], hasAllOrders: false }, since);
    run.model.fill(target(), 10, 110);
    run.settle();
    expect(run.ledger.open.map(({ intent }) => intent.id)).toContain(3);
    pass(30);
    expect(run.model.cancels.length).toBeGreaterThan(1);
  });

  it("has filled by the change of position what it filled beyond before a day on which nobody was there", async () => {
    held();
    holdCancels();
    bothFill();
    run.model.end(stop(), "Cancelled");
    run.settle();
    run.kill();
    run.model.fill(target(), 60, 110);
    run.model.forget();
    run.model.passMidnight();
    await run.open();
    for (let i = 0; i < 4; i++) {
      run.pass(12_000);
      run.look();
    }
    expect(run.record(3).filled).toBe(100);
    expect(positions()).toEqual([-60, -60, -60]);
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
  });
});

describe("an exit that has filled what another has left it, of which executions are taken back then", () => {
  it("is left to close what is held, and is cancelled when a closing order waits for it", () => {
    held();
    const execution = run.model.fill(target(), 60, 110);
    run.model.fill(stop(), 40, 90);
    run.model.correct(execution, 0, 110);
    run.settle();
    pass(30);
    expect([run.status(1), positions(), run.model.cancels]).toEqual(["filled", [60, 60, 60], []]);
    run.act((orders) => orders.closePosition(SPY));
    run.settle();
    expect([run.model.cancels, run.model.handed.length]).toEqual([[3], 3]);
    pass(30);
    expect([run.model.cancels, open()]).toEqual([[3, 2], [4]]);
    expect(run.model.handed.at(-1)).toMatchObject({ side: -1, quantity: 60 });
  });
});

describe("one of two orders that would open, of which each has filled a part", () => {
  it("is cancelled when the two have filled what one was to, though the broker has cut neither", () => {
    const one = { instrument: SPY, side: "buy", quantity: 100, tif: "GTC" } as const;
    run.act((orders) =>
      orders.oco([
        { ...one, limit: 95 },
        { ...one, stop: 105 },
      ]),
    );
    accept();
    run.model.fill(run.model.order(0), 30, 95);
    run.model.fill(run.model.order(1), 70, 105);
    run.settle();
    expect(run.model.cancels).toEqual([2]);
    pass(30);
    expect([run.model.cancels, open()]).toEqual([[2, 1], []]);
    expect(positions()).toEqual([100, 100, 100]);
  });
});

describe("a closing order", () => {
  let closing: Order;

  /** Of 150 that are held the exits of 100 have closed these, and the rest is to be closed. */
  function closeRest(): void {
    run.act((orders) => orders.submit(SPY, "buy", 50));
    run.settle();
    run.model.fill(run.model.orders.at(-1) as ModelOrder, 50, 100);
    run.settle();
    run.act((orders) => {
      closing = orders.closePosition(SPY) as Order;
    });
    run.settle();
  }

  it("waits for the end of an exit that counts as filled and works on, and takes off what that fills", () => {
    held();
    holdCancels();
    bothFill();
    run.model.end(stop(), "Cancelled");
    run.settle();
    closeRest();
    expect(run.model.handed).toHaveLength(4);
    run.model.fill(target(), 10, 110);
    run.model.end(target(), "Cancelled");
    run.settle();
    expect(run.model.handed.at(-1)).toMatchObject({ side: -1, quantity: 40 });
    run.model.fill(run.model.orders.at(-1) as ModelOrder, 40, 100);
    run.settle();
    expect(positions()).toEqual([0, 0, 0]);
    expect(closing.status).toBe("filled");
  });

  it("waits for one whose change to what it has filled is not answered", () => {
    run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 95, ...EXITS }));
    accept();
    run.model.fill(run.model.order(0), 40, 95);
    run.settle();
    run.model.change = ({ orderId }) => void run.model.told.push({ kind: "written", orderId, what: "change" });
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    run.model.fill(stop(), 40, 90);
    run.model.end(target(), "Cancelled");
    run.settle();
    expect([run.status(1), run.model.cancels]).toEqual(["filled", []]);
    closeRest();
    expect(run.model.handed).toHaveLength(4);
    run.model.refuse(2, 201, "Order rejected - reason:no", "order change");
    run.settle();
    expect([run.model.cancels, open()]).toEqual([[2], [5]]);
    expect(run.model.handed.at(-1)).toMatchObject({ side: -1, quantity: 50 });
  });

  it("does not wait for one that the broker was agreed to have no more of", () => {
    run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 95, ...EXITS }));
    accept();
    run.model.fill(run.model.order(0), 40, 95);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect([stop().quantity, target().quantity]).toEqual([40, 40]);
    run.model.fill(stop(), 40, 90);
    run.model.end(target(), "Cancelled");
    run.settle();
    closeRest();
    expect(run.model.cancels).toEqual([]);
    expect(run.model.handed.at(-1)).toMatchObject({ side: -1, quantity: 50 });
  });
});

describe("an order that has filled what a change was to make of it", () => {
  it("is asked to be cancelled until that is taken where the change is refused", () => {
    const entry = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 95, tif: "GTC" }));
    accept();
    run.model.change = ({ orderId }) => {
      run.model.told.push({ kind: "written", orderId, what: "change" });
      run.model.refuse(orderId, 201, "Order rejected - reason:no", "order change");
    };
    const { cancel } = run.model;
    run.model.cancel = (orderId) => {
      run.model.cancels.push(orderId);
      run.model.told.push({ kind: "written", orderId, what: "cancel" });
      run.model.refuse(orderId, 161, "Cancel attempted when order is not in a cancellable state.", "order cancel");
    };
    run.act((orders) => orders.modify(entry, { quantity: 50 }));
    run.turn();
    const { told } = run.model;
    run.model.told = [];
    run.model.fill(run.model.order(0), 50, 95);
    run.settle();
    expect([entry.status, run.model.cancels]).toEqual(["filled", []]);
    run.model.told = told;
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    run.model.cancel = cancel;
    pass(11);
    expect([run.model.cancels, open()]).toEqual([[1, 1], []]);
    run.pass(HOUR);
    expect([run.model.cancels.length, run.broker.due]).toEqual([2, Infinity]);
  });
});

describe("in a session that starts again, an exit that counts as filled and works on", () => {
  it("is cancelled and is none of the run's orders, where it filled while nobody was there", async () => {
    held();
    run.kill();
    bothFill();
    run.model.forget();
    await run.open();
    run.settle();
    expect(run.model.cancels).toEqual([3]);
    expect(run.engine.book.length).toBe(1);
    pass(30);
    expect([run.model.cancels, open()]).toEqual([[3, 2], []]);
  });

  it("is asked to be cancelled again, and what it fills meanwhile is booked", async () => {
    held();
    const take = holdCancels();
    bothFill();
    run.settle();
    expect(run.model.cancels).toEqual([3]);
    const { excess, wantsCancel } = run.record(3);
    run.kill();
    await run.open(false);
    expect([run.record(3).excess, run.record(3).wantsCancel]).toEqual([excess, wantsCancel]);
    run.model.fill(target(), 10, 110);
    run.settle();
    expect(positions()).toEqual([-10, -10, -10]);
    take();
    run.look();
    run.settle();
    expect([run.model.cancels, open()]).toEqual([[3, 3], [2]]);
    expect(positions()).toEqual([-10, -10, -10]);
  });

  it("is asked to be cancelled again where that was refused", async () => {
    held();
    const take = holdCancels();
    bothFill();
    run.settle();
    run.model.refuse(3, 161, "Cancel attempted when order is not in a cancellable state.", "order cancel");
    run.settle();
    run.kill();
    take();
    await run.open();
    run.settle();
    pass(11);
    expect(run.model.cancels).toEqual([3, 3]);
    expect(open()).toEqual([2]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adoptOrder } from "../../live/reconcile/operator.js";
import type { ModelOrder } from "./broker-model.js";
import {
  brokerPosition,
  close,
  closings,
  flatten,
  hold,
  holdCancels,
  holdPromise,
  run,
  startsEach,
} from "./closed-position.js";
import { INSTRUMENTS } from "./live-run.js";

const HOUR = 3_600_000;
const [SPY, QQQ] = INSTRUMENTS;

startsEach();

describe("a position that is closed", () => {
  it("is closed at once where nothing of it works", () => {
    hold();
    close();
    run.turn();
    expect(closings(0)).toEqual([100]);
  });

  it("that the broker has less of than the journal is closed as far as both have it", () => {
    hold();
    run.model.hold(756733, -70);
    run.look();
    close();
    run.turn();
    expect(closings(0)).toEqual([30]);
  });

  it("that the broker has none of is not sold short, and the order says why", () => {
    hold();
    run.model.hold(756733, -100);
    run.look();
    const order = close();
    run.settle();
    expect(closings(0)).toEqual([]);
    expect(order.denial?.code).toBe("RECONCILE");
    expect(run.alerts.at(-1)).toMatchObject({
      code: "CLOSE_DISPUTED",
      details: { symbol: "SPY", held: 0, wanted: 100 },
    });
    expect(run.broker.takeOwed()).toEqual([]);
    flatten();
    run.settle();
    expect(closings(0)).toEqual([]);
    expect(run.broker.takeOwed()).toEqual([]);
    // Once they agree it is closed after all.
    run.model.hold(756733, 100);
    run.pass(6_000);
    run.look();
    expect(run.broker.takeOwed()).toEqual([0]);
    expect(run.broker.takeOwed()).toEqual([]);
  });

  it("is not closed by force as far as others hold it against the session, for that would open the opposite", () => {
    hold();
    run.model.foreignFill(756733, "SPY", -1, 100, 101, "by hand");
    run.look();
    flatten();
    run.settle();
    expect(closings(0)).toEqual([]);
    expect(run.alerts.at(-1)).toMatchObject({
      code: "CLOSE_DISPUTED",
      details: { symbol: "SPY", held: 0, wanted: 100 },
    });
    expect(run.broker.takeOwed()).toEqual([]);
    // Undone in part: what the account holds is closed now.
    run.model.foreignFill(756733, "SPY", 1, 30, 101, "by hand");
    run.look();
    flatten();
    run.settle();
    expect(closings(0)).toEqual([30]);
    run.model.fill(run.model.order(3), 30, 101);
    run.settle();
    expect(brokerPosition()).toBe(0);
    expect(run.broker.takeOwed()).toEqual([]);
    // As soon as nobody holds any against it the rest is closed by itself.
    run.model.foreignFill(756733, "SPY", 1, 70, 101, "by hand");
    run.look();
    expect(run.broker.takeOwed()).toEqual([0]);
  });

  it("is closed by its strategy whatever others hold: they may be another session of the same account", () => {
    hold();
    run.model.foreignFill(756733, "SPY", -1, 100, 101, "another session");
    run.look();
    close();
    run.turn();
    expect(closings(0)).toEqual([100]);
  });

  it("is not closed twice by an order that works while another of its side fills", () => {
    hold();
    close();
    run.settle();
    run.model.accept(run.model.order(1));
    run.settle();
    run.model.fill(run.model.order(1), 60, 101);
    run.settle();
    run.act((orders) => orders.submit(SPY, "sell", 15, { limit: 101 }));
    run.settle();
    run.model.fill(run.model.order(2), 15, 101);
    run.settle();
    expect(run.model.order(1)).toMatchObject({ quantity: 85, filled: 60 });
    run.model.fill(run.model.order(1), 25, 101);
    run.settle();
    expect(brokerPosition()).toBe(0);
    expect(run.model.open()).toEqual([]);
  });

  describe("by an order that works, and in part by another of its side meanwhile, is not closed twice", () => {
    let other: ModelOrder;

    beforeEach(() => {
      hold();
      close();
      run.settle();
      run.model.accept(run.model.order(1));
      run.settle();
      run.model.fill(run.model.order(1), 60, 101);
      run.settle();
      run.act((orders) => orders.submit(SPY, "sell", 15, { limit: 101, tif: "GTC" }));
      run.settle();
      other = run.model.order(2);
      run.model.accept(other);
      run.settle();
    });
    afterEach(() => {
      expect(run.model.order(1)).toMatchObject({ quantity: 85, filled: 60 });
      run.model.fill(run.model.order(1), 25, 101);
      run.settle();
      expect([brokerPosition(), run.enginePosition()]).toEqual([0, 0]);
      expect(run.model.open()).toEqual([]);
    });

    it("where nobody was there to hear of it", async () => {
      run.kill();
      run.model.fill(other, 15, 101);
      await run.open();
      run.settle();
    });

    it("where the process was killed when that was written down, before the order was cut", async () => {
      run.model.change = () => {
        throw new Error("killed");
      };
      run.model.fill(other, 15, 101);
      expect(() => run.settle()).toThrow("killed");
      run.kill();
      Reflect.deleteProperty(run.model, "change");
      await run.open();
      run.settle();
      run.lookTwice();
    });

    it("where the change was lost", () => {
      run.model.change = ({ orderId }) => void run.model.told.push({ kind: "written", orderId, what: "change" });
      run.model.fill(other, 15, 101);
      run.settle();
      run.broker.isConnected = false;
      run.pass(5_000);
      Reflect.deleteProperty(run.model, "change");
      run.broker.isConnected = true;
      for (let i = 0; i < 4; i++) {
        run.look();
        run.settle();
        run.pass(20_000);
      }
    });

    it("where there was no connection for it", () => {
      run.model.change = ({ orderId }) =>
        void run.model.told.push({ kind: "unsent", orderId, what: "change", reason: "there is no connection" });
      run.model.fill(other, 15, 101);
      run.model.deliver();
      run.broker.isConnected = false;
      run.turn();
      run.settle();
      Reflect.deleteProperty(run.model, "change");
      run.broker.isConnected = true;
      run.settle();
    });
  });

  it("may be closed twice where the broker refuses to cut the order, which a person is told once", () => {
    hold();
    close();
    run.settle();
    run.model.accept(run.model.order(1));
    run.settle();
    let asked = 0;
    run.model.change = ({ orderId }) => {
      asked++;
      run.model.told.push({ kind: "written", orderId, what: "change" });
      run.model.refuse(orderId, 201, "Order rejected - reason:no", "order change");
    };
    run.act((orders) => orders.submit(SPY, "sell", 15, { limit: 101 }));
    run.settle();
    run.model.fill(run.model.order(2), 15, 101);
    run.settle();
    for (let i = 0; i < 4; i++) {
      run.look();
      run.settle();
      run.pass(60_000);
    }
    expect([asked, run.model.order(1).quantity]).toEqual([1, 100]);
    expect(run.alerts).toMatchObject([
      { code: "CHANGE_REFUSED", details: { reason: "85 units are left to it, and the broker has 100" } },
    ]);
  });

  it("is not asked to be cancelled where what the order has filled is heard all at once", () => {
    hold();
    close();
    run.settle();
    run.model.accept(run.model.order(1));
    run.model.fill(run.model.order(1), 40, 101);
    run.model.fill(run.model.order(1), 60, 101);
    run.settle();
    expect(brokerPosition()).toBe(0);
    expect(run.status(1)).toBe("filled");
    expect(run.ledger.records[1].cancelAt).toBeNaN();
  });

  it("is not closed while an adopted order of another client may close it, and a person is told which", async () => {
    hold();
    const exit = run.model.foreignOrder(756733, "SPY", -1, 100, 120, "by hand");
    run.look();
    adoptOrder(run.ledger, "by hand", run.now);
    run.turn();
    run.kill();
    await run.open();
    run.showPrices();
    flatten();
    run.settle();
    expect(run.model.handed).toHaveLength(1);
    run.pass(11_000);
    run.look();
    expect(run.alerts.at(-1)).toMatchObject({ code: "FLATTEN_INCOMPLETE", details: { symbol: "SPY" } });
    run.model.end(exit, "Cancelled");
    run.settle();
    run.look();
    run.settle();
    expect(run.model.handed.slice(1)).toMatchObject([{ quantity: 100, side: -1 }]);
  });

  it("waits for the connection where it is closed by force, and leaves once it is back", () => {
    hold();
    run.broker.isConnected = false;
    flatten();
    run.settle();
    run.pass(60_000);
    expect(closings(0)).toEqual([]);
    expect(run.engine.working.total).toBe(1);
    run.broker.isConnected = true;
    run.settle();
    expect(closings(0)).toEqual([100]);
  });

  it("is closed again where the order that was to close it by force has never left", () => {
    hold();
    run.model.fateOf = () => "unsent";
    flatten();
    run.settle();
    expect(run.position()).toBe(100);
    expect(run.broker.takeOwed()).toEqual([0]);
  });

  it("is looked at again soon when an execution comes of it while it is disputed", () => {
    hold();
    run.model.hold(756733, -60);
    for (let i = 0; i < 8; i++) {
      run.look();
      run.pass(320_000);
    }
    const asked = run.asks.length;
    run.act((orders) => orders.submit(SPY, "sell", 10));
    run.settle();
    run.model.fill(run.model.orders[1], 10, 100);
    run.settle();
    run.pass(6_000);
    expect(run.asks.length).toBe(asked + 1);
  });

  it("is closed when its stop is told cancelled, and not before", () => {
    hold({ stop: 90 });
    holdCancels();
    const order = close();
    run.turn();
    run.settle();
    expect(run.model.cancels).toHaveLength(1);
    expect(closings(1)).toEqual([]);
    expect(order.status).toBe("submitted");
    expect(run.journal.entries().filter(({ kind }) => kind === "intent")).toHaveLength(2);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([100]);
    run.model.fill(run.model.order(2), 100, 99);
    run.settle();
    expect(order.status).toBe("filled");
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("ends with its day where what it waits for stands until then, and is not sent behind the close", () => {
    hold({ stop: 90 });
    holdCancels();
    const order = close();
    run.turn();
    run.settle();
    // 16:00, six hours later.
    run.pass(6 * HOUR - 60_000);
    expect(order.status).toBe("submitted");
    run.pass(120_000);
    expect(order.status).toBe("expired");
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    run.pass(20 * HOUR);
    expect(closings(1)).toEqual([]);
    expect(brokerPosition()).toBe(100);
    expect(run.engine.working.total).toBe(0);
    holdPromise();
  });

  it("waits on over the close where it is to flatten, or good till cancelled", () => {
    hold({ stop: 90 });
    holdCancels();
    flatten();
    run.turn();
    run.settle();
    run.pass(7 * HOUR);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([100]);
    holdPromise();
  });

  it("ends with its day in a session that is started again behind the close", async () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.settle();
    run.kill();
    run.now += 7 * HOUR;
    run.model.end(run.model.order(1), "Cancelled");
    await run.open();
    run.settle();
    run.pass(20 * HOUR);
    run.showPrices();
    expect(closings(1)).toEqual([]);
    expect(run.engine.working.total).toBe(0);
    expect(brokerPosition()).toBe(100);
    holdPromise();
  });

  it.each([
    ["the strategy", () => void close()],
    ["its operator", flatten],
    ["the kill switch", () => run.engine.hear(run.now, () => run.engine.kill("by hand", true))],
  ])("by %s is never turned by a stop that fills between cancel and close", (_, ask) => {
    hold({ stop: 90 });
    holdCancels();
    ask();
    run.turn();
    run.model.fill(run.model.order(1), 100, 90);
    run.settle();
    run.settle();
    expect(closings(1)).toEqual([]);
    expect(run.status(2)).toBe("cancelled");
    expect(run.engine.working.total).toBe(0);
    expect(brokerPosition()).toBe(0);
    holdPromise();
    run.pass(60_000);
    expect(run.asks).toEqual([]);
  });

  it.each([true, false])(
    "is not closed when the cancel is refused because the stop has filled, told first: %s",
    (is) => {
      const [stop] = hold({ stop: 90 });
      holdCancels();
      const order = close();
      run.turn();
      run.model.fill(run.model.order(1), 100, 90);
      const filled = run.model.told.splice(0);
      if (!is) run.model.told.push(...filled);
      run.model.refuse(2, 10148, "cannot be cancelled, state: Filled.", "order cancel");
      if (is) {
        run.settle();
        expect(order.status).toBe("submitted");
        run.model.told.push(...filled);
      }
      run.settle();
      run.settle();
      expect(stop.status).toBe("filled");
      expect(order.status).toBe("cancelled");
      expect(closings(1)).toEqual([]);
      expect(brokerPosition()).toBe(0);
      holdPromise();
    },
  );

  it("is closed by what is left when a part of it fills meanwhile", () => {
    hold({ stop: 90 });
    holdCancels();
    const order = close();
    run.turn();
    run.model.fill(run.model.order(1), 30, 90);
    run.settle();
    expect(closings(1)).toEqual([]);
    run.model.fill(run.model.order(1), 20, 90);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([50]);
    expect(order.quantity).toBe(50);
    run.model.fill(run.model.order(2), 50, 90);
    run.settle();
    expect(order.status).toBe("filled");
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("waits for a fill that a status has told and no execution has", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.model.fill(run.model.order(1), 60, 90);
    run.model.end(run.model.order(1), "Cancelled");
    const isLate = ({ kind }: { kind: string }): boolean => kind === "execution";
    const late = run.model.told.filter(isLate);
    run.model.told = run.model.told.filter((fact) => !isLate(fact));
    run.settle();
    expect(closings(1)).toEqual([]);
    run.model.told.push(...late);
    run.settle();
    expect(closings(1)).toEqual([40]);
    holdPromise();
  });

  it("waits for each of several exits", () => {
    hold({ stop: 90 }, { limit: 110 }, { stop: 80 });
    holdCancels();
    close();
    run.turn();
    const [stop, limit, other] = [1, 2, 3].map((n) => run.model.order(n)) as [ModelOrder, ModelOrder, ModelOrder];
    run.model.end(stop, "Cancelled");
    run.settle();
    run.model.fill(limit, 25, 110);
    run.model.end(limit, "Cancelled");
    run.settle();
    expect(closings(3)).toEqual([]);
    run.model.end(other, "Cancelled");
    run.settle();
    expect(closings(3)).toEqual([75]);
    holdPromise();
  });

  it("is not held up by what would add to it, nor by another instrument", () => {
    hold({ stop: 90 });
    run.act((orders) => orders.submit(QQQ, "sell", 10, { limit: 200 }));
    run.act((orders) => orders.submit(SPY, "buy", 10, { limit: 50 }));
    run.settle();
    for (const order of run.model.open()) run.model.accept(order);
    run.settle();
    holdCancels();
    flatten();
    run.turn();
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(3)).toEqual([100]);
  });

  it("is closed in front of what the strategy asked for behind it", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    const next = run.act((orders) => orders.submit(SPY, "sell", 100));
    const other = run.act((orders) => orders.submit(QQQ, "buy", 7));
    run.turn();
    expect(closings(1)).toEqual([7]);
    run.model.fill(run.model.order(1), 40, 90);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([7, 60, 100]);
    expect([next.status, other.status]).toEqual(["submitted", "submitted"]);
    holdPromise();
  });

  it("is closed once when it is asked for again while it waits", () => {
    hold({ stop: 90 });
    holdCancels();
    const first = close();
    run.turn();
    const second = close();
    run.turn();
    flatten();
    run.turn();
    expect([first.status, second.status]).toEqual(["cancelled", "cancelled"]);
    expect(run.model.cancels).toHaveLength(1);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([100]);
    // A closing order that works is itself an exit that is cancelled.
    run.model.accept(run.model.order(2));
    run.settle();
    flatten();
    run.turn();
    expect(closings(1)).toEqual([100]);
    run.model.fill(run.model.order(2), 100, 99);
    run.settle();
    expect(closings(1)).toEqual([100]);
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("stays as it is when the strategy takes the closing back", () => {
    hold({ stop: 90 });
    holdCancels();
    const order = close();
    run.turn();
    run.act((orders) => orders.cancel(order));
    run.turn();
    expect(order.status).toBe("cancelled");
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([]);
    expect(brokerPosition()).toBe(100);
    holdPromise();
  });
});

describe("an entry that a flattening cancels", () => {
  /** A bracket of 100 of which so many have filled. */
  function enter(filled: number): ModelOrder {
    run.act((orders) => orders.bracket(SPY, "buy", 100, { limit: 100, stopLoss: 90, takeProfit: 110 }));
    run.settle();
    for (const order of run.model.orders) run.model.accept(order);
    run.settle();
    if (filled > 0) run.model.fill(run.model.order(0), filled, 100);
    run.settle();
    holdCancels();
    return run.model.order(0);
  }

  const endAll = (): void => {
    for (const order of run.model.open()) if (order.orderId <= 3) run.model.end(order, "Cancelled");
  };
  /** The closing orders that work fill. */
  function fillClosings(): void {
    for (const order of run.model.open()) if (order.orderId > 3) run.model.fill(order, order.quantity, 99);
    run.settle();
  }

  it("is closed with what it fills before its cancel, behind what was held before", () => {
    const entry = enter(60);
    run.engine.hear(run.now, () => run.engine.kill("by hand", true));
    run.settle();
    run.model.fill(entry, 10, 100);
    run.settle();
    run.model.end(run.model.order(1), "Cancelled");
    run.model.end(run.model.order(2), "Cancelled");
    run.settle();
    // What was held does not wait for the entry.
    expect(closings(2)).toEqual([60]);
    fillClosings();
    run.model.fill(entry, 5, 100);
    run.settle();
    expect(closings(2)).toEqual([60]);
    endAll();
    run.settle();
    expect(closings(2)).toEqual([60, 15]);
    fillClosings();
    expect(brokerPosition()).toBe(0);
    expect(run.engine.working.total).toBe(0);
    run.pass(60_000);
    run.look();
    expect(run.broker.takeOwed()).toEqual([]);
    holdPromise();
  });

  it("is closed though nothing was held when it was cancelled", () => {
    const entry = enter(0);
    flatten();
    run.turn();
    run.model.fill(entry, 100, 100);
    endAll();
    run.settle();
    expect(closings(2)).toEqual([100]);
    fillClosings();
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("is closed by one order where the first still works", () => {
    const entry = enter(60);
    flatten();
    run.turn();
    for (const n of [1, 2]) run.model.end(run.model.order(n), "Cancelled");
    run.settle();
    run.model.accept(run.model.order(3));
    run.model.fill(entry, 10, 100);
    endAll();
    run.settle();
    // The first was asked to be cancelled: it fills before that.
    expect(closings(2)).toEqual([60]);
    run.model.fill(run.model.order(3), 60, 99);
    run.settle();
    expect(closings(2)).toEqual([60, 10]);
    fillClosings();
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("is left alone where it fills nothing more, and so is what the strategy does next", () => {
    enter(60);
    flatten();
    run.turn();
    endAll();
    run.settle();
    fillClosings();
    run.act((orders) => orders.submit(SPY, "buy", 7));
    run.settle();
    run.model.fill(run.model.orders[4], 7, 100);
    run.settle();
    run.look();
    expect(run.broker.takeOwed()).toEqual([]);
    expect(closings(2)).toEqual([60, 7]);
    expect(brokerPosition()).toBe(7);
  });

  it("is closed behind a look at the account where its end is not told", () => {
    const entry = enter(0);
    flatten();
    run.turn();
    run.model.fill(entry, 40, 100);
    run.settle();
    expect(run.broker.takeLate()).toEqual([]);
    run.pass(10_000);
    run.look();
    expect(run.broker.takeOwed()).toEqual([0]);
    expect(run.broker.takeOwed()).toEqual([]);
  });

  it.each([
    ["before it fills", false],
    ["behind its fill", true],
  ])("is closed by the next session where this one is killed %s", async (_, isHeard) => {
    const entry = enter(60);
    flatten();
    run.turn();
    for (const n of [1, 2]) run.model.end(run.model.order(n), "Cancelled");
    run.settle();
    fillClosings();
    if (isHeard) {
      run.model.fill(entry, 10, 100);
      run.settle();
    }
    run.kill();
    if (!isHeard) run.model.fill(entry, 10, 100);
    run.model.forget();
    await run.open();
    run.settle();
    expect(closings(2)).toEqual([60]);
    endAll();
    run.settle();
    expect(closings(2)).toEqual([60, 10]);
    fillClosings();
    expect(brokerPosition()).toBe(0);
    holdPromise();
    // That is done, and the session after that has nothing of it to do.
    expect(run.journal.heldOrders()).toBe("");
  });

  it("is closed no more once the kill switch is released", () => {
    const entry = enter(60);
    flatten();
    run.turn();
    run.broker.forgetOwed();
    run.model.fill(entry, 10, 100);
    endAll();
    run.settle();
    expect(closings(2)).toEqual([60]);
  });
});

describe("a cancel that is not answered", () => {
  it("leaves the position open until the broker was asked, and no longer", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    // It has ended, and nobody heard of it.
    run.model.end(run.model.order(1), "Cancelled");
    run.model.forget();
    run.pass(9_000);
    expect(run.asks).toEqual([]);
    run.pass(1_000);
    expect(run.asks).toContain("a closing order of SPY waits for the end of order 2");
    expect(closings(1)).toEqual([]);
    run.look();
    expect(closings(1)).toEqual([100]);
    expect(run.alerts.filter(({ code }) => code === "FLATTEN_INCOMPLETE")).toEqual([]);
    holdPromise();
  });

  it("of a stop that has filled leaves nothing to close", () => {
    hold({ stop: 90 });
    holdCancels();
    const order = close();
    run.turn();
    run.model.fill(run.model.order(1), 100, 90);
    run.model.forget();
    run.pass(10_000);
    run.look();
    run.settle();
    expect(closings(1)).toEqual([]);
    expect(order.status).toBe("cancelled");
    holdPromise();
  });

  it("of an order that still works is asked again, a person hears of it, and the closing order waits on", () => {
    hold({ stop: 90 });
    holdCancels();
    const order = close();
    run.turn();
    run.pass(10_000);
    run.look();
    expect(closings(1)).toEqual([]);
    expect(run.alerts.at(-1)).toMatchObject({ code: "FLATTEN_INCOMPLETE", details: { symbol: "SPY" } });
    expect(run.model.cancels).toEqual([2, 2]);
    const asked = run.asks.length;
    run.pass(60_000);
    expect(run.asks.length).toBeGreaterThan(asked);
    expect(order.status).toBe("submitted");
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([100]);
    holdPromise();
  });

  it("is told once, and again only when other orders stand", () => {
    hold({ stop: 90 }, { limit: 110 });
    holdCancels();
    close();
    run.turn();
    const told = (): unknown[] =>
      run.alerts.filter(({ code }) => code === "FLATTEN_INCOMPLETE").map(({ details }) => details.reason);
    const lookOn = (): void => {
      for (let i = 0; i < 5; i++) {
        run.pass(60_000);
        run.look();
        for (const { orderId } of run.model.open()) run.model.refuse(orderId, 10147, "not found.", "order cancel");
        run.settle();
      }
    };
    lookOn();
    expect(told()).toEqual(["orders 2, 3 should have been cancelled and may still fill"]);
    run.model.end(run.model.order(2), "Cancelled");
    run.settle();
    lookOn();
    expect(told().slice(1)).toEqual(["order 2 should have been cancelled and may still fill"]);
    expect(closings(2)).toEqual([]);
  });

  it("or is refused though the order works is asked again as well", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.model.refuse(2, 10147, "OrderId 2 that needs to be cancelled is not found.", "order cancel");
    run.settle();
    expect(closings(1)).toEqual([]);
    run.pass(10_000);
    run.look();
    expect(run.model.cancels).toEqual([2, 2]);
    expect(closings(1)).toEqual([]);
    run.model.fill(run.model.order(1), 100, 90);
    run.settle();
    run.settle();
    expect(closings(1)).toEqual([]);
    expect(run.engine.working.total).toBe(0);
    holdPromise();
  });

  it("of an order without a trace holds the closing order until two looks agree", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.model.order(1).status = "Cancelled";
    run.model.passMidnight();
    run.model.executions = [];
    run.pass(10_000);
    run.look();
    expect(closings(1)).toEqual([]);
    run.pass(6_000);
    run.look();
    expect(closings(1)).toEqual([100]);
  });

  it("while there is no connection is no reason to send anything into it", () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.broker.isConnected = false;
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([]);
    run.broker.isConnected = true;
    run.turn();
    expect(closings(1)).toEqual([100]);
  });
});

describe("a session that is killed while a closing order waits", () => {
  it("goes on with it when it starts again, and closes what is held then", async () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.kill();
    run.model.fill(run.model.order(1), 30, 90);
    run.model.forget();
    await run.open();
    run.showPrices();
    expect(closings(1)).toEqual([]);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([70]);
    run.kill();
    await run.open();
    run.showPrices();
    expect(closings(1)).toEqual([70]);
    holdPromise();
  });

  it("goes on with one that closes by force past all that judges orders, as if it had never stopped", async () => {
    hold({ stop: 90 });
    holdCancels();
    flatten();
    run.turn();
    run.kill();
    // 17:00: the market has closed, there is no connection yet, and no price is known.
    run.now += 7 * HOUR;
    await run.open();
    run.broker.isConnected = false;
    run.pass(60_000);
    expect(run.status(1)).toBe("submitted");
    run.broker.isConnected = true;
    run.settle();
    expect(closings(1)).toEqual([]);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([100]);
    holdPromise();
  });

  it("sends it once, whether it had left or not", async () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.model.end(run.model.order(1), "Cancelled");
    const { place } = run.model;
    run.model.place = () => {
      throw new Error("the power fails");
    };
    run.model.deliver();
    expect(() => run.turn()).toThrow("the power fails");
    run.kill();
    run.model.place = place;
    await run.open();
    run.settle();
    // It was committed, so that it may have been sent: it is looked for, and never sent again.
    expect(closings(1)).toEqual([]);
    expect(run.record(3).state).toBe("lost");
    expect(run.engine.working.total).toBe(1);
  });

  it("has nothing to close where the stop has filled meanwhile", async () => {
    hold({ stop: 90 });
    holdCancels();
    close();
    run.turn();
    run.kill();
    run.model.fill(run.model.order(1), 100, 90);
    run.model.forget();
    await run.open();
    run.showPrices();
    run.settle();
    expect(closings(1)).toEqual([]);
    expect(run.engine.working.total).toBe(0);
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("asks again to flatten where its kill switch says so, and closes the position once", async () => {
    hold({ stop: 90 });
    holdCancels();
    run.journal.putKillSwitch({ isOn: true, reason: "by hand", flatten: true, since: run.now });
    run.engine.hear(run.now, () => run.engine.kill("by hand", true));
    run.turn();
    run.kill();
    await run.open();
    expect(run.journal.killSwitch()?.flatten).toBe(true);
    run.engine.kill("by hand", true);
    run.showPrices();
    expect(closings(1)).toEqual([]);
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect(closings(1)).toEqual([100]);
    run.model.fill(run.model.order(2), 100, 99);
    run.settle();
    expect(run.engine.working.total).toBe(0);
    holdPromise();
  });
});

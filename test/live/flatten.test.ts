import { describe, expect, it } from "vitest";
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

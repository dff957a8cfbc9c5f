import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adoptOrder, adoptPosition, nameDifference, settle } from "../../live/reconcile/operator.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY, QQQ] = INSTRUMENTS;
const [SPY_ID] = CON_IDS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

const buy = (quantity = 100) => run.act((orders) => orders.submit(SPY, "buy", quantity));
const denialOf = (quantity = 1) => buy(quantity).denial?.code;

describe("an order without a trace", () => {
  beforeEach(() => {
    run.model.fateOf = (_, n) => (n === 0 ? "lost" : "arrives");
  });

  it("is lost after one look, and its instrument takes nothing that increases", () => {
    const order = buy();
    run.settle();
    run.pass(11_000);
    const report = run.look();
    expect(report.lost.map(({ intent }) => intent.id)).toEqual([1]);
    expect(order.status).toBe("unknown");
    expect(run.record(1).state).toBe("lost");
    expect(denialOf()).toBe("RECONCILE");
    expect(run.act((orders) => orders.submit(QQQ, "buy", 1)).denial).toBeUndefined();
  });

  it("is gone when a second look some seconds later agrees, and its instrument is free", () => {
    const order = buy();
    run.settle();
    run.pass(11_000);
    run.look();
    run.pass(6_000);
    expect(run.asks.at(-1)).toMatch(/last look/);
    const report = run.look();
    expect(report.dead.map(({ intent }) => intent.id)).toEqual([1]);
    expect(order.status).toBe("rejected");
    expect(order.denial?.code).toBe("LOST");
    expect(denialOf()).toBeUndefined();
    expect(run.model.handed.filter(({ ref }) => ref.endsWith(":1"))).toHaveLength(1);
  });

  it("is gone as well when the second look is the first of a session that has started again", async () => {
    buy();
    run.settle();
    run.pass(11_000);
    run.look();
    run.kill();
    run.now += 6_000;
    await run.open();
    run.showPrices();
    expect(run.record(1).state).toBe("rejected");
    expect(denialOf()).toBeUndefined();
    expect(run.model.handed.filter(({ ref }) => ref.endsWith(":1"))).toHaveLength(1);
  });

  it("is not gone by two looks at one moment, nor by looks that are not full", () => {
    buy();
    run.settle();
    run.pass(11_000);
    run.look();
    run.look();
    for (let i = 0; i < 3; i++) {
      run.pass(6_000);
      run.look(false);
      run.pass(6_000);
      run.look(true, false);
    }
    expect(run.record(1).state).toBe("lost");
    expect(denialOf()).toBe("RECONCILE");
  });

  it("is claimed by a late event", () => {
    run.model.fateOf = () => "arrives";
    const order = buy();
    run.turn();
    run.pass(11_000);
    const [model] = run.model.orders;
    run.model.orders.length = 0;
    run.look();
    expect(run.record(1).state).toBe("lost");
    run.model.orders.push(model);
    run.model.accept(model);
    run.settle();
    expect(order.status).toBe("accepted");
    expect(denialOf()).toBeUndefined();
    expect(run.look().isSettled).toBe(true);
  });

  it("that turns up after it counted as gone is cancelled, and what it filled meanwhile is booked", () => {
    run.model.fateOf = () => "arrives";
    buy();
    run.turn();
    run.pass(11_000);
    const [model] = run.model.orders;
    run.model.orders.length = 0;
    run.lookTwice();
    expect(run.status(0)).toBe("rejected");
    run.model.orders.push(model);
    run.model.accept(model);
    run.model.fill(model, 30, 100);
    run.settle();
    expect(run.position()).toBe(30);
    expect(run.enginePosition()).toBe(30);
    expect(run.model.cancels).toEqual([1]);
    expect(denialOf()).toBe("RECONCILE");
    run.settle();
    run.lookTwice();
    expect(run.position()).toBe(30);
    expect(denialOf()).toBeUndefined();
  });

  it("made while the account is being read is not missed", () => {
    run.model.fateOf = () => "arrives";
    const since = run.broker.beginReconcile(run.now);
    const state = run.model.state();
    buy();
    run.turn();
    run.engine.hear(run.now, () => run.broker.reconcile(state, since, true, run.now));
    expect(run.record(1).state).not.toBe("lost");
  });

  it("can be settled by the operator, as dead or as filled", () => {
    run.model.fateOf = () => "lost";
    buy();
    buy();
    run.settle();
    run.pass(11_000);
    run.look();
    const settled = (id: number, how: Parameters<typeof settle>[2]): string => {
      let answer = "";
      run.engine.hear(run.now, () => {
        run.broker.tellNoted(run.now, () => {
          answer = settle(run.ledger, id, how, run.now);
        });
      });
      return answer;
    };
    const [first, second] = [1, 2].map((id) => run.ledger.refOf(id));
    expect(settled(1, { as: "dead" })).toBe(
      `Order ${first} (buy 100 SPY) counts as gone: nothing of it has filled. Orders that increase a position in SPY stay denied: the broker has no trace of order 2.`,
    );
    run.model.hold(SPY_ID, 100);
    expect(() => settle(run.ledger, 2, { as: "filled", quantity: 101, price: 99 }, run.now)).toThrow(
      `Order ${second} cannot have filled 101 units at 99: 100 are open.`,
    );
    expect(settled(2, { as: "filled", quantity: 100, price: 99 })).toBe(
      `Order ${second} (buy 100 SPY) counts as filled with 100 at 99.00. Orders that increase a position in SPY may leave again.`,
    );
    expect([run.status(0), run.status(1)]).toEqual(["rejected", "filled"]);
    expect(run.look().differences).toEqual([]);
    expect(denialOf()).toBeUndefined();
    expect(() => settle(run.ledger, 2, { as: "dead" }, run.now)).toThrow(/is not lost: it is filled/);
    expect(() => settle(run.ledger, 9, { as: "dead" }, run.now)).toThrow(/has no order 9/);
  });
});

describe("what happened while the session was away", () => {
  const fillsAway = async (before: () => void): Promise<void> => {
    const order = buy();
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    expect(order.status).toBe("accepted");
    run.kill();
    before();
    await run.open();
  };

  it("is learnt from executions, and the run goes on with it", async () => {
    await fillsAway(() => void run.model.fill(run.model.order(0), 100, 101, 2));
    expect(run.enginePosition()).toBe(100);
    expect(run.engine.portfolio.averagePrice(0)).toBe(101);
    expect(run.engine.working.total).toBe(0);
    expect(run.look().isSettled).toBe(true);
  });

  it("is recovered from the position when the order is known to have filled and its execution is gone", async () => {
    await fillsAway(() => {
      run.model.fill(run.model.order(0), 100, 101);
      run.model.executions = [];
    });
    expect(run.position()).toBe(100);
    expect(run.enginePosition()).toBe(100);
    const recovered = run.journal
      .entries()
      .filter((entry) => entry.kind === "adjustment" && entry.name === "recovered");
    expect(recovered).toMatchObject([{ intent: 1, own: 100, price: 50, isEstimate: true }]);
    expect(denialOf()).toBeUndefined();
  });

  it("is recovered after two looks when not even the order is told any more", async () => {
    await fillsAway(() => {
      run.model.fill(run.model.order(0), 100, 101);
      run.model.passMidnight();
    });
    expect(denialOf()).toBe("RECONCILE");
    run.pass(6_000);
    run.look();
    expect(run.position()).toBe(100);
    expect(run.enginePosition()).toBe(100);
    expect(run.status(0)).toBe("filled");
    expect(denialOf()).toBeUndefined();
  });

  it("is recovered in part where only a part filled, and the rest ends", async () => {
    await fillsAway(() => {
      run.model.fill(run.model.order(0), 40, 101);
      run.model.end(run.model.order(0), "Cancelled");
      run.model.passMidnight();
    });
    run.pass(6_000);
    run.look();
    run.pass(6_000);
    run.look();
    expect(run.position()).toBe(40);
    expect(run.engine.working.total).toBe(0);
    expect(denialOf()).toBeUndefined();
  });

  it("is booked of neither of two orders while one of them is just being learnt of", async () => {
    buy();
    buy();
    run.settle();
    for (const order of run.model.orders) run.model.accept(order);
    run.settle();
    run.kill();
    run.model.fill(run.model.order(1), 100, 101);
    run.model.end(run.model.order(0), "Cancelled");
    run.model.passMidnight();
    run.model.forget();
    await run.open();
    run.lookTwice();
    expect(run.record(1).state).toBe("lost");
    expect(run.position()).toBe(0);
    const since = run.broker.beginReconcile(run.now);
    // Of the order that has filled something comes while the account is read.
    run.model.refuse(run.record(2).intent.orderId, 10148, "cannot be cancelled, state: Filled.", "order cancel");
    run.settle();
    run.lookAt(run.model.state(), since);
    expect(run.position()).toBe(0);
    expect(run.record(1).fills.booked).toBe(0);
    expect(denialOf()).toBe("RECONCILE");
  });

  it("is not booked on an order without a trace when another one fills between two lists of the account", () => {
    run.model.fateOf = (_, n) => (n === 0 ? "lost" : "arrives");
    buy();
    buy();
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    run.pass(11_000);
    run.look();
    run.pass(6_000);
    const since = run.broker.beginReconcile(run.now);
    const early = run.model.state();
    run.model.fill(run.model.order(0), 100, 101);
    const { positions } = run.model.state();
    run.lookAt({ ...early, positions }, since);
    expect(run.record(1).fills.booked).toBe(0);
    run.settle();
    run.lookTwice();
    expect([run.status(0), run.status(1), run.position()]).toEqual(["rejected", "filled", 100]);
    expect(denialOf()).toBeUndefined();
  });

  it("gives way when the execution comes after all", async () => {
    let execution: ReturnType<typeof run.model.fill> | undefined;
    await fillsAway(() => {
      execution = run.model.fill(run.model.order(0), 100, 101, 2);
      run.model.executions = [];
    });
    expect(run.ledger.holding("SPY").averagePrice).toBe(50);
    if (execution !== undefined) run.model.told.push({ kind: "execution", execution });
    run.settle();
    expect(run.position()).toBe(100);
    expect(run.ledger.holding("SPY").averagePrice).toBe(101);
    expect(run.record(1).fills.recovered).toBe(0);
    expect(run.look().differences).toEqual([]);
  });
});

describe("a position", () => {
  it("that was there before the session is foreign, and nobody's concern", async () => {
    const fresh = new LiveRun();
    fresh.model.hold(SPY_ID, 250);
    await fresh.open();
    expect(fresh.ledger.foreign.get(SPY_ID)).toBe(250);
    expect(fresh.position()).toBe(0);
    expect(fresh.enginePosition()).toBe(0);
    expect(fresh.act((orders) => orders.submit(SPY, "buy", 1)).denial).toBeUndefined();
    fresh.close();
  });

  it("follows what others execute, by their executions", () => {
    run.model.foreignFill(SPY_ID, "SPY", 1, 30, 100, "other:1");
    run.model.foreignFill(SPY_ID, "SPY", -1, 10, 100);
    expect(run.look().differences).toEqual([]);
    expect(run.ledger.foreign.get(SPY_ID)).toBe(20);
    expect(run.position()).toBe(0);
  });

  it("that differs without a name blocks its instrument and is shown, until it agrees", () => {
    buy();
    run.settle();
    run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    run.model.hold(SPY_ID, 7);
    const report = run.look();
    expect(report.differences).toEqual([
      { symbol: "SPY", conId: SPY_ID, own: 100, foreign: 0, broker: 107, difference: 7 },
    ]);
    expect(run.alerts).toEqual([{ code: "POSITION_DIFFERS", details: { symbol: "SPY", journal: 100, broker: 107 } }]);
    expect(denialOf()).toBe("RECONCILE");
    expect(run.act((orders) => orders.submit(SPY, "sell", 100)).denial).toBeUndefined();
    expect(run.act((orders) => orders.submit(SPY, "sell", 1)).denial?.code).toBe("RECONCILE");
    run.model.hold(SPY_ID, -7);
    expect(run.look().differences).toEqual([]);
    expect(denialOf()).toBeUndefined();
  });

  it("is only sold as far as both the journal and the broker hold it", () => {
    buy();
    run.settle();
    run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    run.model.hold(SPY_ID, -70);
    run.look();
    expect(run.act((orders) => orders.submit(SPY, "sell", 31)).denial?.code).toBe("RECONCILE");
    expect(run.act((orders) => orders.submit(SPY, "sell", 30)).denial).toBeUndefined();
    expect(run.act((orders) => orders.submit(SPY, "sell", 1)).denial?.code).toBe("RECONCILE");
  });

  it("is blocked still after a restart", async () => {
    run.model.hold(SPY_ID, 7);
    run.look();
    run.kill();
    await run.open(false);
    expect(denialOf()).toBe("RECONCILE");
  });

  it("agrees again when the operator names the difference, exactly", () => {
    run.model.hold(SPY_ID, 7);
    run.look();
    const difference = { symbol: "SPY", conId: SPY_ID, name: "foreign", price: 100, note: "by hand" } as const;
    expect(() => nameDifference(run.ledger, { ...difference, quantity: 8 }, run.now)).toThrow(/is 7, and not 8/);
    expect(nameDifference(run.ledger, { ...difference, quantity: 7 }, run.now)).toBe(
      "The difference of 7 SPY counts as others', and the session leaves it alone. Orders that increase a position in SPY may leave again.",
    );
    expect(denialOf()).toBeUndefined();
    expect(run.look().differences).toEqual([]);
    expect(run.position()).toBe(0);
  });

  it("of others becomes the session's when it is adopted", async () => {
    run.model.foreignFill(SPY_ID, "SPY", 1, 30, 100);
    run.look();
    expect(adoptPosition(run.ledger, "SPY", SPY_ID, 98, run.now)).toMatch(/30 units of SPY/);
    expect(() => adoptPosition(run.ledger, "SPY", SPY_ID, 98, run.now)).toThrow(/nothing foreign/);
    run.broker.flush();
    run.kill();
    await run.open();
    expect(run.enginePosition()).toBe(30);
    expect(run.engine.portfolio.averagePrice(0)).toBe(98);
    expect(run.look().differences).toEqual([]);
  });

  it("that the run does not know of blocks the instrument until the session starts again", async () => {
    run.model.foreignFill(SPY_ID, "SPY", 1, 30, 100);
    run.look();
    run.engine.hear(run.now, () => {
      run.broker.tellNoted(run.now, () => void adoptPosition(run.ledger, "SPY", SPY_ID, 98, run.now));
    });
    expect(run.unbookedChanges).toMatchObject([{ instrument: 0, quantity: 30, price: 98 }]);
    expect(denialOf()).toBe("RECONCILE");
    run.broker.flush();
    run.kill();
    await run.open();
    expect(run.enginePosition()).toBe(30);
    expect(denialOf()).toBeUndefined();
  });

  it("goes through a split with its instrument", () => {
    run.model.foreignFill(SPY_ID, "SPY", 1, 30, 100);
    run.look();
    buy();
    run.settle();
    run.model.fill(run.model.order(1), 100, 100);
    run.settle();
    run.broker.split(0, 4, 1);
    run.model.hold(SPY_ID, 390);
    expect(run.position()).toBe(400);
    expect(run.look().differences).toEqual([]);
  });
});

describe("two sessions in one account", () => {
  it("each own what their own orders did, and together they are the account", async () => {
    const other = new LiveRun(undefined, run);
    await other.open();
    const look = (one: LiveRun) => {
      const executions = [...run.model.executions, ...other.model.executions];
      const since = one.broker.beginReconcile(one.now);
      return one.lookAt({ ...run.model.state(), executions }, since);
    };
    const trade = (one: LiveRun, side: "buy" | "sell", quantity: number): void => {
      one.act((orders) => orders.submit(SPY, side, quantity));
      one.settle();
      one.model.fill(one.model.orders[one.model.orders.length - 1], quantity, 100);
      one.settle();
    };
    trade(run, "buy", 100);
    trade(other, "sell", 30);
    trade(run, "buy", 5);
    for (const one of [run, other]) expect(look(one).isSettled).toBe(true);
    expect([run.position(), other.position()]).toEqual([105, -30]);
    expect([run.ledger.foreign.get(SPY_ID), other.ledger.foreign.get(SPY_ID)]).toEqual([-30, 105]);
    expect(run.model.positions.get(SPY_ID)).toBe(75);
    other.kill();
    await other.open(false);
    expect(look(other).isSettled).toBe(true);
    expect(other.position()).toBe(-30);
    other.close();
  });
});

describe("an order of others", () => {
  it("is shown once, and not touched", () => {
    run.model.foreignOrder(SPY_ID, "SPY", 1, 50, 90, "by hand");
    run.look();
    run.look();
    expect(run.alerts).toMatchObject([{ code: "FOREIGN_ORDER", details: { ref: "by hand" } }]);
    expect(run.model.cancels).toEqual([]);
    expect(run.look().isSettled).toBe(true);
  });

  it("is the session's when it is adopted: what it fills counts", async () => {
    const order = run.model.foreignOrder(SPY_ID, "SPY", 1, 50, 90, "by hand");
    run.look();
    adoptOrder(run.ledger, "by hand", run.now);
    run.broker.flush();
    run.kill();
    await run.open();
    expect(run.engine.book.limit[0]).toBe(90);
    expect(run.status(0)).toBe("accepted");
    run.model.fill(order, 50, 90);
    run.settle();
    expect(run.position()).toBe(50);
    expect(run.enginePosition()).toBe(50);
    expect(run.look().differences).toEqual([]);
  });

  it("under an id of ours is not taken for ours", () => {
    buy();
    run.settle();
    const order = { ...run.model.order(0), permId: 99, ref: "another journal:1" };
    run.model.told = [];
    run.model.orders.push(order);
    run.model.fill(order, 100, 100);
    run.settle();
    expect(run.position()).toBe(0);
    expect(run.ledger.foreign.get(SPY_ID)).toBe(100);
  });

  it("by our name that the journal does not know blocks the instrument", () => {
    run.model.foreignFill(SPY_ID, "SPY", 1, 10, 100, `${run.journal.id}:77`);
    run.look();
    expect(denialOf()).toBe("RECONCILE");
    expect(run.position()).toBe(0);
  });
});

describe("a look at the account", () => {
  it("changes nothing when it is taken twice", () => {
    buy();
    run.settle();
    run.model.fill(run.model.order(0), 60, 100);
    run.model.foreignOrder(SPY_ID, "SPY", 1, 50, 90);
    run.settle();
    run.look();
    const entries = run.journal.entries().length;
    const outcome = run.look();
    expect(run.journal.entries()).toHaveLength(entries);
    expect(outcome.isSettled).toBe(true);
  });

  it("concludes nothing when the broker leaves the question for executions open", () => {
    const order = buy();
    run.settle();
    run.model.fill(run.model.order(0), 100, 100);
    run.model.forget();
    run.pass(11_000);
    const report = run.look(false);
    expect(report.isFull).toBe(false);
    expect(run.position()).toBe(0);
    expect(order.isWorking).toBe(true);
    expect(denialOf()).toBe("RECONCILE");
    run.look();
    expect(run.position()).toBe(100);
    expect(denialOf()).toBeUndefined();
  });
});

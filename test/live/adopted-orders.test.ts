import { describe, expect, it } from "vitest";
import type { BrokerOrder } from "../../brokers/tws/account/broker-order.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import { increasing } from "../../core/orders/kept-exits.js";
import { ORDER_STATUSES } from "../../core/orders/kinds.js";
import { adoptOrder } from "../../live/reconcile/operator.js";
import { CLIENT, type ModelOrder } from "./broker-model.js";
import { hold, holdPromise, run, startsEach } from "./closed-position.js";
import { CON_IDS, INSTRUMENTS } from "./live-run.js";

const [SPY] = INSTRUMENTS;

startsEach();

/** Somebody's order works in SPY, and the session has seen it. */
function theirs(side: 1 | -1, quantity: number, limit: number, ref = "theirs"): ModelOrder {
  const order = run.model.foreignOrder(CON_IDS[0], "SPY", side, quantity, limit, ref);
  run.look();
  return order;
}

/** An order that this client has made under another journal works there. */
function ours(side: 1 | -1, quantity: number, limit: number): ModelOrder {
  const order = theirs(side, quantity, limit);
  Object.assign(order, { clientId: CLIENT, orderId: 900, ref: "another:1" });
  run.ledger.foreignOrders.clear();
  run.look();
  return order;
}

/** Takes it over, as the operator's command does; the answer. */
function adopt(ref = "theirs"): string {
  let answer = "";
  run.engine.hear(run.now, () => {
    run.broker.tellNoted(run.now, () => {
      answer = adoptOrder(run.ledger, ref, run.now);
    });
  });
  run.turn();
  return answer;
}

/** What a strategy sees and a guard counts of the run's working orders, and what is held of SPY. */
function state(): unknown {
  const { book, working } = run.engine;
  const orders = working.of(0).map((row) => ({
    side: book.side[row],
    type: book.type[row],
    tif: book.tif[row],
    status: ORDER_STATUSES[book.status[row]],
    flags: book.flags[row],
    quantity: book.quantity[row],
    filled: book.filled[row],
    filledValue: book.filledValue[row],
    fees: book.fees[row],
    limit: book.limit[row],
    stop: book.stop[row],
    createdAt: book.createdAt[row],
    tag: book.tags.get(row),
    ref: run.broker.refOf(row),
  }));
  return { orders, position: run.enginePosition(), fees: run.engine.portfolio.fees(0) };
}

/** What a restart makes of it is what the running session has. */
async function restart(): Promise<void> {
  const before = state();
  const own = run.position();
  run.kill();
  await run.open();
  run.settle();
  expect(state()).toEqual(before);
  expect(run.position()).toBe(own);
}

describe("an adopted order", () => {
  it("is among the working orders of the running session at once, as it is behind a restart", async () => {
    theirs(1, 50, 90);
    expect(adopt()).toBe(
      "Order theirs is the session's order 1 from now on: buy 50 SPY limit 90.00. It is among its orders, and what it " +
        "fills is booked. Only client id 0, which made it, can change or cancel it.",
    );
    const [row] = run.engine.working.of(0);
    expect(run.status(row)).toBe("accepted");
    expect(run.act((orders) => orders.workingOrders(SPY))).toMatchObject([
      { side: "buy", quantity: 50, limit: 90, filled: 0, status: "accepted" },
    ]);
    await restart();
  });

  it("is written down once", () => {
    theirs(1, 50, 90);
    adopt();
    run.look();
    run.settle();
    const kinds = run.journal.entries().filter(({ kind }) => kind === "intent" || kind === "status");
    expect(kinds.map(({ kind }) => kind)).toEqual(["intent", "status"]);
    expect(() => adopt()).toThrow("nothing foreign");
  });

  it("has its fills booked once, by its own row", async () => {
    const order = theirs(1, 50, 90);
    adopt();
    const [row] = run.engine.working.of(0);
    run.model.fill(order, 20, 90);
    run.settle();
    expect([run.status(row), run.engine.book.filled[row]]).toEqual(["partially filled", 20]);
    expect([run.enginePosition(), run.engine.fills.length]).toEqual([20, 1]);
    await restart();
    run.model.fill(order, 30, 91);
    run.settle();
    expect([run.enginePosition(), run.engine.working.total]).toEqual([50, 0]);
    expect(run.unbookedChanges).toEqual([]);
    expect(run.lookTwice().differences).toEqual([]);
    holdPromise();
    await restart();
  });

  it("has what it fills while nobody is there booked at the next start", async () => {
    const order = theirs(1, 50, 90);
    adopt();
    run.kill();
    run.model.fill(order, 50, 90);
    run.model.forget();
    await run.open();
    run.settle();
    run.lookTwice();
    expect([run.enginePosition(), run.engine.working.total, run.position()]).toEqual([50, 0, 50]);
    holdPromise();
  });

  it("has fills booked once that only a look tells, as of another client's order", async () => {
    const order = theirs(1, 50, 90);
    adopt();
    run.model.fill(order, 50, 90);
    run.model.forget();
    run.lookTwice();
    run.look();
    expect([run.enginePosition(), run.engine.fills.length, run.engine.working.total]).toEqual([50, 1, 0]);
    holdPromise();
    await restart();
  });

  it("ends when somebody cancels it in TWS, heard or found at a look", async () => {
    for (const isHeard of [true, false]) {
      const order = theirs(1, 50, 90);
      adopt();
      expect(run.engine.working.total).toBe(1);
      run.model.end(order, "Cancelled");
      if (!isHeard) run.model.forget();
      run.settle();
      run.look();
      expect(run.engine.working.total).toBe(0);
      expect(run.status(run.engine.book.length - 1)).toBe("cancelled");
      expect(run.enginePosition()).toBe(0);
      await restart();
    }
  });

  it("counts as working to whatever asks what the run may still open", () => {
    hold();
    theirs(1, 50, 90);
    theirs(-1, 100, 120, "exit");
    adopt();
    adopt("exit");
    const { working, book, portfolio } = run.engine;
    expect(working.of(0).map((row) => book.side[row] * book.remaining(row))).toEqual([50, -100]);
    const [entry] = working.of(0);
    expect(increasing(book, working.of(0), portfolio.quantity[0])).toEqual([entry]);
  });

  it("is not changed under its id, which would be another order of ours, and whoever asks for it hears why", () => {
    theirs(1, 50, 90);
    adopt();
    const [order] = run.act((orders) => orders.workingOrders(SPY));
    run.act((orders) => orders.modify(order, { limit: 91, quantity: 40 }));
    run.turn();
    run.settle();
    expect(run.model.changes).toEqual([]);
    expect([order.limit, order.quantity]).toEqual([90, 50]);
    expect(run.alerts.at(-1)).toMatchObject({
      code: "CHANGE_REFUSED",
      details: { order: "buy 50 SPY limit 90.00", reason: "only client id 0, which made it, can change it" },
    });
    expect(run.engine.flow.denials.get("OTHER_CLIENT")?.count).toBe(1);
  });

  it.each([
    ["another client", () => Object.assign(theirs(1, 50, 90), { clientId: 8, orderId: 3 })],
    ["a hand in TWS", () => theirs(1, 50, 90)],
  ])("has no child where %s has made it: it would wait for another order of ours, or for none", (_, make) => {
    const own = run.act((orders) => orders.submit(SPY, "buy", 10, { limit: 80 }));
    run.settle();
    make();
    run.ledger.foreignOrders.clear();
    run.look();
    adopt();
    const [, order] = run.act((orders) => orders.workingOrders(SPY));
    const child = run.act((orders) => orders.submit(SPY, "sell", 50, { stop: 70, parent: order }));
    run.settle();
    expect([child.status, run.model.handed.length, run.record(3)]).toEqual(["denied", 1, undefined]);
    expect(run.engine.flow.denials.get("OTHER_CLIENT")?.count).toBe(1);
    const other = run.act((orders) => orders.submit(SPY, "sell", 10, { stop: 70, parent: own }));
    run.settle();
    expect([other.status, run.model.handed.at(-1)?.parent]).not.toContain("denied");
  });

  it("that could open something ends with the kill switch where this client has made it", () => {
    ours(1, 50, 90);
    adopt("another:1");
    run.engine.hear(run.now, () => run.engine.kill("news"));
    run.settle();
    expect(run.model.cancels).toEqual([900]);
    expect(run.engine.working.total).toBe(0);
  });

  it("is cancelled as it joins where nothing may be opened any more", () => {
    run.engine.hear(run.now, () => run.engine.kill("news"));
    ours(1, 50, 90);
    adopt("another:1");
    run.settle();
    expect(run.model.cancels).toEqual([900]);
    expect(run.engine.working.total).toBe(0);
  });
});

describe("an order that has filled a part before it is adopted", () => {
  /** Adopts it with 20 of 50 filled, as the session has heard of that. */
  function adoptHalf(order: ModelOrder, ref?: string): string {
    run.model.fill(order, 20, 90);
    run.settle();
    run.look();
    expect(run.ledger.foreign.get(CON_IDS[0])).toBe(20);
    return adopt(ref);
  }

  it.each(["told as it happens", "found at a look"])("joins with what is left of it, its fills %s", async (how) => {
    const hear = (): void => {
      if (how === "found at a look") run.model.forget();
      run.settle();
      run.look();
    };
    const order = theirs(1, 50, 90);
    expect(adoptHalf(order)).toContain(
      "order 1 from now on: buy 30 SPY limit 90.00. It is among its orders, and what it fills is booked. The 20 units " +
        "that it had filled before stay with others.",
    );
    run.model.tellOpen(order);
    run.model.tellStatus(order);
    hear();
    const [row] = run.engine.working.of(0);
    const { quantity, filled } = run.engine.book;
    expect([quantity[row], filled[row], run.status(row), run.enginePosition()]).toEqual([30, 0, "accepted", 0]);
    await restart();
    run.model.fill(order, 10, 91);
    hear();
    expect([run.enginePosition(), run.position(), run.engine.working.total]).toEqual([10, 10, 1]);
    await restart();
    run.model.fill(order, 20, 91);
    hear();
    expect([run.enginePosition(), run.position(), run.engine.working.total]).toEqual([30, 30, 0]);
    expect(run.record(1)).toMatchObject({ state: "filled", missing: 0, isOpen: false });
    expect(run.ledger.foreign.get(CON_IDS[0])).toBe(20);
    expect(run.lookTwice()).toMatchObject({ differences: [], isSettled: true });
    expect(run.asks).toEqual([]);
    await restart();
  });

  it("joins with what its status says is left where its executions are gone, as of days before", () => {
    const order = theirs(1, 50, 90);
    order.filled = 20;
    run.model.tellStatus(order);
    run.settle();
    adopt();
    run.model.fill(order, 30, 91);
    run.settle();
    expect([run.enginePosition(), run.engine.working.total]).toEqual([30, 0]);
    expect(run.record(1)).toMatchObject({ state: "filled", missing: 0, isOpen: false });
  });

  it("leaves an execution with others that comes behind its status, as those before it", () => {
    const order = theirs(1, 50, 90);
    run.model.fill(order, 20, 90);
    run.settle();
    run.model.fill(order, 10, 90);
    const late = run.model.told.filter(({ kind }) => kind === "execution");
    run.model.told = run.model.told.filter(({ kind }) => kind !== "execution");
    run.settle();
    adopt();
    run.model.told.push(...late);
    run.settle();
    run.model.fill(order, 20, 90);
    run.settle();
    expect([run.enginePosition(), run.ledger.foreign.get(CON_IDS[0]), run.engine.working.total]).toEqual([20, 30, 0]);
    expect(run.lookTwice().differences).toEqual([]);
  });

  /** Its first fill is told by a status alone when it is adopted: the execution is on its way. */
  function adoptStatusFirst(): { order: ModelOrder; late: readonly OrderFact[] } {
    const order = theirs(1, 50, 90);
    run.model.fill(order, 20, 90);
    const isLate = ({ kind }: OrderFact): boolean => kind === "execution" || kind === "commission";
    const late = run.model.told.filter(isLate);
    run.model.told = run.model.told.filter((fact) => !isLate(fact));
    run.settle();
    expect(adopt()).toContain("buy 30 SPY limit 90.00.");
    return { order, late };
  }

  it("owes nothing for what doubles make of fractions that it had filled", () => {
    const order = theirs(1, 50, 90);
    for (let i = 0; i < 10; i++) run.model.fill(order, 0.1, 90);
    const late = run.model.told.filter(({ kind }) => kind === "execution");
    run.model.told = run.model.told.filter(({ kind }) => kind !== "execution");
    run.settle();
    adopt();
    run.model.told.push(...late);
    run.settle();
    expect([run.record(1).dueBefore, run.enginePosition()]).toEqual([0, 0]);
  });

  it.each([
    ["as it happens", async (late: readonly OrderFact[]) => void run.model.told.push(...late)],
    ["at a look", async () => void run.look()],
    [
      "at the next start",
      async () => {
        run.kill();
        await run.open();
      },
    ],
  ])(
    "leaves with others a first fill that only its status has told, and whose execution is told %s",
    async (_, tell) => {
      const { order, late } = adoptStatusFirst();
      await tell(late);
      run.settle();
      expect([run.enginePosition(), run.position(), run.ledger.foreign.get(CON_IDS[0])]).toEqual([0, 0, 20]);
      run.model.fill(order, 10, 91);
      run.settle();
      expect([run.enginePosition(), run.engine.working.total]).toEqual([10, 1]);
      run.model.fill(order, 20, 91);
      run.settle();
      expect([run.enginePosition(), run.engine.working.total, run.ledger.foreign.get(CON_IDS[0])]).toEqual([30, 0, 20]);
      expect(run.record(1)).toMatchObject({ state: "filled", filled: 30, missing: 0, isOpen: false });
      run.look();
      run.pass(20_000);
      expect(run.look()).toMatchObject({ differences: [], isSettled: true });
      expect(run.ledger.blocks.size).toBe(0);
      await restart();
    },
  );

  it("books as the session's what it fills behind a first fill whose execution is told last", () => {
    const { order, late } = adoptStatusFirst();
    run.model.fill(order, 10, 91);
    run.settle();
    run.model.told.push(...late);
    run.settle();
    expect([run.enginePosition(), run.ledger.foreign.get(CON_IDS[0])]).toEqual([10, 20]);
    run.model.fill(order, 20, 91);
    run.settle();
    expect([run.enginePosition(), run.engine.working.total, run.ledger.foreign.get(CON_IDS[0])]).toEqual([30, 0, 20]);
    expect(run.lookTwice().differences).toEqual([]);
  });

  it("has its fills booked where the broker counts them anew, as of a day before: a look has found no execution", () => {
    const order = theirs(1, 50, 90);
    order.filled = 20;
    run.model.tellStatus(order);
    run.settle();
    adopt();
    run.pass(15_000);
    expect(run.asks.join()).toContain("order 1 had filled 20 before it was adopted");
    run.look();
    order.filled = 0;
    order.quantity = 30;
    run.model.fill(order, 10, 91);
    run.settle();
    expect([run.enginePosition(), run.ledger.foreign.get(CON_IDS[0]) ?? 0]).toEqual([10, 0]);
  });

  it("ends with what it has filled for the session where the rest is cancelled in TWS", async () => {
    const order = theirs(1, 50, 90);
    adoptHalf(order);
    run.model.fill(order, 10, 90);
    run.model.end(order, "Cancelled");
    run.settle();
    run.look();
    expect([run.enginePosition(), run.engine.working.total]).toEqual([10, 0]);
    expect(run.record(1)).toMatchObject({ state: "cancelled", missing: 0, isOpen: false });
    await restart();
  });

  it("is changed by the units that the broker counts where this client has made it", () => {
    const order = ours(1, 50, 90);
    adoptHalf(order, "another:1");
    const [own] = run.act((orders) => orders.workingOrders(SPY));
    run.act((orders) => orders.modify(own, { limit: 91 }));
    run.settle();
    expect(run.model.changes).toMatchObject([{ orderId: 900, quantity: 50, limit: 91 }]);
    expect([own.quantity, own.limit]).toEqual([30, 91]);
  });

  /** An order of this client under another journal, with these terms. */
  function oursWith(terms: Partial<BrokerOrder>): void {
    Object.assign(ours(-1, 50, Number.NaN), { terms });
    run.ledger.foreignOrders.clear();
    run.look();
    adopt("another:1");
  }

  it.each([
    [
      "by a share of the price",
      { orderType: "TRAIL", auxPrice: Number.MAX_VALUE, trailingPercent: 2.5, trailStopPrice: 97.5 },
      { type: "trailing-stop", trail: 0.025, isTrailFraction: true },
    ],
    [
      "by an amount",
      { orderType: "TRAIL", auxPrice: 3, trailingPercent: Number.MAX_VALUE, trailStopPrice: 97 },
      { type: "trailing-stop", trail: 3, isTrailFraction: false },
    ],
    [
      "with a limit behind its stop",
      { orderType: "TRAIL LIMIT", auxPrice: 3, trailStopPrice: 97, limitOffset: 0.5, limitPrice: 96.5 },
      { type: "trailing-stop-limit", trail: 3, isTrailFraction: false, limitOffset: 0.5, limit: Number.NaN },
    ],
  ])("that trails %s goes on doing so where this client changes it", async (_, terms, sent) => {
    oursWith({ ...terms, tif: "GTC", outsideRth: true });
    await restart();
    const [own] = run.act((orders) => orders.workingOrders(SPY));
    run.act((orders) => orders.modify(own, { quantity: 30 }));
    run.settle();
    // Where its stop has come to meanwhile it is not told, or it would fall back.
    const kept = { tif: "GTC", outsideRth: true, stop: Number.NaN };
    expect(run.model.changes).toMatchObject([{ orderId: 900, quantity: 30, ...kept, ...sent }]);
  });

  it("that trades outside of regular hours goes on doing so where this client changes it", () => {
    oursWith({ orderType: "LMT", limitPrice: 110, outsideRth: true });
    const [own] = run.act((orders) => orders.workingOrders(SPY));
    run.act((orders) => orders.modify(own, { limit: 111 }));
    run.settle();
    expect(run.model.changes).toMatchObject([{ orderId: 900, quantity: 50, limit: 111, outsideRth: true }]);
  });

  it.each([
    ["when it ends", { orderType: "LMT", limitPrice: 110, tif: "GTD", goodTillDate: "20260410 16:00:00 US/Eastern" }],
    ["how far it trails", { orderType: "TRAIL", auxPrice: Number.MAX_VALUE, trailStopPrice: 97 }],
  ])("is cancelled, but not changed where that would have to say what is not known: %s", (unknown, terms) => {
    oursWith(terms);
    const [own] = run.act((orders) => orders.workingOrders(SPY));
    run.act((orders) => orders.modify(own, { quantity: 30 }));
    run.turn();
    run.settle();
    expect([run.model.changes, own.quantity]).toEqual([[], 50]);
    const reason = `${unknown} is not known here, and a change would have to say it`;
    expect(run.alerts.at(-1)).toMatchObject({ code: "CHANGE_REFUSED", details: { reason } });
    expect(run.engine.flow.denials.get("TERMS_UNKNOWN")?.count).toBe(1);
    run.act((orders) => orders.cancel(own));
    run.settle();
    expect(run.model.cancels).toEqual([900]);
  });

  it("is not adopted once it has ended", () => {
    const order = theirs(1, 50, 90);
    run.model.fill(order, 50, 90);
    run.settle();
    expect(() => adoptOrder(run.ledger, "theirs", run.now)).toThrow(
      "Order theirs has ended, and fills nothing any more: it is Filled. What it has filled is in the foreign position",
    );
    expect(run.ledger.records).toEqual([]);
  });
});

describe("what an adopted order fills that only another client can cancel", () => {
  const flatten = (): void => run.engine.hear(run.now, () => run.engine.flatten("flatten"));
  const killAll = (): void => run.engine.hear(run.now, () => run.engine.kill("news", true));
  /** What was handed over, in signed units. */
  const handed = (): number[] => run.model.handed.map(({ side, quantity }) => side * quantity);

  it("is closed behind a kill switch that has closed everything, a part as the rest, and behind a restart", async () => {
    const order = theirs(1, 50, 90);
    adopt();
    killAll();
    run.settle();
    run.model.fill(order, 20, 90);
    run.settle();
    expect(handed()).toEqual([-20]);
    run.model.fill(run.model.order(1), 20, 90);
    run.settle();
    expect(run.enginePosition()).toBe(0);
    run.kill();
    await run.open();
    killAll();
    run.model.fill(order, 30, 90);
    run.settle();
    expect(handed()).toEqual([-20, -30]);
    holdPromise();
  });

  it("is closed as well where it was adopted only behind that", () => {
    killAll();
    const order = theirs(1, 50, 90);
    adopt();
    run.settle();
    run.model.fill(order, 50, 90);
    run.settle();
    expect(handed()).toEqual([-50]);
  });

  it("stays behind a flattening whose strategy goes on, with what that has opened since, behind a restart too", async () => {
    hold();
    const order = theirs(1, 50, 90);
    adopt();
    flatten();
    run.settle();
    run.model.fill(run.model.order(2), 100, 95);
    run.settle();
    expect(run.enginePosition()).toBe(0);
    run.act((orders) => orders.submit(SPY, "buy", 30));
    run.settle();
    run.model.fill(run.model.order(3), 30, 95);
    run.model.fill(order, 20, 90);
    run.settle();
    expect([run.enginePosition(), handed()]).toEqual([50, [100, -100, 30]]);
    run.kill();
    await run.open();
    run.settle();
    run.model.fill(order, 30, 90);
    run.settle();
    expect([run.enginePosition(), handed()]).toEqual([80, [100, -100, 30]]);
    holdPromise();
  });

  it("is waited for where it closes what is to be closed, and a person is told who can cancel it", () => {
    hold();
    const order = theirs(-1, 100, 120);
    adopt();
    flatten();
    run.settle();
    run.pass(11_000);
    run.look();
    expect(handed()).toEqual([100]);
    const reason = "sell 100 SPY limit 120.00, which only client id 0 can cancel, may still fill";
    expect(run.alerts.at(-1)).toEqual({ code: "FLATTEN_INCOMPLETE", details: { symbol: "SPY", reason } });
    run.model.fill(order, 40, 120);
    run.model.end(order, "Cancelled");
    run.settle();
    expect(handed()).toEqual([100, -60]);
    holdPromise();
  });
});

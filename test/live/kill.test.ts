import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

/** The power fails when so many orders of a call have been handed over. */
function failAfter(orders: number): void {
  const { place } = run.model;
  run.model.place = (intents) => {
    place.call(run.model, intents.slice(0, orders));
    throw new Error("the power fails");
  };
}

function mendPower(): void {
  delete (run.model as { place?: unknown }).place;
}

const bracket = () => run.act((orders) => orders.bracket(SPY, "buy", 100, { stopLoss: 90, takeProfit: 110 }));

/** What holds whenever the session was killed, once all is settled. */
function holdPromise(): void {
  for (const [ref, count] of run.refsHanded()) expect(count, ref).toBe(1);
  const broker = run.model.positions.get(756733) ?? 0;
  expect(run.position()).toBe(broker);
  expect(run.enginePosition()).toBe(broker);
}

describe("a session that is killed", () => {
  it("before it has committed knows nothing of the order, and has sent nothing", async () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.kill();
    await run.open();
    expect(run.ledger.records).toHaveLength(0);
    expect(run.model.handed).toHaveLength(0);
    holdPromise();
  });

  it("between commit and send holds the order lost until two looks agree, and never sends it", async () => {
    failAfter(0);
    run.act((orders) => orders.submit(SPY, "buy", 100));
    expect(() => run.broker.flush()).toThrow("the power fails");
    run.kill();
    mendPower();
    await run.open();
    expect(run.status(0)).toBe("unknown");
    expect(run.act((orders) => orders.submit(SPY, "buy", 1)).denial?.code).toBe("RECONCILE");
    run.pass(6_000);
    run.look();
    expect(run.status(0)).toBe("rejected");
    expect(run.act((orders) => orders.submit(SPY, "buy", 1)).denial).toBeUndefined();
    run.settle();
    expect(run.model.handed).toHaveLength(1);
    expect(run.model.handed[0].ref).toMatch(/:2$/);
    holdPromise();
  });

  it("between send and answer finds the order working, and goes on with it", async () => {
    run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 99 }));
    run.broker.flush();
    run.kill();
    run.model.accept(run.model.order(0));
    run.model.forget();
    await run.open();
    expect(run.status(0)).toBe("accepted");
    expect(run.engine.book.limit[0]).toBe(99);
    run.model.fill(run.model.order(0), 100, 99);
    run.settle();
    expect(run.status(0)).toBe("filled");
    holdPromise();
  });

  it("between send and answer finds the order filled, and books it once", async () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.broker.flush();
    run.kill();
    run.model.fill(run.model.order(0), 100, 101);
    run.model.forget();
    await run.open();
    expect(run.engine.working.total).toBe(0);
    run.model.told.push({ kind: "execution", execution: run.model.executions[0] });
    run.settle();
    holdPromise();
    expect(run.position()).toBe(100);
  });

  it("between a fill and its commit books the fill once", async () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.fill(run.model.order(0), 100, 101);
    run.model.deliver();
    run.engine.hear(run.now, () => run.broker.dispatch());
    expect(run.enginePosition()).toBe(100);
    run.kill();
    await run.open();
    holdPromise();
    expect(run.position()).toBe(100);
  });

  it.each([0, 1, 2, 3])(
    "in the middle of a bracket, behind %i of its three orders, keeps what arrived",
    async (sent) => {
      failAfter(sent);
      bracket();
      expect(() => run.broker.flush()).toThrow("the power fails");
      run.kill();
      mendPower();
      for (const order of run.model.orders) run.model.accept(order);
      run.model.forget();
      await run.open();
      run.pass(6_000);
      run.look();
      expect(run.engine.working.total).toBe(sent);
      expect(run.model.handed).toHaveLength(sent);
      for (const order of run.model.open()) run.model.fill(order, 100, 100);
      run.settle();
      holdPromise();
    },
  );

  it("between a cancel and its answer does not cancel twice what has ended", async () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90 }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    run.act((orders) => orders.cancel(order));
    run.broker.flush();
    run.kill();
    await run.open();
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(run.engine.working.total).toBe(0);
    expect(run.record(1).state).toBe("cancelled");
  });

  it("with an order held until the open goes on holding it, as it was changed last", async () => {
    run.pass(7 * 3_600_000);
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90, tag: "overnight" }));
    expect(order.status).toBe("held");
    run.broker.flush();
    run.act((orders) => orders.modify(order, { limit: 91 }));
    run.broker.flush();
    run.kill();
    await run.open();
    expect(run.status(0)).toBe("held");
    expect(run.engine.book.limit[0]).toBe(91);
    expect(run.engine.book.tags.get(0)).toBe("overnight");
    expect(run.model.handed).toHaveLength(0);
    run.kill();
    await run.open();
    expect(run.engine.working.total).toBe(1);
  });

  it("drops a held exit whose entry has ended unfilled meanwhile: alone it would open a position", async () => {
    const entry = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    run.pass(7 * 3_600_000);
    const exit = run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 80, parent: entry }));
    expect(exit.status).toBe("held");
    run.broker.flush();
    run.kill();
    run.model.end(run.model.order(0), "Cancelled");
    run.model.forget();
    await run.open();
    expect(run.engine.book.length).toBe(0);
    expect(run.engine.working.total).toBe(0);
  });

  it("keeps the kill switch, the strategy's state and the journal's name", async () => {
    const { id } = run.journal;
    run.journal.putKillSwitch({ isOn: true, reason: "by hand", flatten: true, since: run.now });
    run.journal.putState('{"count":3}', run.now);
    run.broker.flush();
    run.journal.putState('{"count":4}', run.now);
    run.kill();
    await run.open();
    expect(run.journal.id).toBe(id);
    expect(id).toMatch(/^[0-9a-z]{6}$/);
    expect(run.journal.state()).toBe('{"count":3}');
    expect(run.journal.killSwitch()).toEqual({
      isOn: true,
      reason: "by hand",
      flatten: true,
      since: expect.any(Number),
    });
  });

  it("remembers a bracket: exits know their entry and cancel each other under one name", async () => {
    bracket();
    run.settle();
    for (const order of run.model.orders) run.model.accept(order);
    run.settle();
    const groups = run.model.handed.map(({ group }) => group);
    run.kill();
    await run.open();
    const { book } = run.engine;
    expect([0, 1, 2].map((row) => book.parent[row])).toEqual([-1, 0, 0]);
    expect(book.group[1]).toBe(book.group[2]);
    expect(book.group[0]).toBe(-1);
    bracket();
    run.settle();
    const later = run.model.handed.slice(3).map(({ group }) => group);
    expect(later[1]).toBe(later[2]);
    expect(groups).not.toContain(later[1]);
  });
});

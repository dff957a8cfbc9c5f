import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../data/sqlite.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY, QQQ] = INSTRUMENTS;
const HOUR = 3_600_000;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

/** So many orders, each filled at once; every seventh sells. */
function trade(orders: number): void {
  for (let i = 0; i < orders; i++) {
    const instrument = i % 3 === 0 ? QQQ : SPY;
    run.act((desk) => desk.submit(instrument, i % 7 === 0 ? "sell" : "buy", 10 + i));
    run.settle();
    const order = run.model.orders[run.model.orders.length - 1];
    run.model.accept(order);
    run.model.fill(order, order.quantity, 100 + (i % 5), 1.25);
    run.settle();
  }
}

/** What the next start would go on with. */
function essence() {
  const { ledger } = run;
  const positions = INSTRUMENTS.map(({ symbol }) => {
    const { quantity, basis, realised, fees } = ledger.holding(symbol);
    return [symbol, quantity, basis, realised, fees].map((one) => (typeof one === "number" ? one.toFixed(6) : one));
  });
  return {
    positions,
    foreign: [...ledger.foreign],
    opened: [...ledger.opened],
    blocks: [...ledger.blocks.keys()],
    open: ledger.open.map(({ intent, state }) => [intent.ref, state]),
    next: ledger.nextIntent,
    highest: run.journal.highestOrderId(7),
  };
}

const entries = () => run.journal.entries().length;

describe("a journal that is archived", () => {
  it("is small again, and comes to what it came to before", async () => {
    run.model.foreignFill(CON_IDS[0], "SPY", 1, 30, 100);
    run.look();
    trade(100);
    const kept = run.act((orders) => orders.submit(SPY, "buy", 5, { limit: 1, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.orders[run.model.orders.length - 1]);
    run.settle();
    expect(kept.status).toBe("accepted");
    run.model.passMidnight();
    const before = essence();
    const count = entries();
    const moved = await run.journal.archive(run.now + HOUR);
    expect(moved).toBeGreaterThan(700);
    expect(entries()).toBeLessThan(count - moved + 10);
    run.kill();
    await run.open();
    expect(essence()).toEqual(before);
    expect(run.enginePosition()).toBe(run.position());
    expect(run.engine.portfolio.fees(0)).toBeCloseTo(run.ledger.holding("SPY").fees, 9);
    expect(run.status(0)).toBe("accepted");
    trade(2);
    expect(run.look().isSettled).toBe(true);
    expect(run.refsHanded().size).toBe(run.model.handed.length);
  });

  it("keeps what is in it beside it, each entry once, though it was killed in the middle", async () => {
    trade(80);
    // @ts-expect-error what archive does last: the process dies in front of it
    const { tables } = run.journal;
    const { replace } = tables;
    tables.replace = () => {
      throw new Error("the power fails");
    };
    const before = entries();
    await expect(run.journal.archive(run.now + HOUR)).rejects.toThrow("the power fails");
    expect(entries()).toBe(before);
    tables.replace = replace;
    await run.journal.archive(run.now + HOUR);
    trade(80);
    await run.journal.archive(run.now + HOUR);
    const beside = await openDatabase(join(run.folder, "journal-archive.sqlite"), { readonly: true });
    const count = (table: string) => beside.prepare(`select count(*) from ${table}`).pluck().get();
    expect(count("intent")).toBe(160);
    expect(count("execution")).toBe(160);
    beside.close();
  });

  it("keeps what is young, and what belongs to it", async () => {
    trade(80);
    run.pass(1_000);
    const until = run.now;
    trade(80);
    await run.journal.archive(until);
    expect(run.journal.entries().filter(({ kind }) => kind === "intent")).toHaveLength(80);
    run.kill();
    await run.open();
    expect(run.ledger.nextIntent).toBe(161);
  });

  it("stays as it is while an old order is open or there is little to move", async () => {
    trade(10);
    expect(await run.journal.archive(run.now + HOUR)).toBe(0);
    run.kill();
    await run.open();
    run.close();
    run = await LiveRun.start();
    run.act((orders) => orders.submit(SPY, "buy", 5, { limit: 1, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    trade(80);
    expect(await run.journal.archive(run.now + HOUR)).toBe(0);
  });

  it("hears of an order that has left it without a word more, and goes on", async () => {
    trade(150);
    run.model.passMidnight();
    const before = essence();
    expect(await run.journal.archive(run.now + HOUR)).toBeGreaterThan(700);
    expect(essence()).toEqual(before);
    expect(run.ledger.records).toEqual([]);
    const left = run.model.orders[4];
    run.model.refuse(left.orderId, 399, "Order Message: late", "order");
    run.model.refuse(left.orderId, 201, "Order rejected - reason:late", "order");
    run.model.accept(left);
    run.settle();
    expect(run.journal.hasFailed).toBe(false);
    expect(run.ledger.records).toEqual([]);
    left.status = "Filled";
    trade(2);
    expect(run.look().isSettled).toBe(true);
    const after = essence();
    run.kill();
    await run.open();
    expect(essence()).toEqual(after);
  });

  it("goes on while the session runs", async () => {
    trade(80);
    await run.journal.archive(run.now + HOUR);
    trade(5);
    run.kill();
    await run.open();
    expect(run.ledger.nextIntent).toBe(86);
    expect(run.look().isSettled).toBe(true);
  });
});

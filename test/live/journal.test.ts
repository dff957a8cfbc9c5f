import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../data/sqlite.js";
import { Journal, type JournalOwner } from "../../live/journal/journal.js";
import type { Entry } from "../../live/ledger/entry.js";
import { INSTRUMENTS, LiveRun, MORNING } from "./live-run.js";

const OWNER: JournalOwner = { session: "morning", account: "DU0000001", clientId: 7, strategy: "SmaCross" };
const draw = (): number => 0.5;
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seatrial-journal-"));
  path = join(folder, "journal.sqlite");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

// SQLite knows one zero.
const known = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()).map((value) => value + 0);
const number = fc.oneof(known, fc.constant(Number.NaN));
const whole = fc.integer();
const text = fc.string({ unit: "binary" }).map((word) => word.replaceAll("\0", ""));

/** Any entry of any kind, that a journal with intents 1 to 3 can hold. */
function entries(): fc.Arbitrary<Entry> {
  const at = known;
  const intent = fc.integer({ min: 1, max: 3 });
  const what = fc.constantFrom("change" as const, "cancel" as const);
  const flag = fc.boolean();
  return fc.oneof(
    fc.record({
      kind: fc.constant("request" as const),
      at,
      intent,
      what,
      quantity: known,
      limit: number,
      stop: number,
      trail: number,
    }),
    fc.record({ kind: fc.constant("sent" as const), at, intent, what, isWritten: flag, reason: text }),
    fc.record({
      kind: fc.constant("status" as const),
      at,
      intent,
      source: fc.constantFrom("status" as const, "open" as const, "completed" as const),
      status: text,
      filled: number,
      averagePrice: number,
      permId: whole,
      whyHeld: text,
      said: text,
      quantity: number,
      limit: number,
      aux: number,
    }),
    fc.record({
      kind: fc.constant("verdict" as const),
      at,
      intent,
      verdict: fc.constantFrom("rejected" as const, "lost" as const, "notice" as const),
      code: text,
      text,
      remedy: text,
      passes: whole,
    }),
    fc.record({
      kind: fc.constant("commission" as const),
      at,
      base: text,
      revision: whole,
      amount: known,
      currency: text,
    }),
    fc.record({
      kind: fc.constant("adjustment" as const),
      at,
      name: fc.constantFrom("split" as const, "recovered" as const, "foreign" as const),
      symbol: text,
      conId: whole,
      intent: fc.integer({ min: 0, max: 3 }),
      own: known,
      foreign: known,
      price: number,
      isEstimate: flag,
      numerator: known,
      denominator: known,
      note: text,
    }),
    fc.record({
      kind: fc.constant("block" as const),
      at,
      symbol: text,
      why: text,
      isSet: flag,
      difference: number,
      detail: text,
    }),
    fc.record({ kind: fc.constant("pass" as const), at, isFull: flag, text }),
  );
}

const intentEntry = (id: number): Entry => ({
  kind: "intent",
  at: MORNING,
  id,
  ref: `x:${id}`,
  orderId: id,
  clientId: 7,
  permId: 0,
  symbol: "SPY",
  conId: 1,
  side: -1,
  type: "stop-limit",
  tif: "GTD",
  quantity: 0.5,
  limit: Number.NaN,
  stop: -1.25,
  trail: Number.NaN,
  isTrailFraction: true,
  limitOffset: 0,
  goodTill: MORNING + 1,
  outsideRth: true,
  parent: 0,
  group: "g",
  flags: 33,
  tag: 'a "word"',
  madeAt: MORNING,
  filledBefore: 2.5,
});

describe("a journal", () => {
  it("gives back every entry as it was put, in the order it was put", async () => {
    const journal = await Journal.open(":memory:", OWNER, draw);
    const put: Entry[] = [1, 2, 3].map(intentEntry);
    for (const entry of put) journal.put(entry);
    journal.commit();
    fc.assert(
      fc.property(fc.array(entries(), { maxLength: 5 }), (more) => {
        for (const entry of more) journal.put(entry);
        journal.commit();
        put.push(...more);
        expect(journal.entries().slice(-8)).toEqual(put.slice(-8));
      }),
      { numRuns: 200 },
    );
    expect(journal.entries()).toEqual(put);
    journal.close();
  });

  it("is on the disk when a commit returns: a write-ahead log, synchronous FULL", async () => {
    const journal = await Journal.open(path, OWNER, draw);
    const db = await openDatabase(path);
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    db.close();
    // @ts-expect-error the connection itself is nobody's business but a test's
    expect(journal.db.pragma("synchronous", { simple: true })).toBe(2);
    journal.close();
  });

  it("knows nothing of what was put and not committed", async () => {
    const journal = await Journal.open(path, OWNER, draw);
    journal.put(intentEntry(1));
    expect(journal.isPending).toBe(true);
    journal.close();
    const again = await Journal.open(path, OWNER, draw);
    expect(again.entries()).toEqual([]);
    again.close();
  });

  it("holds nothing up for word that an order has left, and writes it with what comes next", async () => {
    const journal = await Journal.open(path, OWNER, draw);
    journal.put(intentEntry(1));
    expect(journal.isUrgent).toBe(true);
    journal.commit();
    expect(journal.isUrgent).toBe(false);
    const sent = { kind: "sent", at: 2, intent: 1, what: "order", isWritten: true, reason: "" } as const;
    journal.put(sent);
    expect([journal.isPending, journal.isUrgent]).toEqual([true, false]);
    const unsent = { ...sent, isWritten: false, reason: "gone" };
    journal.put(unsent);
    expect(journal.isUrgent).toBe(true);
    journal.commit();
    expect(journal.entries().slice(1)).toEqual([sent, unsent]);
    journal.close();
  });

  it("takes nothing more once somebody else has added entries, and minds nobody who only reads", async () => {
    const journal = await Journal.open(path, OWNER, draw);
    const other = await Journal.openExisting(path);
    journal.put(intentEntry(1));
    journal.commit();
    other.entries();
    journal.put(intentEntry(2));
    journal.commit();
    const late = await Journal.openExisting(path);
    late.putEvent({ at: 3, what: "a look", details: {} });
    late.commit();
    journal.put(intentEntry(3));
    journal.commit();
    late.close();
    const second = await Journal.openExisting(path);
    second.put(intentEntry(4));
    second.commit();
    journal.put(intentEntry(5));
    expect(() => journal.commit()).toThrow(/Another program has written/);
    expect(journal.hasFailed).toBe(true);
    for (const one of [journal, other, second]) one.close();
  });

  it("keeps the name it was given first, and the highest order id of each client", async () => {
    const journal = await Journal.open(path, OWNER, draw);
    expect(journal.id).toBe("iiiiii");
    journal.put({ ...intentEntry(1), orderId: 40 } as Entry);
    journal.put({ ...intentEntry(2), orderId: 30 } as Entry);
    journal.commit();
    journal.close();
    const again = await Journal.open(path, OWNER, () => 0.1);
    expect(again.id).toBe("iiiiii");
    expect(again.highestOrderId(7)).toBe(40);
    expect(again.highestOrderId(8)).toBe(0);
    again.close();
  });

  it("belongs to one account, client id and strategy, and tells no account", async () => {
    (await Journal.open(path, OWNER, draw)).close();
    const open = (owner: Partial<JournalOwner>) => Journal.open(path, { ...OWNER, ...owner }, draw);
    await expect(open({ clientId: 8 })).rejects.toThrow(/belongs to clientId 7, and this session has 8/);
    await expect(open({ strategy: "Other" })).rejects.toThrow(/belongs to strategy SmaCross/);
    await expect(open({ account: "DU0000002" })).rejects.not.toThrow(/DU0000002|DU0000001/);
    const existing = await Journal.openExisting(path);
    expect(existing.owner).toEqual(OWNER);
    existing.close();
  });

  it("is not made where somebody only wants to read one", async () => {
    await expect(Journal.openExisting(path)).rejects.toMatchObject({ code: "JOURNAL_MISSING" });
  });

  it("leaves files of another kind alone", async () => {
    const db = await openDatabase(path);
    db.exec("create table mine (a)");
    db.close();
    await expect(Journal.open(path, OWNER, draw)).rejects.toMatchObject({ code: "JOURNAL_FOREIGN" });
    const text = join(folder, "text.sqlite");
    writeFileSync(text, "no database at all, but a text of some length\n".repeat(30));
    await expect(Journal.open(text, OWNER, draw)).rejects.toMatchObject({ code: "JOURNAL_DAMAGED" });
  });

  it("that is damaged is to be kept, and never to be restored from a copy that knows of fewer orders", async () => {
    (await Journal.open(path, OWNER, draw)).close();
    const whole = readFileSync(path);
    for (const damaged of [whole.subarray(0, whole.length - 4096), Buffer.alloc(whole.length, "x"), Buffer.alloc(0)]) {
      writeFileSync(path, damaged);
      await expect(Journal.openExisting(path)).rejects.toThrow("is damaged");
      if (damaged.length === 0) continue;
      await expect(Journal.open(path, OWNER, draw)).rejects.toThrow(
        "Keep the file. Look at orders and positions in TWS",
      );
    }
  });

  it("written by a newer version is not touched", async () => {
    (await Journal.open(path, OWNER, draw)).close();
    const db = await openDatabase(path);
    db.pragma("user_version = 99");
    db.close();
    await expect(Journal.open(path, OWNER, draw)).rejects.toMatchObject({ code: "JOURNAL_NEWER" });
  });

  it("of an older version is brought up to this one, with what it holds", async () => {
    const older = await Journal.open(path, OWNER, draw);
    older.put(intentEntry(1));
    older.commit();
    older.close();
    const db = await openDatabase(path);
    db.exec("alter table intent drop column filled_before");
    for (const column of ["trail_stop", "trailing_percent", "limit_offset", "outside_rth"]) {
      db.exec(`alter table foreign_order drop column ${column}`);
    }
    db.exec("drop table loss_figures");
    db.exec("alter table kill_switch drop column flatten");
    db.exec("insert into kill_switch (at, is_on, reason) values (4, 1, 'by hand')");
    db.pragma("user_version = 1");
    db.close();
    const journal = await Journal.open(path, OWNER, draw);
    expect(journal.killSwitch()).toEqual({ isOn: true, reason: "by hand", flatten: false, since: 4 });
    expect(journal.lossFigures()).toBeUndefined();
    expect(journal.entries()).toEqual([{ ...intentEntry(1), filledBefore: 0 }]);
    journal.close();
  });

  it("keeps what the loss limits remember, the latest of it", async () => {
    const journal = await Journal.open(path, OWNER, draw);
    const figures = {
      ...{ at: 1, dayStart: Number.NaN, peak: 110, equity: 90.5, cash: 100, symbols: ["SPY", "QQQ"] },
      ...{ isDayStopped: false, isRunStopped: false, drawdown: "0.1 " },
    };
    journal.putLossFigures(figures);
    journal.commit();
    expect(journal.lossFigures()).toEqual(figures);
    const later = { ...figures, at: 2, dayStart: 100.25, isDayStopped: true, isRunStopped: true };
    journal.putLossFigures(later);
    journal.commit();
    journal.close();
    const again = await Journal.openExisting(path);
    expect(again.lossFigures()).toEqual(later);
    again.close();
  });

  it("that another program writes to fails, and takes nothing any more", async () => {
    const one = await Journal.open(path, OWNER, draw);
    const other = await Journal.open(path, OWNER, draw);
    other.put(intentEntry(1));
    other.commit();
    one.put({ kind: "pass", at: 1, isFull: true, text: "" });
    expect(() => one.commit()).toThrow(/Another program has written/);
    expect(() => one.commit()).toThrow(/Another program has written/);
    expect(one.hasFailed).toBe(true);
    expect(other.entries()).toHaveLength(1);
    one.close();
    other.close();
  });

  it("keeps events, trips of guards, the kill switch and the strategy's state", async () => {
    const journal = await Journal.open(path, OWNER, draw);
    journal.putEvent({ at: 1, what: "start", details: { mode: "paper" } });
    journal.putEvent({ at: 2, what: "stop", details: {} });
    journal.putTrip({ at: 3, symbol: "SPY", denial: { code: "STALE_QUOTE", details: { age: "75s" } } });
    journal.putKillSwitch({ isOn: true, reason: "by hand", flatten: true, since: 4 });
    journal.putKillSwitch({ isOn: false, reason: "", flatten: false, since: 5 });
    journal.putState('{"a":1}', 6);
    journal.commit();
    journal.close();
    const again = await Journal.openExisting(path);
    expect(again.events(1)).toEqual([{ at: 2, what: "stop", details: {} }]);
    expect(again.events(9).map(({ what }) => what)).toEqual(["start", "stop"]);
    expect(again.trips(9)).toEqual([
      { at: 3, symbol: "SPY", denial: { code: "STALE_QUOTE", details: { age: "75s" } } },
    ]);
    expect(again.killSwitch()).toEqual({ isOn: false, reason: "", flatten: false, since: 5 });
    expect(again.state()).toBe('{"a":1}');
    again.close();
  });
});

describe("a session whose journal cannot be written", () => {
  it("sends nothing, and takes no order any more", async () => {
    const run = await LiveRun.start();
    const other = await Journal.openExisting(run.path);
    other.put({ kind: "pass", at: 1, isFull: true, text: "" });
    other.commit();
    other.close();
    run.act((orders) => orders.submit(INSTRUMENTS[0], "buy", 1));
    expect(() => run.broker.flush()).toThrow(/Nothing was sent that is not in it/);
    expect(run.model.handed).toEqual([]);
    expect(run.act((orders) => orders.submit(INSTRUMENTS[0], "buy", 1)).denial?.code).toBe("JOURNAL");
    run.close();
  });

  it("answers an SQL user who asks for executions", async () => {
    const run = await LiveRun.start();
    run.act((orders) => orders.submit(INSTRUMENTS[0], "buy", 100));
    run.settle();
    const execution = run.model.fill(run.model.order(0), 100, 101, 1.5);
    run.settle();
    run.model.correct(execution, 90, 101);
    run.settle();
    const db = await openDatabase(run.path, { readonly: true });
    expect(db.prepare("select symbol, quantity, price, intent, exec_id, commission from executions").all()).toEqual([
      { symbol: "SPY", quantity: 90, price: 101, intent: 1, exec_id: expect.stringMatching(/\.02$/), commission: 1.5 },
    ]);
    db.close();
    run.close();
  });
});

import { existsSync, statSync } from "node:fs";
import type BetterSqlite from "better-sqlite3";
import type { LossFigures } from "../../core/guards/index.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Denial } from "../../core/orders/denial.js";
import { type Database, openDatabase } from "../../data/sqlite.js";
import { LiveError } from "../errors.js";
import type { Entry } from "../ledger/entry.js";
import { Ledger } from "../ledger/ledger.js";
import { type Departure, departing } from "./archive.js";
import { EntryTables } from "./entry-table.js";
import { emptied, explain, failed, openFile, prepare, refuseForeign } from "./journal-file.js";

/** Whose journal it is. It belongs to one account, client id and strategy for good. */
export interface JournalOwner {
  readonly session: string;
  readonly account: string;
  readonly clientId: number;
  readonly strategy: string;
}

/** A word about the session itself, such as "start", "reconnect" or "stop". */
export interface JournalEvent {
  readonly at: Instant;
  readonly what: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface KillSwitchState {
  readonly isOn: boolean;
  readonly reason: string;
  /** Whether it is to close all positions as well. */
  readonly flatten: boolean;
  readonly since: Instant;
}

export interface JournalTrip {
  readonly at: Instant;
  readonly symbol: string;
  readonly denial: Denial;
}

/** The event that says why the strategy has failed. */
export const STRATEGY_FAILED = "strategy failed";

const ID_LENGTH = 6;

/**
 * A session's journal: an SQLite file in which everything is committed before it counts. What is put is written by the
 * next `commit`, in one transaction that is on the disk when it returns (synchronous FULL).
 */
export class Journal {
  readonly path: string;
  readonly id: string;
  readonly owner: JournalOwner;
  private readonly db: Database;
  private readonly tables: EntryTables;
  private readonly statements = new Map<string, BetterSqlite.Statement>();
  /** The ledger that is kept here. */
  private ledger: Ledger | undefined;
  private readonly write: BetterSqlite.Transaction<(pending: readonly (() => void)[]) => void>;
  private pending: (() => void)[] = [];
  private hasUrgent = false;
  /** Why nothing more can be written. */
  failure: LiveError | undefined;
  /** SQLite's number of what others have committed, as it was when the file was last looked through. */
  private version = Number.NaN;

  private constructor(path: string, db: Database, id: string, owner: JournalOwner) {
    this.path = path;
    this.db = db;
    this.id = id;
    this.owner = owner;
    this.tables = new EntryTables(db);
    this.write = db.transaction((pending) => {
      if (!this.isOwn) throw new LiveError("JOURNAL_SHARED", { path });
      for (const one of pending) one();
    });
  }

  /**
   * Opens a session's journal, and makes it where there is none.
   * @param draw gives numbers of at least 0 and below 1; what a new journal is named by
   * @throws LiveError JOURNAL_FOREIGN, JOURNAL_NEWER, JOURNAL_OF_ANOTHER, JOURNAL_DAMAGED, JOURNAL_FAILED
   * @throws DataError SQLITE_MISSING, SQLITE_UNREADABLE
   */
  static async open(path: string, owner: JournalOwner, draw: () => number): Promise<Journal> {
    if (path !== ":memory:" && existsSync(path)) await refuseForeign(path);
    const db = await openFile(path);
    try {
      prepare(db);
      const id = own(db, path, owner, draw);
      return new Journal(path, db, id, owner);
    } catch (error) {
      db.close();
      throw explain(error, path);
    }
  }

  /**
   * Opens the journal of a session for somebody who only looks, or who settles what its operator decides.
   * @throws LiveError JOURNAL_MISSING and those of `open`
   */
  static async openExisting(path: string): Promise<Journal> {
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) throw new LiveError("JOURNAL_MISSING", { path });
    if (size === 0) throw emptied(path);
    await refuseForeign(path);
    const db = await openFile(path);
    try {
      prepare(db);
      const { id, owner } = readOwner(db);
      return new Journal(path, db, id, owner);
    } catch (error) {
      db.close();
      throw explain(error, path);
    }
  }

  /** The ledger that the entries come to; from now on it keeps what it notes in this journal. */
  openLedger(): Ledger {
    const { account, clientId } = this.owner;
    const ledger = new Ledger({ journalId: this.id, clientId, account });
    try {
      ledger.restore(this.tables.all());
    } catch (error) {
      throw explain(error, this.path);
    }
    ledger.keep = (entry) => this.put(entry);
    this.ledger = ledger;
    return ledger;
  }

  /** Entries so far, oldest first; those put and not committed are not among them. */
  entries(): Entry[] {
    return this.tables.all();
  }

  put(entry: Entry): void {
    this.add(
      () => {
        this.tables.add(entry);
        if (entry.kind === "intent") this.useOrderId(entry.clientId, entry.orderId);
      },
      !(entry.kind === "sent" && entry.isWritten),
    );
  }

  putEvent({ at, what, details }: JournalEvent): void {
    this.add(() => {
      this.prepared("insert into event (at, what, details) values (?, ?, ?)").run(at, what, JSON.stringify(details));
    });
  }

  putTrip({ at, symbol, denial }: JournalTrip): void {
    const { code, details } = denial;
    this.add(() => {
      this.prepared("insert into trip (at, symbol, code, details) values (?, ?, ?, ?)").run(
        at,
        symbol,
        code,
        JSON.stringify(details),
      );
    });
  }

  putKillSwitch({ isOn, reason, flatten, since }: KillSwitchState): void {
    this.add(() => {
      this.prepared("insert into kill_switch (at, is_on, reason, flatten) values (?, ?, ?, ?)").run(
        since,
        isOn ? 1 : 0,
        reason,
        flatten ? 1 : 0,
      );
    });
  }

  /** The strategy's state, as JSON. The text is kept only where it is not what is there. */
  putState(json: string, at: Instant): void {
    this.add(() => {
      this.prepared(
        `insert into strategy_state (one, at, value) values (1, ?, ?)
          on conflict (one) do update set at = excluded.at, value = excluded.value where value <> excluded.value`,
      ).run(at, json);
    });
  }

  /** What the loss limits remember: the latest stands. */
  putLossFigures(figures: LossFigures): void {
    const { at, dayStart, peak, equity, cash, symbols, isDayStopped, isRunStopped, drawdown } = figures;
    this.add(() => {
      this.prepared(
        `insert or replace into loss_figures
          (one, at, day_start, peak, equity, cash, symbols, is_day_stopped, is_run_stopped, drawdown)
          values (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        ...[at, Number.isNaN(dayStart) ? null : dayStart, peak, equity, cash, JSON.stringify(symbols)],
        ...[isDayStopped ? 1 : 0, isRunStopped ? 1 : 0, drawdown],
      );
    });
  }

  /** The orders that wait on our side until their market opens, as JSON; "" for none. */
  putHeldOrders(json: string): void {
    this.add(() => {
      this.prepared(
        "insert into held_orders (one, value) values (1, ?) on conflict (one) do update set value = excluded.value",
      ).run(json);
    });
  }

  /** Whether something waits to be committed. */
  get isPending(): boolean {
    return this.pending.length > 0;
  }

  /**
   * Whether something waits that must be on the disk before the session goes on. That an order has left need not: who
   * reads an intent takes it for sent in any case, and it is written with what comes next.
   */
  get isUrgent(): boolean {
    return this.hasUrgent;
  }

  /**
   * Writes all that was put, in one transaction, and returns when it is on the disk.
   * @throws LiveError JOURNAL_FAILED, JOURNAL_SHARED, once and for all: what could not be kept must not be acted on
   */
  commit(): void {
    if (this.failure !== undefined) throw this.failure;
    const { pending } = this;
    if (pending.length === 0) return;
    const { end } = this.tables;
    try {
      this.write.immediate(pending);
    } catch (error) {
      this.tables.rewind(end);
      const known = explain(error, this.path);
      this.failure = known instanceof LiveError ? known : failed(this.path, error);
      throw this.failure;
    }
    this.pending = [];
    this.hasUrgent = false;
  }

  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  /**
   * Moves entries that are old and over into a file beside this one, so that it stays small: what they have come to
   * stands in for them. Killed at any moment it loses nothing, and the next one goes on.
   * @param until entries at this instant or later stay; days before now, for the broker may still tell of them
   * @returns how many entries were moved
   */
  async archive(until: Instant): Promise<number> {
    this.commit();
    if (this.departing(until) === undefined) return 0;
    const beside = this.path.replace(/(\.[^./\\]*)?$/, "-archive$1");
    const other = await openDatabase(beside);
    try {
      prepare(other);
    } finally {
      other.close();
    }
    // From here on in one go: what was noted meanwhile may belong to what was to leave.
    this.commit();
    const found = this.departing(until);
    if (found === undefined) return 0;
    const { before, carried, intents } = found;
    return this.use(() => {
      this.prepared("attach ? as archive").run(beside);
      try {
        // First there, then away here: a copy that is there twice is one.
        this.db.transaction(() => this.tables.copyTo("archive", before)).immediate();
        const moved = this.db.transaction(() => this.tables.replace(before, carried)).immediate();
        this.ledger?.forget(intents);
        return moved;
      } finally {
        this.db.exec("detach archive");
      }
    });
  }

  private departing(until: Instant): Departure | undefined {
    const { account, clientId } = this.owner;
    return departing(this.tables.rows(), { journalId: this.id, account, clientId }, until);
  }

  /** JSON of the strategy's state; undefined where it has kept none. */
  state(): string | undefined {
    return this.prepared("select value from strategy_state").pluck().get() as string | undefined;
  }

  heldOrders(): string {
    return (this.prepared("select value from held_orders").pluck().get() as string | undefined) ?? "";
  }

  /** What the loss limits have remembered last; undefined where none has stood. */
  lossFigures(): LossFigures | undefined {
    const row = this.prepared("select * from loss_figures").get() as
      | ({
          readonly [column in "at" | "peak" | "equity" | "cash" | "is_day_stopped" | "is_run_stopped"]: number;
        } & { readonly day_start: number | null; readonly symbols: string; readonly drawdown: string })
      | undefined;
    if (row === undefined) return undefined;
    const { at, peak, equity, cash, drawdown } = row;
    return {
      ...{ at, dayStart: row.day_start ?? Number.NaN, peak, equity, cash },
      symbols: JSON.parse(row.symbols) as string[],
      isDayStopped: row.is_day_stopped === 1,
      isRunStopped: row.is_run_stopped === 1,
      drawdown,
    };
  }

  killSwitch(): KillSwitchState | undefined {
    const row = this.prepared("select at, is_on, reason, flatten from kill_switch order by seq desc limit 1").get() as
      | { at: number; is_on: number; reason: string; flatten: number }
      | undefined;
    if (row === undefined) return undefined;
    return { isOn: row.is_on === 1, reason: row.reason, flatten: row.flatten === 1, since: row.at };
  }

  /** The latest events, newest last. */
  events(count: number): JournalEvent[] {
    const rows = this.prepared("select at, what, details from event order by seq desc limit ?").all(count) as {
      at: number;
      what: string;
      details: string;
    }[];
    return rows.reverse().map((row) => ({ ...row, details: JSON.parse(row.details) as Record<string, unknown> }));
  }

  /** Why the strategy has failed since the latest start; undefined where it has not. */
  strategyFailure(): string | undefined {
    const latest = "select what, details from event where what in (?, 'start') order by seq desc limit 1";
    const row = this.prepared(latest).get(STRATEGY_FAILED) as { what: string; details: string } | undefined;
    return row?.what === STRATEGY_FAILED ? (JSON.parse(row.details) as { failure: string }).failure : undefined;
  }

  trips(count: number): JournalTrip[] {
    const rows = this.prepared("select at, symbol, code, details from trip order by seq desc limit ?").all(count) as {
      at: number;
      symbol: string;
      code: string;
      details: string;
    }[];
    return rows.reverse().map(({ at, symbol, code, details }) => ({
      at,
      symbol,
      denial: { code, details: JSON.parse(details) as Denial["details"] },
    }));
  }

  /** The highest order id that a client id has ever used in this session; 0 for none. */
  highestOrderId(clientId: number): number {
    const highest = this.prepared("select highest from order_id where client_id = ?").pluck().get(clientId);
    return (highest as number | undefined) ?? 0;
  }

  /** Closes the file. What was put and not committed is gone, as if the process had been killed. */
  close(): void {
    this.pending = [];
    this.db.close();
  }

  private add(write: () => void, isUrgent = true): void {
    this.pending.push(write);
    if (isUrgent) this.hasUrgent = true;
  }

  /** Whether nobody else has added entries. Belongs into a transaction: then nobody can until it ends. */
  private get isOwn(): boolean {
    const version = this.prepared("pragma data_version").pluck().get() as number;
    if (version === this.version) return true;
    this.version = version;
    return this.tables.isOwn;
  }

  /** A statement is read once. */
  private prepared(sql: string): BetterSqlite.Statement {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  private use<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explain(error, this.path);
    }
  }

  private useOrderId(clientId: number, orderId: number): void {
    this.prepared(
      `insert into order_id (client_id, highest) values (?, ?)
        on conflict (client_id) do update set highest = max(highest, excluded.highest)`,
    ).run(clientId, orderId);
  }
}

/** Names the journal where it is new, and refuses another owner's. */
function own(db: Database, path: string, owner: JournalOwner, draw: () => number): string {
  return db
    .transaction(() => {
      const known = db.prepare("select count(*) from meta").pluck().get() as number;
      if (known === 0) {
        const id = Array.from({ length: ID_LENGTH }, () => Math.floor(draw() * 36).toString(36)).join("");
        const insert = db.prepare("insert into meta (key, value) values (?, ?)");
        insert.run("id", id);
        for (const [key, value] of Object.entries(owner)) insert.run(key, String(value));
        return id;
      }
      const { id, owner: written } = readOwner(db);
      for (const field of ["session", "account", "clientId", "strategy"] as const) {
        if (written[field] === owner[field]) continue;
        // An account's number is not for logs.
        const isSecret = field === "account";
        const shown = isSecret ? "another" : String(written[field]);
        const named = isSecret ? "a different one" : String(owner[field]);
        throw new LiveError("JOURNAL_OF_ANOTHER", { path, field, owner: shown, own: named });
      }
      return id;
    })
    .immediate();
}

function readOwner(db: Database): { id: string; owner: JournalOwner } {
  const rows = db.prepare("select key, value from meta").all() as { key: string; value: string }[];
  const of = new Map(rows.map(({ key, value }) => [key, value]));
  const word = (key: string): string => of.get(key) ?? "";
  return {
    id: word("id"),
    owner: {
      session: word("session"),
      account: word("account"),
      clientId: Number(word("clientId")),
      strategy: word("strategy"),
    },
  };
}

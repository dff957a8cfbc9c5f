import type BetterSqlite from "better-sqlite3";
import type { Database } from "../../data/sqlite.js";
import type { Entry, EntryKind } from "../ledger/entry.js";

/** How a field is kept: a number (NaN as null), a word, or a yes or no (1 or 0). */
type FieldKind = "number" | "text" | "flag";

type FieldsOf<E> = { readonly [K in Exclude<keyof E, "kind">]: readonly [column: string, kind: FieldKind] };
type Tables = { readonly [K in EntryKind]: FieldsOf<Extract<Entry, { kind: K }>> };

const at = ["at", "number"] as const;
const intent = ["intent", "number"] as const;
const symbol = ["symbol", "text"] as const;
const conId = ["con_id", "number"] as const;
const orderId = ["order_id", "number"] as const;
const clientId = ["client_id", "number"] as const;
const permId = ["perm_id", "number"] as const;
const quantity = ["quantity", "number"] as const;
const limit = ["limit_price", "number"] as const;
const stop = ["stop_price", "number"] as const;
const trail = ["trail", "number"] as const;
const side = ["side", "number"] as const;

/** The columns of each kind of entry; a table has the name of its kind. */
const TABLES: Tables = {
  intent: {
    at,
    id: ["id", "number"],
    ref: ["ref", "text"],
    orderId,
    clientId,
    permId,
    symbol,
    conId,
    side,
    type: ["type", "text"],
    tif: ["tif", "text"],
    quantity,
    limit,
    stop,
    trail,
    isTrailFraction: ["is_trail_fraction", "flag"],
    limitOffset: ["limit_offset", "number"],
    goodTill: ["good_till", "number"],
    outsideRth: ["outside_rth", "flag"],
    parent: ["parent", "number"],
    group: ["group_name", "text"],
    flags: ["flags", "number"],
    tag: ["tag", "text"],
    madeAt: ["made_at", "number"],
    filledBefore: ["filled_before", "number"],
  },
  request: { at, intent, what: ["what", "text"], quantity, limit, stop, trail },
  sent: { at, intent, what: ["what", "text"], isWritten: ["is_written", "flag"], reason: ["reason", "text"] },
  status: {
    at,
    intent,
    source: ["source", "text"],
    status: ["status", "text"],
    filled: ["filled", "number"],
    averagePrice: ["average_price", "number"],
    permId,
    whyHeld: ["why_held", "text"],
    said: ["said", "text"],
    quantity,
    limit,
    aux: ["aux", "number"],
  },
  verdict: {
    at,
    intent,
    verdict: ["verdict", "text"],
    code: ["code", "text"],
    text: ["text", "text"],
    remedy: ["remedy", "text"],
    passes: ["passes", "number"],
  },
  execution: {
    at,
    base: ["base", "text"],
    revision: ["revision", "number"],
    intent,
    symbol,
    conId,
    orderId,
    clientId,
    permId,
    orderRef: ["order_ref", "text"],
    side,
    quantity,
    price: ["price", "number"],
    cumulative: ["cumulative", "number"],
    time: ["time", "text"],
  },
  commission: {
    at,
    base: ["base", "text"],
    revision: ["revision", "number"],
    amount: ["amount", "number"],
    currency: ["currency", "text"],
  },
  adjustment: {
    at,
    name: ["name", "text"],
    symbol,
    conId,
    intent,
    own: ["own", "number"],
    foreign: ["foreign_units", "number"],
    price: ["price", "number"],
    isEstimate: ["is_estimate", "flag"],
    numerator: ["numerator", "number"],
    denominator: ["denominator", "number"],
    note: ["note", "text"],
  },
  block: {
    at,
    symbol,
    why: ["why", "text"],
    isSet: ["is_set", "flag"],
    difference: ["difference", "number"],
    detail: ["detail", "text"],
  },
  "foreign-order": {
    at,
    permId,
    orderId,
    clientId,
    symbol,
    conId,
    action: ["action", "text"],
    orderType: ["order_type", "text"],
    tif: ["tif", "text"],
    quantity,
    filled: ["filled", "number"],
    limit,
    aux: ["aux", "number"],
    trailStop: ["trail_stop", "number"],
    trailingPercent: ["trailing_percent", "number"],
    limitOffset: ["limit_offset", "number"],
    outsideRth: ["outside_rth", "flag"],
    orderRef: ["order_ref", "text"],
    status: ["status", "text"],
  },
  carry: {
    at,
    symbol,
    conId,
    quantity,
    basis: ["basis", "number"],
    realised: ["realised", "number"],
    fees: ["fees", "number"],
    foreign: ["foreign_units", "number"],
    isOpened: ["is_opened", "flag"],
    intents: ["intents", "number"],
  },
  pass: { at, isFull: ["is_full", "flag"], text: ["text", "text"] },
};

const KINDS = Object.keys(TABLES) as EntryKind[];

export interface EntryRow {
  readonly seq: number;
  readonly entry: Entry;
}

type Cell = number | string | null;
type Row = Readonly<Record<string, Cell>>;

/** Writes entries into their tables and reads them back in their order. */
export class EntryTables {
  private readonly inserts: ReadonlyMap<
    EntryKind,
    { readonly names: readonly string[]; readonly statement: BetterSqlite.Statement }
  >;
  private readonly db: Database;
  private readonly last: BetterSqlite.Statement;
  private latest: number;

  constructor(db: Database) {
    this.db = db;
    this.inserts = new Map(
      KINDS.map((kind) => [kind, { names: Object.keys(TABLES[kind]), statement: db.prepare(insertion(kind)) }]),
    );
    const ends = KINDS.map((kind) => `select max(seq) as seq from ${tableOf(kind)}`).join(" union all ");
    this.last = db.prepare(`select max(seq) from (${ends})`).pluck();
    this.latest = this.highest();
  }

  /** Belongs into a transaction of the caller's. */
  add(entry: Entry): void {
    const insert = this.inserts.get(entry.kind);
    const values = entry as unknown as Readonly<Record<string, number | string | boolean>>;
    insert?.statement.run(this.latest + 1, ...insert.names.map((name) => cellOf(values[name])));
    this.latest++;
  }

  /** Looks up where the file ends, after a transaction that was taken back. */
  rewind(to: number): void {
    this.latest = to;
  }

  get end(): number {
    return this.latest;
  }

  /** Whether the file ends where this has left it: nobody else has added entries. */
  get isOwn(): boolean {
    return this.latest === this.highest();
  }

  /** All entries, oldest first. */
  all(): Entry[] {
    return this.rows().map(({ entry }) => entry);
  }

  /** The same with their places. */
  rows(): EntryRow[] {
    const rows: EntryRow[] = [];
    for (const kind of KINDS) {
      for (const row of this.db.prepare(`select * from ${tableOf(kind)}`).iterate() as Iterable<Row>) {
        rows.push({ seq: row.seq as number, entry: entryOf(kind, row) });
      }
    }
    return rows.sort((a, b) => a.seq - b.seq);
  }

  /** Copies the entries in front of a place into the same tables of an attached database; what is there already stays. */
  copyTo(schema: string, before: number): void {
    for (const kind of KINDS) {
      const table = tableOf(kind);
      this.db.prepare(`insert or ignore into ${schema}.${table} select * from ${table} where seq < ?`).run(before);
    }
  }

  /** Puts entries in the place of all in front of a place, which must be more; how many those were. Belongs into a transaction. */
  replace(before: number, entries: readonly Entry[]): number {
    let moved = 0;
    // What points at an intent goes first.
    for (const kind of [...KINDS].reverse()) {
      moved += this.db.prepare(`delete from ${tableOf(kind)} where seq < ?`).run(before).changes;
    }
    const { latest } = this;
    this.latest = before - 1 - entries.length;
    for (const entry of entries) this.add(entry);
    this.latest = latest;
    return moved;
  }

  private highest(): number {
    return (this.last.get() as number | null) ?? 0;
  }
}

function tableOf(kind: EntryKind): string {
  return kind.replace("-", "_");
}

function insertion(kind: EntryKind): string {
  const columns = ["seq", ...Object.values(TABLES[kind]).map(([column]) => column)];
  return `insert into ${tableOf(kind)} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`;
}

function cellOf(value: number | string | boolean): Cell {
  if (typeof value === "boolean") return value ? 1 : 0;
  // Infinity is kept as it is.
  return typeof value === "number" && Number.isNaN(value) ? null : value;
}

function entryOf(kind: EntryKind, row: Row): Entry {
  const entry: Record<string, unknown> = { kind };
  for (const [name, [column, field]] of Object.entries(TABLES[kind]) as [string, readonly [string, FieldKind]][]) {
    const cell = row[column];
    entry[name] = field === "flag" ? cell === 1 : field === "number" && cell === null ? Number.NaN : cell;
  }
  return entry as unknown as Entry;
}

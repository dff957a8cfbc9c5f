import type { Statement } from "better-sqlite3";
import { SeatrialError } from "../../core/errors.js";
import { parseTimeSize } from "../../core/market/bar-size.js";
import { nearest } from "../../core/nearest.js";
import type { Database } from "../sqlite.js";
import { openDatabase } from "../sqlite.js";
import { readAdjusted } from "./adjusted-series.js";
import type { BarStore } from "./bar-store.js";
import { StoreError } from "./errors.js";
import { KeptColumns } from "./kept-columns.js";
import { keyWord, type SeriesKey } from "./series-key.js";

/** Columns of the table function `bars`. */
export const BARS_COLUMNS = [
  "instrument",
  "size",
  "what",
  "hours",
  "adjustment",
  "time",
  "start",
  "end",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "bid",
  "ask",
] as const;
/**
 * What it can be called with, in this order: bars('SPY', '1min', '2024-01-02', '2024-02-01', 'splits'), or by name:
 * bars where symbol = 'SPY' and adjust = 'splits'. An empty text leaves one out in the middle; null is equal to nothing
 * in SQL and leaves no rows.
 */
export const BARS_PARAMETERS = ["symbol", "bar", "since", "until", "adjust"] as const;

type Cell = string | number | null;

/**
 * Asks a store in SQL, with all of its tables and views and the function `bars`. Nothing can be changed: the file is
 * opened to be read, and a statement that is no question is refused.
 */
export class StoreQuery {
  private readonly store: BarStore;
  private readonly db: Database;

  private constructor(store: BarStore, db: Database) {
    this.store = store;
    this.db = db;
  }

  /** A connection of its own: while one is asked, a second one reads the blocks. */
  static async open(store: BarStore): Promise<StoreQuery> {
    const db = await openDatabase(store.path, { readonly: true });
    const query = new StoreQuery(store, db);
    db.table("bars", {
      columns: [...BARS_COLUMNS],
      parameters: [...BARS_PARAMETERS],
      *rows(symbol, bar, since, until, adjust) {
        yield* query.bars([symbol, bar, since, until, adjust]);
      },
    } as Parameters<Database["table"]>[1]);
    return query;
  }

  close(): void {
    this.db.close();
  }

  /**
   * The answer to a statement: the names of its columns, and its rows as they are worked out.
   * @throws StoreError STORE_QUERY_REFUSED, STORE_QUERY_WRONG; while rows are read also those of reading bars
   */
  ask(sql: string): { readonly columns: readonly string[]; readonly rows: Iterable<readonly Cell[]> } {
    const statement = this.prepare(sql);
    const columns = statement.columns().map(({ name }) => name);
    return { columns, rows: this.rows(statement) };
  }

  private prepare(sql: string): Statement<[], Cell[]> {
    let statement: Statement<[], Cell[]>;
    try {
      statement = this.db.prepare<[], Cell[]>(sql);
    } catch (error) {
      throw wrong(error);
    }
    const problem = refusal(statement, sql);
    if (problem !== undefined) throw new StoreError("STORE_QUERY_REFUSED", { problem });
    return statement;
  }

  private *rows(statement: Statement<[], Cell[]>): Generator<readonly Cell[]> {
    try {
      yield* statement.raw().iterate();
    } catch (error) {
      throw wrong(error);
    }
  }

  private *bars(given: readonly unknown[]): Generator<Cell[]> {
    const [symbol, bar, since, until, adjust] = given.map((value) =>
      value === null || value === "" ? undefined : value,
    );
    const range = { from: instantOf("since", since), to: instantOf("until", until) };
    const size = bar === undefined ? undefined : parseTimeSize(String(bar)).label;
    const view = adjust === undefined ? undefined : keyWord("adjust", String(adjust));
    // Those of this pass over the table: a statement may name it more than once.
    const into = new KeptColumns();
    for (const key of this.store.list(symbol === undefined ? undefined : String(symbol))) {
      if (size === undefined || key.size === size) yield* this.series(key, range, view, into);
    }
  }

  private *series(
    key: SeriesKey,
    { from = -Infinity, to = Infinity }: { from: number | undefined; to: number | undefined },
    view: SeriesKey["adjustment"] | undefined,
    into: KeptColumns,
  ): Generator<Cell[]> {
    const { store } = this;
    const series = store.series(key);
    const { symbol, size, what, hours } = key;
    const adjustment = view ?? key.adjustment;
    const head: Cell[] = [symbol, size, what, hours, adjustment];
    // A block at a time: what a statement leaves out by its condition need not fit into memory.
    for (const { first, last } of series.heads(from, to)) {
      const piece = { from: Math.max(from, first), to: Math.min(to, last), into };
      const bars = readAdjusted(store, series, adjustment, piece);
      const { start, end, open, high, low, close, volume, bid, ask } = bars;
      for (let r = 0; r < bars.length; r++) {
        yield [
          ...head,
          new Date(start[r]).toISOString().replace(".000Z", "Z"),
          start[r],
          end[r],
          open[r],
          high[r],
          low[r],
          close[r],
          volume[r],
          bid === undefined ? null : bid.close[r],
          ask === undefined ? null : ask.close[r],
        ];
      }
    }
  }
}

/** Why a statement is not asked; undefined for a question. */
function refusal(statement: Statement<[], Cell[]>, sql: string): string | undefined {
  if (!statement.reader) return `would change something or answers nothing ("${firstWord(sql)}")`;
  if (!statement.readonly) return `would change something ("${firstWord(sql)}")`;
  return undefined;
}

function firstWord(sql: string): string {
  return /[a-z]+/i.exec(sql)?.[0] ?? sql.slice(0, 20);
}

/** An instant out of SQL: epoch milliseconds, a date (its midnight in UTC), or an ISO text with its offset. */
function instantOf(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const instant = typeof value === "number" ? value : Date.parse(String(value));
  if (Number.isFinite(instant)) return instant;
  const rule = "a date such as 2024-01-31, an instant such as 2024-01-31T14:30:00Z, or epoch milliseconds";
  throw new StoreError("STORE_VALUE", { name, value: `"${value}"`, rule, hint: "" });
}

const TABLES = [
  "bars",
  "blocks",
  "coverages",
  "instrument",
  "series",
  "generation",
  "block",
  "coverage",
  "split",
  "dividend",
];

function wrong(error: unknown): unknown {
  if (error instanceof SeatrialError) return error;
  const { message } = error as Error;
  const table = /^no such table: (.*)$/.exec(message)?.[1];
  const near = table === undefined ? undefined : nearest(table, TABLES);
  const hint =
    near !== undefined
      ? `Did you mean ${near}?`
      : `There are bars(symbol, bar, since, until, adjust) and the tables and views ${TABLES.slice(1).join(", ")}.`;
  return new StoreError("STORE_QUERY_WRONG", { reason: message.replace(/\.$/, ""), hint }, error);
}

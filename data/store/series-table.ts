import type { Statement } from "better-sqlite3";
import type { Instant } from "../../core/market/bar-size.js";
import type { Adjustment } from "../../core/market/corporate-actions.js";
import type { Database } from "../sqlite.js";
import type { Hours, SeriesKey, What } from "./series-key.js";

/** A row of the table `series`. */
export interface SeriesRow {
  readonly id: number;
  /** The generation that is read; null before the first bar or answer. */
  readonly generation: number | null;
}

/** A series of the store at a glance: nothing of its bars has been read. */
export interface SeriesListing extends SeriesKey {
  readonly bars: number;
  readonly blocks: number;
  /** Start of the first bar and end of the last, epoch ms UTC; NaN without bars. */
  readonly first: Instant;
  readonly last: Instant;
  /** Whether a generation is being written that is not complete yet. */
  readonly unfinished: boolean;
}

interface ListingRow {
  symbol: string;
  size: string;
  what: string;
  hours: string;
  adjustment: string;
  bars: number;
  blocks: number;
  first: number | null;
  last: number | null;
  unfinished: number;
}

/**
 * Series and their generations. A series is read from one generation, the current one; a new one is written beside it
 * and takes its place when it is complete.
 */
export class SeriesTable {
  private readonly db: Database;
  /** Prepared when it is first needed and then kept: it is asked before every read of bars. */
  private askRow: Statement<string[], SeriesRow> | undefined;

  constructor(db: Database) {
    this.db = db;
  }

  find(key: SeriesKey): SeriesRow | undefined {
    const { symbol, size, what, hours, adjustment } = key;
    this.askRow ??= this.db.prepare<string[], SeriesRow>(
      `select series.id, series.generation from series join instrument on instrument.id = series.instrument
        where symbol = ? and size = ? and what = ? and hours = ? and adjustment = ?`,
    );
    return this.askRow.get(symbol, size, what, hours, adjustment);
  }

  /** Part of a transaction. */
  add(instrument: number, key: SeriesKey): SeriesRow {
    const { size, what, hours, adjustment } = key;
    return this.db
      .prepare(
        "insert into series (instrument, size, what, hours, adjustment) values (?, ?, ?, ?, ?) returning id, generation",
      )
      .get(instrument, size, what, hours, adjustment) as SeriesRow;
  }

  /** Costs the number of blocks, from their index alone. */
  list(symbol?: string): SeriesListing[] {
    const rows = this.db
      .prepare(
        `select symbol, size, what, hours, adjustment,
            count(block.id) as blocks, coalesce(sum(block.count), 0) as bars, min(block.first) as first, max(block.last) as last,
            exists (select 1 from generation where generation.series = series.id and completed is null) as unfinished
          from series
          join instrument on instrument.id = series.instrument
          left join block on block.generation = series.generation
          where @symbol is null or symbol = @symbol
          group by series.id
          order by symbol, series.id`,
      )
      .all({ symbol: symbol ?? null }) as ListingRow[];
    return rows.map((row) => ({
      symbol: row.symbol,
      size: row.size,
      what: row.what as What,
      hours: row.hours as Hours,
      adjustment: row.adjustment as Adjustment,
      bars: row.bars,
      blocks: row.blocks,
      first: row.first ?? Number.NaN,
      last: row.last ?? Number.NaN,
      unfinished: row.unfinished === 1,
    }));
  }

  remove(series: number): void {
    this.db.prepare("update series set generation = null where id = ?").run(series);
    this.db.prepare("delete from series where id = ?").run(series);
  }

  /** The generation being written beside the current one, if any. */
  unfinished(series: number): { id: number; begun: Instant } | undefined {
    return this.db
      .prepare("select id, begun from generation where series = ? and completed is null order by id desc limit 1")
      .get(series) as { id: number; begun: number } | undefined;
  }

  begin(series: number, now: Instant): number {
    return this.db
      .prepare("insert into generation (series, begun) values (?, ?) returning id")
      .pluck()
      .get(series, now) as number;
  }

  /** Makes a generation the current one and forgets all others of its series. Part of a transaction. */
  complete(series: number, generation: number, now: Instant): void {
    this.adopt(series, generation, now);
    this.db.prepare("delete from generation where series = ? and id <> ?").run(series, generation);
  }

  /** Makes a first generation the one that is read. Part of a transaction. */
  adopt(series: number, generation: number, now: Instant): void {
    this.db.prepare("update generation set completed = ? where id = ?").run(now, generation);
    this.db.prepare("update series set generation = ? where id = ?").run(generation, series);
  }

  forget(generation: number): void {
    this.db.prepare("delete from generation where id = ?").run(generation);
  }
}

import type { Instant } from "../../core/market/bar-size.js";
import type { Interval } from "../intervals.js";
import { InstrumentTable } from "./instrument-table.js";
import type { Hours } from "./series-key.js";
import type { StoreFile } from "./store-file.js";

/** A session as a source has told it; its date is yyyymmdd. */
export interface StoredSession {
  readonly open: Instant;
  readonly close: Instant;
  readonly date: number;
}

/** When an instrument was traded by what a source says: all sessions of a stretch of time, in order. */
export interface StoredSchedule {
  readonly span: Interval;
  readonly fetched: Instant;
  readonly source: string;
  readonly sessions: readonly StoredSession[];
}

/** Schedules that sources have told, one of the regular hours and one of all hours for each instrument. */
export class ScheduleTable {
  private readonly file: StoreFile;
  private readonly instruments: InstrumentTable;

  constructor(file: StoreFile) {
    this.file = file;
    this.instruments = new InstrumentTable(file.db);
  }

  find(symbol: string, hours: Hours): StoredSchedule | undefined {
    return this.file.snapshot((db) => {
      const instrument = this.instruments.idOf(symbol);
      const head = db
        .prepare("select begins, ends, fetched, source from schedule where instrument = ? and hours = ?")
        .get(instrument ?? null, hours) as
        | { begins: number; ends: number; fetched: number; source: string }
        | undefined;
      if (head === undefined) return undefined;
      const sessions = db
        .prepare("select open, close, date from session where instrument = ? and hours = ? order by open")
        .all(instrument, hours) as StoredSession[];
      const { begins, ends, fetched, source } = head;
      return { span: { from: begins, to: ends }, fetched, source, sessions };
    });
  }

  /**
   * Puts what has been told of a stretch in the place of what was known of it. What was known of a stretch beside it
   * stays where the two touch or overlap, and is forgotten where there is time between them that nobody has told of.
   * The instrument must be known.
   */
  put(symbol: string, hours: Hours, { span, fetched, source, sessions }: StoredSchedule): void {
    this.file.transaction((db) => {
      const instrument = this.instruments.idOf(symbol) as number;
      const old = this.find(symbol, hours)?.span;
      const joins = old !== undefined && old.from <= span.to && old.to >= span.from;
      const begins = joins ? Math.min(old.from, span.from) : span.from;
      const ends = joins ? Math.max(old.to, span.to) : span.to;
      const forget = "delete from session where instrument = ? and hours = ?";
      if (joins) db.prepare(`${forget} and open < ? and close > ?`).run(instrument, hours, span.to, span.from);
      else db.prepare(forget).run(instrument, hours);
      const add = db.prepare("insert into session (instrument, hours, open, close, date) values (?, ?, ?, ?, ?)");
      for (const { open, close, date } of sessions) add.run(instrument, hours, open, close, date);
      db.prepare(
        "insert or replace into schedule (instrument, hours, begins, ends, fetched, source) values (?, ?, ?, ?, ?, ?)",
      ).run(instrument, hours, begins, ends, fetched, source);
    });
  }
}

import type { Instant } from "../../core/market/bar-size.js";
import type { Interval } from "../intervals.js";
import type { Database } from "../sqlite.js";

/** A stretch of time for which somebody was asked, whatever the answer was: "no data" is an answer too. */
export interface Coverage extends Interval {
  /** How many bars the answer had that this stretch comes from; 0 where there are none. */
  readonly bars: number;
  /** When it was asked. */
  readonly fetched: Instant;
  /** Who was asked, such as "file spy.csv" or "IB". */
  readonly source: string;
}

interface Row {
  begins: number;
  ends: number;
  bars: number;
  fetched: number;
  source: string;
}

/** What is known of each generation. Stretches of one generation do not overlap: the later answer counts. */
export class CoverageTable {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** In order of time. */
  of(generation: number, from = -Infinity, to = Infinity): Coverage[] {
    const rows = this.db
      .prepare(
        "select begins, ends, bars, fetched, source from coverage where generation = ? and begins < ? and ends > ? order by begins",
      )
      .all(generation, to, from) as Row[];
    return rows.map(({ begins, ends, bars, fetched, source }) => ({ from: begins, to: ends, bars, fetched, source }));
  }

  /** Notes an answer over what was known of its stretch before. Part of a transaction. */
  add(generation: number, answer: Coverage): void {
    this.clear(generation, answer.from, answer.to);
    this.insert(generation, answer);
  }

  /** Forgets a stretch. Part of a transaction. */
  clear(generation: number, from: Instant, to: Instant): void {
    const remove = this.db.prepare("delete from coverage where generation = ? and begins = ?");
    for (const old of this.of(generation, from, to)) {
      remove.run(generation, old.from);
      if (old.from < from) this.insert(generation, { ...old, to: from });
      if (old.to > to) this.insert(generation, { ...old, from: to });
    }
  }

  private insert(generation: number, { from, to, bars, fetched, source }: Coverage): void {
    this.db
      .prepare("insert into coverage (generation, begins, ends, bars, fetched, source) values (?, ?, ?, ?, ?, ?)")
      .run(generation, from, to, bars, fetched, source);
  }
}

import type { Instant } from "../../core/market/bar-size.js";
import { InstrumentTable } from "./instrument-table.js";
import type { Hours } from "./series-key.js";
import type { StoreFile } from "./store-file.js";

/** From when on a source has history of an instrument. */
export interface StoredHead {
  readonly instant: Instant;
  readonly fetched: Instant;
}

/** Where the history of instruments begins by what a source says, one for each kind and hours; the same for all sizes. */
export class HeadTable {
  private readonly file: StoreFile;
  private readonly instruments: InstrumentTable;

  constructor(file: StoreFile) {
    this.file = file;
    this.instruments = new InstrumentTable(file.db);
  }

  find(symbol: string, what: string, hours: Hours): StoredHead | undefined {
    return this.file.use(
      (db) =>
        db
          .prepare("select begins as instant, fetched from head where instrument = ? and what = ? and hours = ?")
          .get(this.instruments.idOf(symbol) ?? null, what, hours) as StoredHead | undefined,
    );
  }

  /** Of an instrument that the store does not know, and where it is only read, nothing is kept. */
  put(symbol: string, what: string, hours: Hours, { instant, fetched }: StoredHead, source: string): void {
    if (this.file.readonly) return;
    this.file.transaction((db) => {
      const instrument = this.instruments.idOf(symbol);
      if (instrument === undefined) return;
      db.prepare(
        "insert or replace into head (instrument, what, hours, begins, fetched, source) values (?, ?, ?, ?, ?, ?)",
      ).run(instrument, what, hours, instant, fetched, source);
    });
  }
}

import type { Sessions } from "../../core/calendar/sessions.js";
import { type BarSeries, validateBars } from "../../core/market/bar-series.js";
import type { Instant } from "../../core/market/bar-size.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { nearest } from "../../core/nearest.js";
import { type Interval, intersect, normalise, subtract } from "../intervals.js";
import { openTimeSpans } from "../open-time.js";
import { ActionTable } from "./action-table.js";
import { BlockTable } from "./block-table.js";
import { cutColumns } from "./columns.js";
import { CoverageTable } from "./coverage-table.js";
import { StoreError } from "./errors.js";
import { InstrumentTable } from "./instrument-table.js";
import { type SeriesKey, seriesName } from "./series-key.js";
import { type SeriesListing, type SeriesRow, SeriesTable } from "./series-table.js";
import { StoreFile } from "./store-file.js";
import { StoredSeries } from "./stored-series.js";

/** The store of a folder, where no other is named. */
export const DEFAULT_STORE = "seatrial.db";

/** What bars answer: who was asked for which stretch of time, beginning included and end not. */
export interface Answer extends Interval {
  readonly source: string;
  /** When; default now. */
  readonly fetched?: Instant;
  /** The stretches that are known from now on, where that is not all of it: a file says nothing of days it has not. */
  readonly covers?: readonly Interval[];
  /** A generation begun with `beginGeneration`; default the one that is read. */
  readonly generation?: number;
}

/**
 * Opens a bar store; where there is none it is made, unless it is only to be read.
 * @throws StoreError STORE_MISSING, STORE_FOREIGN, STORE_NEWER, STORE_OLDER, STORE_READ_ONLY, STORE_FULL, STORE_BUSY
 * @throws DataError SQLITE_MISSING, SQLITE_UNREADABLE
 */
export async function openStore(path = DEFAULT_STORE, options: { readonly?: boolean } = {}): Promise<BarStore> {
  return new BarStore(await StoreFile.open(path, options.readonly ?? false));
}

/**
 * Bars of many instruments in one SQLite file, which several processes may read while one writes. A method that changes
 * it does so wholly or not at all, whenever the process ends.
 *
 * Every method may throw what a file can do: StoreError STORE_READ_ONLY, STORE_FULL, STORE_BUSY, STORE_DAMAGED,
 * STORE_FAILED.
 */
export class BarStore {
  readonly file: StoreFile;
  readonly actions: ActionTable;
  private readonly instrumentTable: InstrumentTable;
  private readonly seriesTable: SeriesTable;
  private readonly blockTable: BlockTable;
  private readonly coverageTable: CoverageTable;

  constructor(file: StoreFile) {
    this.file = file;
    this.instrumentTable = new InstrumentTable(file.db);
    this.seriesTable = new SeriesTable(file.db);
    this.blockTable = new BlockTable(file.db);
    this.coverageTable = new CoverageTable(file.db);
    this.actions = new ActionTable(file, this.instrumentTable);
  }

  get path(): string {
    return this.file.path;
  }

  close(): void {
    this.file.close();
  }

  /** Does several things as one: all of them or none. */
  transaction<T>(work: () => T): T {
    return this.file.transaction(work);
  }

  /** By symbol, in alphabetical order. */
  instruments(): InstrumentSpec[] {
    return this.file.use(() => this.instrumentTable.all());
  }

  instrument(symbol: string): InstrumentSpec | undefined {
    return this.file.use(() => this.instrumentTable.find(symbol));
  }

  /** Adds an instrument, or changes what is known of it. @throws MarketError INSTRUMENT_INVALID */
  putInstrument(spec: InstrumentSpec): void {
    this.file.transaction(() => this.instrumentTable.put(spec));
  }

  /** Every series, or those of one instrument. Reads no bars: it costs the number of blocks. */
  list(symbol?: string): SeriesListing[] {
    return this.file.use(() => this.seriesTable.list(symbol));
  }

  /** A series, opened and not read; undefined where the store has none. */
  find(key: SeriesKey): StoredSeries | undefined {
    return this.file.use(() => {
      const spec = this.instrumentTable.find(key.symbol);
      const row = spec && this.seriesTable.find(key);
      return spec && row && new StoredSeries(this.file, key, new Instrument(spec));
    });
  }

  /** A series, opened and not read. @throws StoreError SERIES_UNKNOWN */
  series(key: SeriesKey): StoredSeries {
    const found = this.find(key);
    if (found !== undefined) return found;
    throw this.unknown(key.symbol, seriesName(key));
  }

  /** The bars of a generation that is being written. @throws StoreError GENERATION_ABSENT */
  unfinishedSeries(key: SeriesKey, generation: number): StoredSeries {
    const { instrument } = this.series(key);
    this.refuseAbsent(key, generation);
    return new StoredSeries(this.file, key, instrument, generation);
  }

  /**
   * Stores the answer to a question: bars and coverage in one transaction. What was stored of that stretch before gives
   * way to it; no bars mean that there is no data, which is coverage too. The instrument must be known.
   *
   * @param bars of the stretch, each starting in it
   * @throws StoreError SERIES_UNKNOWN, BARS_OUTSIDE_ANSWER, BARS_COLLIDE, BAR_TIME_FRACTIONAL, GENERATION_ABSENT,
   * BLOCK_DAMAGED
   * @throws MarketError those of validateBars
   */
  write(key: SeriesKey, bars: BarSeries | undefined, answer: Answer): void {
    if (bars !== undefined) checkBars(key, bars, answer);
    const { from, to, source, fetched = Date.now() } = answer;
    if (!(from <= to))
      throw new StoreError("STORE_VALUE", { name: "to", value: to, rule: `${from} or later`, hint: "" });
    this.file.transaction(() => {
      const generation = this.generationFor(key, answer.generation);
      const series = new StoredSeries(this.file, key, this.known(key.symbol), generation);
      const collide = (start: number, stored: number): never => {
        throw new StoreError("BARS_COLLIDE", { series: seriesName(key), time: iso(start), stored: iso(stored) });
      };
      const shape = series.shape();
      const all = bars ?? series.none();
      const columns = cutColumns(all, 0, all.length);
      const sides = shape.sides ? columns : { ...columns, bid: undefined, ask: undefined };
      this.blockTable.replace(shape, sides, from, to, series.refuse, collide);
      for (const stretch of normalise(answer.covers ?? [{ from, to }])) {
        this.coverageTable.add(generation, { ...stretch, bars: all.length, fetched, source });
      }
    });
  }

  /**
   * The stretches between two instants that nobody has been asked for yet, in order of time: what a download still has
   * to fetch. With sessions only their open time counts, for closed hours are no gaps.
   */
  missing(key: SeriesKey, from: Instant, to: Instant, sessions?: Sessions, generation?: number): Interval[] {
    const series = generation === undefined ? this.find(key) : this.unfinishedSeries(key, generation);
    const wanted = [{ from, to }];
    const missing = subtract(wanted, series?.coverage(from, to) ?? []);
    return sessions === undefined ? missing : intersect(missing, openTimeSpans(sessions, from, to));
  }

  /** A generation that was begun and not completed, such as by a download that was cut off. */
  unfinished(key: SeriesKey): { readonly generation: number; readonly begun: Instant } | undefined {
    return this.file.use(() => {
      const row = this.seriesTable.find(key);
      const found = row && this.seriesTable.unfinished(row.id);
      return found && { generation: found.id, begun: found.begun };
    });
  }

  /**
   * Begins a series anew beside the bars it has, which are read until the new generation is complete. One that was begun
   * before and not completed is forgotten. @returns the generation, for `write`
   * @throws StoreError SERIES_UNKNOWN
   */
  beginGeneration(key: SeriesKey): number {
    return this.file.transaction(() => {
      const { id } = this.rowFor(key);
      const old = this.seriesTable.unfinished(id);
      if (old !== undefined) this.seriesTable.forget(old.id);
      return this.seriesTable.begin(id, Date.now());
    });
  }

  /** Puts a generation in the place of the bars that were read until now. @throws StoreError GENERATION_ABSENT */
  completeGeneration(key: SeriesKey, generation: number): void {
    this.file.transaction(() => {
      this.refuseAbsent(key, generation);
      this.seriesTable.complete(this.rowFor(key).id, generation, Date.now());
    });
  }

  /** Forgets a generation that is not complete. @throws StoreError GENERATION_ABSENT */
  abandonGeneration(key: SeriesKey, generation: number): void {
    this.file.transaction(() => {
      this.refuseAbsent(key, generation);
      this.seriesTable.forget(generation);
    });
  }

  /** Removes a series, or the part of it between two instants. The instrument stays. @throws StoreError SERIES_UNKNOWN */
  remove(key: SeriesKey, from = -Infinity, to = Infinity): void {
    this.file.transaction(() => {
      const series = this.series(key);
      const row = this.rowFor(key);
      if (from === -Infinity && to === Infinity) return this.seriesTable.remove(row.id);
      if (row.generation === null) return;
      const none = cutColumns(series.none(), 0, 0);
      this.blockTable.replace(series.shape(), none, from, to, series.refuse, neverCollide);
      this.coverageTable.clear(row.generation, from, to);
    });
  }

  /** Removes an instrument with all that is stored of it. @throws StoreError SERIES_UNKNOWN */
  removeInstrument(symbol: string): void {
    this.file.transaction(() => {
      if (this.instrumentTable.idOf(symbol) === undefined) throw this.unknown(symbol, symbol);
      for (const key of this.seriesTable.list(symbol)) this.seriesTable.remove(this.rowFor(key).id);
      this.instrumentTable.remove(symbol);
    });
  }

  /** The error of something that the store has not, with the nearest that it has. */
  unknown(symbol: string, what: string): StoreError {
    const symbols = this.file.use(() => this.instrumentTable.all().map((one) => one.symbol));
    return new StoreError("SERIES_UNKNOWN", { path: this.path, series: what, hint: this.hint(symbol, symbols) });
  }

  private hint(symbol: string, symbols: readonly string[]): string {
    if (symbols.length === 0) return "It is empty: import bars with `seatrial data import`.";
    if (symbols.includes(symbol)) {
      const sizes = this.list(symbol).map((one) => `${one.size} ${one.what} (${one.hours} hours, ${one.adjustment})`);
      return `Of ${symbol} it has ${sizes.length === 0 ? "no bars yet" : sizes.join("; ")}.`;
    }
    const near = nearest(symbol, symbols);
    return near === undefined ? "`seatrial data list` shows what it has." : `Did you mean ${near}?`;
  }

  private known(symbol: string): Instrument {
    const spec = this.instrumentTable.find(symbol);
    if (spec === undefined) throw this.unknown(symbol, symbol);
    return new Instrument(spec);
  }

  /** The row of a series, made where it is missing. */
  private rowFor(key: SeriesKey): SeriesRow {
    const row = this.seriesTable.find(key);
    if (row !== undefined) return row;
    this.known(key.symbol);
    return this.seriesTable.add(this.instrumentTable.idOf(key.symbol) as number, key);
  }

  private generationFor(key: SeriesKey, given: number | undefined): number {
    if (given !== undefined) {
      this.refuseAbsent(key, given);
      return given;
    }
    const row = this.rowFor(key);
    if (row.generation !== null) return row.generation;
    // The first one is read from the start: there is nothing it could stand behind.
    const now = Date.now();
    const generation = this.seriesTable.begin(row.id, now);
    this.seriesTable.adopt(row.id, generation, now);
    return generation;
  }

  private refuseAbsent(key: SeriesKey, generation: number): void {
    if (this.unfinished(key)?.generation === generation) return;
    throw new StoreError("GENERATION_ABSENT", { series: seriesName(key), generation });
  }
}

const neverCollide = (): never => {
  throw new TypeError("bars collided where none were written");
};

function checkBars(key: SeriesKey, bars: BarSeries, { from, to }: Answer): void {
  const series = seriesName(key);
  const { start, end, length } = bars;
  if (key.what === "quotes" && (bars.bid === undefined || bars.ask === undefined)) {
    throw new StoreError("STORE_VALUE", { name: "what", value: "quotes", rule: "a series with bid and ask", hint: "" });
  }
  validateBars(bars);
  for (let row = 0; row < length; row++) {
    if (!(Number.isSafeInteger(start[row]) && Number.isSafeInteger(end[row])))
      throw new StoreError("BAR_TIME_FRACTIONAL", { series, time: iso(start[row]) });
  }
  const outside = length === 0 ? -1 : start[0] < from ? 0 : start[length - 1] >= to ? length - 1 : -1;
  if (outside < 0) return;
  throw new StoreError("BARS_OUTSIDE_ANSWER", { series, time: iso(start[outside]), from: iso(from), to: iso(to) });
}

function iso(instant: number): string {
  return Math.abs(instant) <= 8.64e15 ? new Date(instant).toISOString() : String(instant);
}

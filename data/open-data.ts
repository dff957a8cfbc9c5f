import { existsSync } from "node:fs";
import type { BarSeries } from "../core/market/bar-series.js";
import type { BarSize } from "../core/market/bar-size.js";
import { Instrument, type InstrumentSpec } from "../core/market/instrument.js";
import { nearest } from "../core/nearest.js";
import { grouped } from "../core/statistics/format.js";
import { dailyCalendarOf } from "./daily-calendar.js";
import { DataError } from "./errors.js";
import { readBars } from "./files/csv.js";
import type { DateOrder, Stamp } from "./files/csv-words.js";
import { partsOfName } from "./files/file-name.js";
import { loadSample, SAMPLES, type Sample, sampleNamed } from "./samples/sample.js";
import { type Origin, seriesTwice } from "./series-twice.js";
import type { SessionHours } from "./session-hours.js";
import type { BarStore } from "./store/bar-store.js";
import { type NeededBars, openStored, type StoreSelection } from "./store/open-stored.js";
import { parseSynthetic } from "./synthetic/parse-synthetic.js";
import { syntheticBars } from "./synthetic/synthetic-bars.js";

/** What CSV files do not say of themselves, as in CsvOptions. */
export interface CsvSourceOptions {
  readonly bar?: BarSize | string;
  readonly timeZone?: string;
  readonly stamp?: Stamp;
  readonly sessionHours?: SessionHours;
  readonly columns?: string;
  readonly dateOrder?: DateOrder;
  readonly priceScale?: number;
}

export interface DataOptions extends CsvSourceOptions {
  /** What is known of the instruments, by symbol; of the others the symbol alone, or what the store knows. */
  readonly instruments?: readonly InstrumentSpec[];
  /** The store that "store" names, opened; and which of its bars, all or those that are needed. */
  readonly store?: BarStore;
  readonly selection?: StoreSelection;
  readonly needed?: NeededBars;
}

const KINDS = ["sample", "synthetic", "store"];
const SOURCES =
  "sample (or sample:sp500), synthetic (or synthetic:seed=7,bars=1000000,bar=1min), store, path.csv, SYMBOL=path.csv";

// The currencies that IB trades against each other; two of them in a row make a pair.
const CURRENCIES = "USD EUR GBP JPY CHF AUD NZD CAD SEK NOK DKK HKD SGD CNH MXN ZAR PLN HUF CZK TRY ILS".split(" ");

/**
 * Opens what `--data` names: "sample", "sample:sp500", "synthetic:seed=7,bars=1000000", "store" (or "store:SPY,IBM" for
 * some of its symbols), a CSV file, or several SYMBOL=path.csv between commas or as an array. A file without a symbol is called what its name begins with:
 * goog-1day.csv is GOOG. A symbol of two currencies, such as EURUSD, is forex; `instruments` says otherwise, as it
 * says everything else that a file cannot tell.
 *
 * Series of one symbol share one Instrument; the instruments' indexes count up in the order of their first series.
 *
 * @throws DataError, FileError, StoreError, SyntheticError, MarketError
 */
export function openData(data: string | readonly string[], options: DataOptions = {}): BarSeries[] {
  return [...openSources(data, options).series];
}

/** The same with what a run should know of where the bars come from. */
export function openSources(data: string | readonly string[], options: DataOptions = {}): OpenedData {
  const entries = splitEntries(data);
  if (entries.length === 0) throw new DataError("DATA_EMPTY", { sources: SOURCES });
  return new DataOpener(options).open(entries);
}

export interface OpenedData {
  readonly series: readonly BarSeries[];
  /** Symbols whose bars come out of the store. */
  readonly stored: ReadonlySet<string>;
  /** Symbols whose bars are made up. */
  readonly synthetic: ReadonlySet<string>;
  /** What a report must say of the sources. */
  readonly notes: readonly string[];
}

/** Whether a store has to be opened for what `--data` names. */
export function namesStore(data: string | readonly string[]): boolean {
  return splitEntries(data).some((entry) => isKind(entry, "store"));
}

/** The stores of `data` that name their symbols themselves, and whether there is one that does not. */
export function storesBySymbols(data: string | readonly string[]): { named: string[]; open: boolean } {
  const stores = splitEntries(data).filter((entry) => isKind(entry, "store"));
  const named = stores.filter((entry) => entry.length > "store:".length);
  return { named, open: named.length < stores.length };
}

/** Whether `data` names files, among whatever else. */
export function namesFiles(data: string | readonly string[]): boolean {
  return splitEntries(data).some((entry) => !KINDS.some((kind) => isKind(entry, kind)));
}

class DataOpener {
  private readonly options: DataOptions;
  private readonly instruments = new Map<string, Instrument>();
  private readonly origins = new Map<string, Origin>();
  private readonly series: BarSeries[] = [];
  private readonly stored = new Set<string>();
  private readonly synthetic = new Set<string>();
  private readonly notes = new Set<string>();

  constructor(options: DataOptions) {
    this.options = options;
  }

  open(entries: readonly string[]): OpenedData {
    for (const entry of entries) {
      if (isKind(entry, "synthetic")) this.addSynthetic(entry);
      else if (isKind(entry, "sample")) this.addSample(entry);
      else if (isKind(entry, "store")) this.addStored(entry);
      else this.addFile(entry);
    }
    return { series: this.series, stored: this.stored, synthetic: this.synthetic, notes: [...this.notes] };
  }

  private addSample(entry: string): void {
    const sample = sampleOf(entry);
    // Such as that an index is traded as if it were a fund.
    this.notes.add(sample.note);
    this.add(loadSample(sample.name, this.instrument(sample.instrument)), entry);
  }

  private addSynthetic(entry: string): void {
    const instrumentOf = (spec: InstrumentSpec): Instrument => this.instrument(spec);
    for (const series of syntheticBars(parseSynthetic(entry), instrumentOf)) {
      this.add(series, entry);
      this.synthetic.add(series.instrument.symbol);
    }
  }

  private addStored(entry: string): void {
    const { store, selection = {}, needed = {} } = this.options;
    if (store === undefined) throw new DataError("DATA_STORE_UNOPENED", { text: entry });
    const named = entry.slice("store:".length);
    const own = named === "" ? selection : { ...selection, symbols: named };
    for (const { series, origin, unpaired } of openStored(store, own, needed, (spec) => this.instrument(spec))) {
      this.add(series, origin);
      this.stored.add(series.instrument.symbol);
      this.notes.add(`The bars of ${series.name} come out of the store: ${origin}.`);
      if (unpaired > 0) {
        const bars = `${grouped(unpaired, 0)} ${unpaired === 1 ? "bar" : "bars"}`;
        this.notes.add(
          `${bars} of ${series.name} with a bid or an ask alone ${unpaired === 1 ? "is" : "are"} left out.`,
        );
      }
    }
  }

  private addFile(entry: string): void {
    const { symbol, path } = symbolAndPath(entry);
    if (!existsSync(path)) refuseUnlikelyFile(entry, path);
    const { instruments: _instruments, store: _store, selection: _selection, needed: _needed, ...csv } = this.options;
    const instrument = this.instrument(specOfSymbol(symbol));
    const calendar = dailyCalendarOf(instrument, csv.sessionHours);
    this.add(readBars(path, { instrument, ...(calendar && { calendar }), ...csv }), path, true);
  }

  private instrument(fallback: InstrumentSpec): Instrument {
    const { symbol } = fallback;
    let instrument = this.instruments.get(symbol);
    if (instrument === undefined) {
      const known = this.options.instruments?.find((spec) => spec.symbol === symbol);
      instrument = new Instrument({ ...fallback, ...known }, this.instruments.size);
      this.instruments.set(symbol, instrument);
    }
    return instrument;
  }

  private add(series: BarSeries, source: string, isFile = false): void {
    const first = this.origins.get(series.name);
    const origin = { source, isFile };
    if (first !== undefined) throw seriesTwice(series.name, series.instrument.symbol, first, origin);
    this.origins.set(series.name, origin);
    this.series.push(series);
  }
}

function splitEntries(data: string | readonly string[]): string[] {
  return (typeof data === "string" ? [data] : data).flatMap(splitEntry);
}

function splitEntry(text: string): string[] {
  const entry = text.trim();
  if (entry === "") return [];
  // The settings of a synthetic market and the symbols of a store have commas of their own, and so may a path.
  if (isKind(entry, "synthetic") || isKind(entry, "store") || existsSync(entry)) return [entry];
  const parts = entry.split(",").map((part) => part.trim());
  const settings = parts.findIndex((part) => SETTINGS_FOLLOW.test(part));
  const named = settings < 0 ? parts : [...parts.slice(0, settings), parts.slice(settings).join(",")];
  return named.filter((part) => part !== "");
}

const SETTINGS_FOLLOW = /^(synthetic|store):/;

function isKind(entry: string, kind: string): boolean {
  return entry === kind || entry.startsWith(`${kind}:`);
}

function sampleOf(entry: string): Sample {
  return sampleNamed(entry.slice("sample:".length) || SAMPLES[0].name);
}

/**
 * The symbol and the path of a file that is named, perhaps as SYMBOL=path.
 * @throws DataError DATA_SYMBOL_UNCLEAR, DATA_SYMBOL_SPELLED
 */
export function symbolAndPath(entry: string): { symbol: string; path: string } {
  if (!existsSync(entry)) {
    refuseSpelling(entry);
    const match = /^([A-Za-z0-9./ ]+?)\s*=\s*(.+)$/.exec(entry);
    if (match !== null) return { symbol: match[1], path: match[2] };
  }
  const { symbol } = partsOfName(entry);
  if (symbol === "") throw new DataError("DATA_SYMBOL_UNCLEAR", { file: entry });
  return { symbol, path: entry };
}

/** A symbol with other signs in it, in front of a file that is there, must not be taken for a part of the path. */
function refuseSpelling(entry: string): void {
  const at = entry.lastIndexOf("=");
  const [symbol, file] = [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
  if (at < 0 || /^[A-Za-z0-9./ ]+$/.test(symbol) || !existsSync(file)) return;
  const example = symbol
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== "")
    .join(".");
  throw new DataError("DATA_SYMBOL_SPELLED", { symbol, file, example: example === "" ? "SPY" : example });
}

/** What a symbol alone tells of an instrument: two currencies are a pair. */
export function specOfSymbol(symbol: string): InstrumentSpec {
  return isPair(symbol) ? { symbol, assetClass: "forex" } : { symbol };
}

/** A word that looks like no path is a source misspelt; a path is left for the reader to miss. */
function refuseUnlikelyFile(entry: string, path: string): void {
  if (entry !== path || /[./\\]/.test(entry)) return;
  const near = nearest(entry.split(":")[0], KINDS);
  const hint = near === undefined ? "" : `Did you mean ${near}? `;
  throw new DataError("DATA_SOURCE_UNKNOWN", { text: entry, hint, sources: SOURCES });
}

function isPair(symbol: string): boolean {
  const match = /^([A-Z]{3})[./]?([A-Z]{3})$/.exec(symbol);
  return match !== null && match[1] !== match[2] && CURRENCIES.includes(match[1]) && CURRENCIES.includes(match[2]);
}

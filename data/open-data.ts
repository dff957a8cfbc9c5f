import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { BarSeries } from "../core/market/bar-series.js";
import type { BarSize } from "../core/market/bar-size.js";
import { Instrument, type InstrumentSpec } from "../core/market/instrument.js";
import { nearest } from "../core/nearest.js";
import { DataError } from "./errors.js";
import type { Stamp } from "./files/bar-times.js";
import { readBars } from "./files/csv.js";
import { loadSample, SAMPLES, type Sample, sampleNamed } from "./samples/sample.js";
import type { SessionHours } from "./session-hours.js";
import { parseSynthetic } from "./synthetic/parse-synthetic.js";
import { syntheticBars } from "./synthetic/synthetic-bars.js";

export interface DataOptions {
  /** What is known of the instruments, by symbol; of the others the symbol alone. */
  readonly instruments?: readonly InstrumentSpec[];
  /** For CSV files, as in CsvOptions. */
  readonly bar?: BarSize | string;
  readonly timeZone?: string;
  readonly stamp?: Stamp;
  readonly sessionHours?: SessionHours;
}

const KINDS = ["sample", "synthetic", "store"];
const SOURCES =
  "sample (or sample:sp500), synthetic (or synthetic:seed=7,bars=1000000,bar=1min), path.csv, SYMBOL=path.csv";

// The currencies that IB trades against each other; two of them in a row make a pair.
const CURRENCIES = "USD EUR GBP JPY CHF AUD NZD CAD SEK NOK DKK HKD SGD CNH MXN ZAR PLN HUF CZK TRY ILS".split(" ");

/**
 * Opens what `--data` names: "sample", "sample:sp500", "synthetic:seed=7,bars=1000000", a CSV file, or several
 * SYMBOL=path.csv between commas or as an array. A file without a symbol is called what its name begins with:
 * goog-1day.csv is GOOG. A symbol of two currencies, such as EURUSD, is forex; `instruments` says otherwise, as it
 * says everything else that a file cannot tell.
 *
 * Series of one symbol share one Instrument; the instruments' indexes count up in the order of their first series.
 *
 * @throws DataError, FileError, SyntheticError, MarketError
 */
export function openData(data: string | readonly string[], options: DataOptions = {}): BarSeries[] {
  const entries = splitEntries(data);
  if (entries.length === 0) throw new DataError("DATA_EMPTY", { sources: SOURCES });
  return new DataOpener(options).open(entries);
}

/** What a report must say of the sources that `data` names, such as that an index is traded as if it were a fund. */
export function dataNotes(data: string | readonly string[]): string[] {
  const samples = splitEntries(data)
    .filter((entry) => isKind(entry, "sample"))
    .map(sampleOf);
  return [...new Set(samples.map((sample) => sample.note))];
}

/** Whether `data` names files, among whatever else. */
export function namesFiles(data: string | readonly string[]): boolean {
  return splitEntries(data).some((entry) => !KINDS.some((kind) => isKind(entry, kind)));
}

class DataOpener {
  private readonly options: DataOptions;
  private readonly instruments = new Map<string, Instrument>();
  private readonly origins = new Map<string, string>();
  private readonly series: BarSeries[] = [];

  constructor(options: DataOptions) {
    this.options = options;
  }

  open(entries: readonly string[]): BarSeries[] {
    for (const entry of entries) {
      if (isKind(entry, "synthetic")) this.addSynthetic(entry);
      else if (isKind(entry, "sample")) this.addSample(entry);
      else if (isKind(entry, "store")) throw new DataError("DATA_STORE_ABSENT", { text: entry, sources: SOURCES });
      else this.addFile(entry);
    }
    return this.series;
  }

  private addSample(entry: string): void {
    const sample = sampleOf(entry);
    this.add(loadSample(sample.name, this.instrument(sample.instrument)), entry);
  }

  private addSynthetic(entry: string): void {
    const instrumentOf = (spec: InstrumentSpec): Instrument => this.instrument(spec);
    for (const series of syntheticBars(parseSynthetic(entry), instrumentOf)) this.add(series, entry);
  }

  private addFile(entry: string): void {
    const { symbol, path } = symbolAndPath(entry);
    if (!existsSync(path)) refuseUnlikelyFile(entry, path);
    const { bar, timeZone, stamp, sessionHours } = this.options;
    const instrument = this.instrument(isPair(symbol) ? { symbol, assetClass: "forex" } : { symbol });
    const given = {
      ...(bar && { bar }),
      ...(timeZone && { timeZone }),
      ...(stamp && { stamp }),
      ...(sessionHours && { sessionHours }),
    };
    this.add(readBars(path, { instrument, ...given }), path);
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

  private add(series: BarSeries, origin: string): void {
    const first = this.origins.get(series.name);
    if (first !== undefined) {
      const { symbol } = series.instrument;
      throw new DataError("DATA_SERIES_TWICE", { series: series.name, first, second: origin, symbol });
    }
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
  // The settings of a synthetic market have commas of their own, and so may a path.
  if (isKind(entry, "synthetic") || existsSync(entry)) return [entry];
  return entry
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function isKind(entry: string, kind: string): boolean {
  return entry === kind || entry.startsWith(`${kind}:`);
}

function sampleOf(entry: string): Sample {
  return sampleNamed(entry.slice("sample:".length) || SAMPLES[0].name);
}

function symbolAndPath(entry: string): { symbol: string; path: string } {
  const match = /^([A-Za-z0-9./ ]+?)\s*=\s*(.+)$/.exec(entry);
  if (match !== null && !existsSync(entry)) return { symbol: match[1], path: match[2] };
  const file = basename(entry);
  const symbol = /^[A-Za-z0-9.]+/.exec(file.replace(/\.gz$/i, "").replace(/\.(csv|tsv|txt)$/i, ""))?.[0] ?? "";
  if (!/[A-Za-z]/.test(symbol)) throw new DataError("DATA_SYMBOL_UNCLEAR", { file: entry });
  return { symbol: symbol.toUpperCase(), path: entry };
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

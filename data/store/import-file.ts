import { basename } from "node:path";
import { isWeekend } from "../../core/calendar/calendar-date.js";
import { findCalendarOf } from "../../core/calendar/calendar-of.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import type { Adjustment } from "../../core/market/corporate-actions.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { calendarSessions } from "../checks/trading-time.js";
import { dailyCalendarOf } from "../daily-calendar.js";
import type { DatedActions } from "../dated-actions.js";
import { isActionsFile, parseActions } from "../files/actions-csv.js";
import { type CsvOptions, type CsvReading, inspectText } from "../files/csv.js";
import { isFactorFile, parseFactors } from "../files/factor-file.js";
import { readTextBytes } from "../files/file-bytes.js";
import { partsOfName } from "../files/file-name.js";
import { specOfSymbol, symbolAndPath } from "../open-data.js";
import { zoneOffsets } from "../zone-offsets.js";
import type { BarStore } from "./bar-store.js";
import { type Imported, importBars } from "./import-bars.js";
import { type Hours, type SeriesKey, WHATS, type What } from "./series-key.js";
import { usualHours } from "./usual-hours.js";

/** What is said of the files of an import; what is left out is found out, or has the defaults of its kind. */
export interface FileOptions {
  readonly symbol?: string;
  readonly csv: Omit<CsvOptions, "instrument" | "calendar">;
  readonly what?: What;
  readonly hours?: Hours;
  readonly adjustment?: Adjustment;
  /** What is known of the instrument with this symbol, over what the store knows. */
  readonly spec: (symbol: string) => Partial<InstrumentSpec>;
}

/** A file of bars that has been read, and where they belong. Nothing has been stored yet. */
export interface PlannedBars {
  readonly kind: "bars";
  readonly path: string;
  readonly key: SeriesKey;
  readonly spec: InstrumentSpec;
  readonly reading: CsvReading;
}

/** A file of splits and dividends that has been read. */
export interface PlannedActions {
  readonly kind: "actions";
  readonly path: string;
  readonly symbol: string;
  readonly spec: InstrumentSpec;
  readonly actions: DatedActions;
}

export type Planned = PlannedBars | PlannedActions;

/**
 * Reads a file and finds out what it is: splits and dividends by its first line, else bars. What bars show, their hours
 * and their adjustment are told by words of its name, such as spy-1min-quotes.csv, where nothing else tells them.
 * @param entry a path, perhaps as SYMBOL=path
 * @throws FileError, DataError, MarketError
 */
export function planImport(store: BarStore, entry: string, options: FileOptions): Planned {
  const { symbol, path } =
    options.symbol === undefined ? symbolAndPath(entry) : { symbol: options.symbol, path: entry };
  const known = store.instrument(symbol);
  const spec: InstrumentSpec = { ...specOfSymbol(symbol), ...known, ...options.spec(symbol), symbol };
  const instrument = new Instrument(spec);
  const bytes = readTextBytes(path);
  const head = firstLine(bytes);
  if (isActionsFile(head)) return { kind: "actions", path, symbol, spec, actions: parseActions(textOf(bytes), path) };
  if (isFactorFile(head)) {
    const closeOn = (date: string): number => rawClose(store, symbol, date);
    const sessionAfter = (day: number): number => nextSession(instrument, day);
    return {
      kind: "actions",
      path,
      symbol,
      spec,
      actions: parseFactors(textOf(bytes), path, { closeOn, sessionAfter }),
    };
  }
  const calendar = dailyCalendarOf(instrument, options.csv.sessionHours);
  const reading = inspectText(bytes, { ...options.csv, instrument, ...(calendar && { calendar }) }, path);
  const { words } = partsOfName(path);
  const what = options.what ?? wordOf(words, WHATS) ?? usualWhat(reading.series);
  const key: SeriesKey = {
    symbol,
    size: reading.series.size.label,
    what,
    hours: options.hours ?? HOURS_WORDS[words.find((word) => word in HOURS_WORDS) ?? ""] ?? usualHours(reading.series),
    adjustment: options.adjustment ?? PRICE_WORDS[words.find((word) => word in PRICE_WORDS) ?? ""] ?? usualPrices(what),
  };
  return { kind: "bars", path, key, spec, reading };
}

const HOURS_WORDS: Readonly<Record<string, Hours>> = {
  regular: "regular",
  rth: "regular",
  allhours: "all",
  eth: "all",
};
const PRICE_WORDS: Readonly<Record<string, Adjustment>> = { raw: "raw", splits: "splits", adjusted: "all" };

/** Stores what was read: all of it in one transaction. @throws StoreError BARS_DIFFER, BARS_COLLIDE, ACTION_INVALID */
export function storePlanned(store: BarStore, planned: Planned, replace: boolean): Imported {
  const source = `file ${basename(planned.path)}`;
  return store.transaction(() => {
    store.putInstrument(planned.spec);
    if (planned.kind === "actions") {
      store.actions.replace(planned.symbol, planned.actions, source);
      return { added: planned.actions.splits.length + planned.actions.dividends.length, same: 0, replaced: 0 };
    }
    const { key, spec, reading } = planned;
    const { series } = reading;
    const sessions = calendarSessions(new Instrument(spec), series.start[0], series.end[series.length - 1]);
    return importBars(store, key, series, { source, replace, ...(sessions && { sessions }) });
  });
}

function firstLine(bytes: Uint8Array): string {
  const end = bytes.indexOf(10);
  return Buffer.from(bytes.subarray(0, Math.min(end, 500))).toString("utf8");
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

function wordOf<T extends string>(words: readonly string[], known: readonly T[]): T | undefined {
  return known.find((one) => words.includes(one));
}

function usualWhat(series: BarSeries): What {
  if (series.source === "midpoint") return "quotes";
  return series.instrument.assetClass === "forex" ? "midpoint" : "trades";
}

function usualPrices(what: What): Adjustment {
  return what === "adjusted-last" ? "all" : "raw";
}

/** The first date after a day on which the exchange had a session; the next weekday where no calendar tells. */
function nextSession(instrument: Instrument, day: number): number {
  const calendar = findCalendarOf(instrument);
  let next = day + 1;
  const isSession = (): boolean =>
    calendar !== undefined && next >= calendar.firstDay && next <= calendar.lastDay
      ? calendar.dayOn(next).kind === "session"
      : !isWeekend(next);
  while (!isSession()) next++;
  return next;
}

function rawClose(store: BarStore, symbol: string, date: string): number {
  const series = store.find({ symbol, size: "1day", what: "trades", hours: "regular", adjustment: "raw" });
  if (series === undefined) return Number.NaN;
  const zone = zoneOffsets(series.instrument.timeZone);
  const from = zone.instantAtOrAfter(Date.parse(`${date}T00:00:00Z`));
  const day = series.read({ from, to: from + 86_400_000 });
  return day.length === 0 ? Number.NaN : day.close[0];
}

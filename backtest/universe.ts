import { Sessions } from "../core/calendar/sessions.js";
import { BarSeries, validateBars } from "../core/market/bar-series.js";
import { actionsLeft, type CorporateActions, NO_ACTIONS } from "../core/market/corporate-actions.js";
import { Instrument, type InstrumentSpec } from "../core/market/instrument.js";
import type { QuoteSeries } from "../core/market/quote.js";
import type { TradeSeries } from "../core/market/trade.js";
import { nearest } from "../core/nearest.js";
import { type DataOptions, namesStore, openSources } from "../data/open-data.js";
import { sessionsFromBars } from "../data/sessions-from-bars.js";
import { type BarStore, openStore } from "../data/store/bar-store.js";
import { DEFAULT_ADJUSTMENT, type NeededBars } from "../data/store/open-stored.js";
import { tradeDates } from "../data/trade-dates.js";
import { zoneOffsets } from "../data/zone-offsets.js";
import { BacktestError } from "./errors.js";
import { barsOf, refuseTwice, settledBy } from "./handed-series.js";
import { DEFAULTS } from "./models.js";
import type { BacktestOptions } from "./options.js";
import { refuseTickAbovePrice } from "./tick-check.js";

/** The instruments of a run with their data, numbered from 0 in the order they first appear. */
export interface Universe {
  readonly instruments: readonly Instrument[];
  readonly series: readonly BarSeries[];
  readonly quotes: readonly QuoteSeries[];
  readonly trades: readonly TradeSeries[];
  /** Splits and dividends that the prices do not have in them, by the instrument's place: those the store knows. */
  readonly actions: readonly CorporateActions[];
  /** Stocks and funds of which nobody has said whether they split or paid. */
  readonly withoutActions: readonly Instrument[];
  /** What a report must say of where the data comes from. */
  readonly notes: readonly string[];
}

const NOTHING: ReadonlySet<string> = new Set();

/** What of a run's options says what its data is. */
export type UniverseOptions = Pick<
  BacktestOptions,
  "data" | "csv" | "quotes" | "trades" | "instruments" | "store" | "actions" | "sessions"
>;

/** The store that the data names, opened; for SQLite has to be loaded first, and only for those who use it. */
export async function storeOf({ data, store }: UniverseOptions): Promise<BarStore | undefined> {
  if (data === undefined || (Array.isArray(data) && typeof data[0] !== "string")) return undefined;
  if (!namesStore(data as string | readonly string[])) return undefined;
  return openStore(store?.file, { readonly: true });
}

/**
 * Opens and checks the data of a run.
 * @param store opened, where the data names one
 * @param needed the bars of a store that the run can do with
 */
export function openUniverse(options: UniverseOptions, store?: BarStore, needed: NeededBars = {}): Universe {
  // The types ask for data; quotes or trades alone are enough for a run.
  const { data = [] } = options;
  const settle = settledBy(specsOf(options.instruments));
  if (isSeries(data)) refuseTwice(data);
  const sources = isSeries(data)
    ? { series: data.map((one) => barsOf(one, settle(one.instrument))), stored: NOTHING, synthetic: NOTHING, notes: [] }
    : openSources(data as string | readonly string[], dataOptions(options, store, needed));
  const opened = sources.series;
  const quotes = (options.quotes ?? []).map((one) => ({ ...one, instrument: settle(one.instrument) }));
  const trades = (options.trades ?? []).map((one) => ({ ...one, instrument: settle(one.instrument) }));
  if (opened.length + quotes.length + trades.length === 0) throw new BacktestError("DATA_MISSING");
  // Files are checked as they are read; series that a program made are checked here.
  if (isSeries(data)) for (const series of opened) validateBars(series);
  for (const series of opened) refuseTickAbovePrice(series);
  for (const ticks of [...quotes, ...trades]) validateTicks(ticks);
  const symbols = [...opened, ...quotes, ...trades].map((one) => one.instrument.symbol);
  for (const { symbol } of specsOf(options.instruments)) refuseAbsent(symbol, symbols);
  for (const symbol of Object.keys(options.sessions ?? {})) refuseAbsent(symbol, symbols);
  const universe = numbered({
    instruments: [],
    series: opened,
    quotes,
    trades,
    actions: [],
    withoutActions: [],
    notes: sources.notes,
  });
  const adjustment = options.store?.adjust ?? DEFAULT_ADJUSTMENT;
  for (const symbol of Object.keys(options.actions ?? {})) refuseAbsent(symbol, symbols);
  const actions = universe.instruments.map(({ symbol, timeZone }) => {
    const given = options.actions?.[symbol];
    if (given !== undefined) return given;
    if (store === undefined || !sources.stored.has(symbol)) return NO_ACTIONS;
    return actionsLeft(store.actions.of(symbol, timeZone), adjustment);
  });
  const withoutActions = universe.instruments.filter(({ symbol, assetClass }) => {
    if (assetClass !== "stock" && assetClass !== "etf") return false;
    return options.actions?.[symbol] === undefined && !sources.stored.has(symbol) && !sources.synthetic.has(symbol);
  });
  return { ...universe, actions, withoutActions };
}

/**
 * Every currency must have a rate to the account's own, and every rate must be one of a currency.
 * @throws BacktestError RATE_MISSING, SETTING_INVALID
 */
export function checkRates(universe: Universe, options: Pick<BacktestOptions, "baseCurrency" | "rates">): void {
  const base = options.baseCurrency ?? DEFAULTS.baseCurrency;
  for (const [currency, value] of Object.entries(options.rates ?? {})) refuseNoRate(currency, value, base);
  for (const { symbol, currency } of universe.instruments) {
    if (currency === base || options.rates?.[currency] !== undefined) continue;
    const told = universe.instruments.some(
      (one) =>
        (one.assetClass === "forex" && one.symbol.startsWith(currency) && one.currency === base) ||
        (one.assetClass === "forex" && one.symbol.startsWith(base) && one.currency === currency),
    );
    if (!told) throw new BacktestError("RATE_MISSING", { symbol, currency, base, pair: pairOf(currency, base) });
  }
}

/** What is said of no currency, or of the account's own, would be left out in silence. */
function refuseNoRate(currency: string, value: number, base: string): void {
  const name = `rates.${currency}`;
  if (!/^[A-Z]{3}$/.test(currency)) {
    const rule = "of a currency in three capital letters, such as rates.EUR";
    throw new BacktestError("SETTING_INVALID", { name, value, rule });
  }
  if (currency === base && value !== 1) {
    throw new BacktestError("SETTING_INVALID", { name, value, rule: `left out, or 1: ${base} is the account's own` });
  }
}

/** As the market quotes two currencies: the one that stands further in front in units of the other. */
const QUOTED_FIRST = ["EUR", "GBP", "AUD", "NZD", "USD", "CAD", "CHF"];

function pairOf(one: string, other: string): string {
  const place = (currency: string): number => (QUOTED_FIRST.indexOf(currency) + 100) % 100;
  return place(one) <= place(other) ? `${one}.${other}` : `${other}.${one}`;
}

function dataOptions(options: UniverseOptions, store: BarStore | undefined, needed: NeededBars): DataOptions {
  const { csv, store: chosen } = options;
  const { file: _file, ...selection } = chosen ?? {};
  return {
    ...csv,
    instruments: specsOf(options.instruments),
    ...(store !== undefined && { store }),
    selection,
    needed,
  };
}

function specsOf(instruments: BacktestOptions["instruments"] = []): readonly InstrumentSpec[] {
  if (isList(instruments)) return instruments;
  return Object.entries(instruments).map(([symbol, known]) => ({ ...known, symbol }));
}

// Array.isArray knows no lists that are read only.
function isList(instruments: NonNullable<BacktestOptions["instruments"]>): instruments is readonly InstrumentSpec[] {
  return Array.isArray(instruments);
}

function isSeries(data: BacktestOptions["data"]): data is readonly BarSeries[] {
  return Array.isArray(data) && data.every((one) => one instanceof BarSeries);
}

/** Gives every instrument its place; series whose instrument has it already stay as they are. */
function numbered(universe: Universe): Universe {
  const bySymbol = new Map<string, Instrument>();
  const place = (instrument: Instrument): Instrument => {
    const known = bySymbol.get(instrument.symbol);
    if (known !== undefined) return known;
    const index = bySymbol.size;
    const own = instrument.index === index ? instrument : new Instrument(instrument, index);
    bySymbol.set(own.symbol, own);
    return own;
  };
  const series = universe.series.map((one) => barsOf(one, place(one.instrument)));
  // Smaller bars of an instrument come before larger ones that end at the same instant.
  series.sort((a, b) => a.size.ms - b.size.ms || a.instrument.index - b.instrument.index);
  const quotes = universe.quotes.map((one) => ({ ...one, instrument: place(one.instrument) }));
  const trades = universe.trades.map((one) => ({ ...one, instrument: place(one.instrument) }));
  return { ...universe, instruments: [...bySymbol.values()], series, quotes, trades };
}

/**
 * Answers the sessions of an instrument: those given, else what the times of the bars tell, taken together for
 * instruments of one exchange and zone, so that a stock whose bars are missing for a week is seen to be missing. An
 * exchange's are made when they are first asked for.
 */
export function sessionsOf(
  universe: Universe,
  given: BacktestOptions["sessions"],
): (instrument: Instrument) => Sessions {
  const byExchange = new Map<string, Sessions>();
  return (instrument) => {
    const own = given?.[instrument.symbol];
    if (own !== undefined) return own;
    const key = exchangeOf(instrument);
    const known = byExchange.get(key);
    if (known !== undefined) return known;
    const sessions = unionOf(sessionLists(universe, key));
    byExchange.set(key, sessions);
    return sessions;
  };
}

export function tradeDatesOf(universe: Universe, sessions: readonly Sessions[]): Int32Array[] {
  return universe.instruments.map((instrument, i) => tradeDates(sessions[i], instrument.timeZone));
}

function exchangeOf(instrument: Instrument): string {
  return `${instrument.exchange} ${instrument.timeZone}`;
}

function sessionLists(universe: Universe, exchange: string): Sessions[] {
  const lists: Sessions[] = [];
  const seen = new Set<Float64Array>();
  for (const series of universe.series) {
    if (exchangeOf(series.instrument) !== exchange || seen.has(series.start)) continue;
    seen.add(series.start);
    lists.push(sessionsFromBars(series, series.instrument.timeZone));
  }
  if (lists.length > 0) return lists;
  for (const ticks of [...universe.quotes, ...universe.trades]) {
    if (exchangeOf(ticks.instrument) === exchange && ticks.length > 0) lists.push(sessionsFromTicks(ticks));
  }
  return lists;
}

/** Settings for an instrument that is not there would be lost in silence, such as the multiplier of a future. */
function refuseAbsent(symbol: string, symbols: readonly string[]): void {
  if (symbols.includes(symbol)) return;
  const near = nearest(symbol, symbols);
  const hint = near === undefined ? `It has ${[...new Set(symbols)].join(", ")}.` : `Did you mean "${near}"?`;
  throw new BacktestError("INSTRUMENT_ABSENT", { symbol, hint });
}

/** @throws BacktestError TICKS_UNSORTED */
function validateTicks(ticks: QuoteSeries | TradeSeries): void {
  const { time, length } = ticks;
  for (let row = 0; row < length; row++) {
    if (time[row] > -Infinity && time[row] < Infinity && !(row > 0 && time[row] < time[row - 1])) continue;
    throw new BacktestError("TICKS_UNSORTED", {
      symbol: ticks.instrument.symbol,
      kind: ticks.kind,
      row,
      time: time[row],
    });
  }
}

/** The sessions that ticks alone tell: one for each local date, from its first tick to its last. */
function sessionsFromTicks(ticks: QuoteSeries | TradeSeries): Sessions {
  const { time, length } = ticks;
  const zone = zoneOffsets(ticks.instrument.timeZone);
  const open: number[] = [];
  const close: number[] = [];
  let day = Number.NaN;
  for (let row = 0; row < length; row++) {
    if (zone.dayAt(time[row]) !== day) {
      day = zone.dayAt(time[row]);
      open.push(time[row] - 1);
      close.push(time[row] + 1);
    }
    close[close.length - 1] = time[row] + 1;
  }
  return new Sessions(Float64Array.from(open), Float64Array.from(close));
}

function unionOf(lists: readonly Sessions[]): Sessions {
  if (lists.length === 1) return lists[0];
  const spans = lists.flatMap((list) => Array.from(list.open, (open, i) => ({ open, close: list.close[i] })));
  spans.sort((a, b) => a.open - b.open);
  const open: number[] = [];
  const close: number[] = [];
  for (const span of spans) {
    const last = close.length - 1;
    if (last >= 0 && span.open < close[last]) close[last] = Math.max(close[last], span.close);
    else {
      open.push(span.open);
      close.push(span.close);
    }
  }
  return new Sessions(Float64Array.from(open), Float64Array.from(close));
}

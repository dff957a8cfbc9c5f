import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Adjustment } from "../../core/market/corporate-actions.js";
import type { Instrument, InstrumentSpec } from "../../core/market/instrument.js";
import { readAdjusted } from "./adjusted-series.js";
import type { BarStore } from "./bar-store.js";
import { type Choice, chooseSeries } from "./choose-series.js";
import { StoreError } from "./errors.js";
import { joinSides } from "./join-sides.js";
import { type Hours, seriesName, type What } from "./series-key.js";
import type { BarRange } from "./stored-series.js";

/** Which bars of a store a run is made of. */
export interface StoreSelection {
  /** Symbols, as a list or between commas. May be left out where the store has one instrument. */
  readonly symbols?: string | readonly string[];
  /** Bar sizes, as a list or between commas. May be left out where there is one. */
  readonly bar?: string | readonly string[];
  /** How prices are seen. Default "splits": on today's number of units. */
  readonly adjust?: Adjustment;
  /** Default: trades, else quotes, else bid and ask joined, else midpoints. */
  readonly what?: What;
  /** Default: regular hours where there are some. */
  readonly hours?: Hours;
}

export const DEFAULT_ADJUSTMENT: Adjustment = "splits";

/** The bars that are needed; those in front of `from` are for warming up. */
export interface NeededBars {
  readonly from?: Instant;
  readonly to?: Instant;
  readonly before?: number;
}

/** A series out of the store, and the stored ones it was made of. */
export interface OpenedSeries {
  readonly series: BarSeries;
  /** Such as "SPY 1min trades, regular hours, raw, and adjusted for splits as they are read". */
  readonly origin: string;
  /** Bars of a bid or an ask that the other side has none for, and that are left out. */
  readonly unpaired: number;
}

/**
 * Reads what a selection names: every symbol in every bar size, adjusted as asked for.
 * @param instrumentOf the instrument of a run, from what the store knows of it
 * @throws StoreError SYMBOLS_UNNAMED, BAR_UNNAMED, SERIES_UNKNOWN, SERIES_EMPTY, BLOCK_DAMAGED, REFERENCE_MISSING
 * @throws MarketError BAR_SIZE_UNKNOWN, BAR_SIZE_NOT_OF_TIME
 */
export function openStored(
  store: BarStore,
  selection: StoreSelection,
  needed: NeededBars,
  instrumentOf: (spec: InstrumentSpec) => Instrument,
): OpenedSeries[] {
  const { what, hours, adjust: adjustment = DEFAULT_ADJUSTMENT } = selection;
  return symbolsOf(store, selection).flatMap((symbol) => {
    const spec = store.instrument(symbol);
    if (spec === undefined) throw store.unknown(symbol, symbol);
    return sizesOf(store, symbol, selection).map((bar) => {
      const wish = { symbol, bar, adjustment, ...(what && { what }), ...(hours && { hours }) };
      return read(store, chooseSeries(store, wish), needed, instrumentOf(spec));
    });
  });
}

function read(store: BarStore, choice: Choice, needed: NeededBars, instrument: Instrument): OpenedSeries {
  const range: BarRange = needed;
  const sides = choice.keys.map((key) => readAdjusted(store, store.series(key), choice.adjustment, range, instrument));
  const series = sides.length === 2 ? joinSides(sides[0], sides[1]) : sides[0];
  const origin = choice.keys.map(seriesName).join(" and ");
  if (series.length === 0) throw empty(store, choice, needed, origin);
  const unpaired = sides.length === 2 ? unpairedOf(sides[0], sides[1], series.length, needed) : 0;
  return { series, origin: `${origin}${seenAs(choice)}`, unpaired };
}

/** Bars of two sides without a partner; those for warming up only where both sides were read. */
function unpairedOf(bid: BarSeries, ask: BarSeries, joined: number, { before }: NeededBars): number {
  const rows = bid.length + ask.length - 2 * joined;
  if (before === undefined || bid.length === 0 || ask.length === 0) return rows;
  // A side with gaps in front of the run is read from further back.
  const [late, early] = bid.start[0] < ask.start[0] ? [ask, bid] : [bid, ask];
  let ahead = 0;
  while (ahead < early.length && early.start[ahead] < late.start[0]) ahead++;
  return rows - ahead;
}

function seenAs({ keys: [key], adjustment }: Choice): string {
  if (key.adjustment === adjustment) return "";
  const seen = adjustment === "splits" ? "for splits" : "for splits and dividends";
  return `, and adjusted ${seen} as they are read`;
}

function symbolsOf(store: BarStore, selection: StoreSelection): readonly string[] {
  const named = listOf(selection.symbols);
  if (named.length > 0) return named;
  const stored = [...new Set(store.list().map((one) => one.symbol))];
  if (stored.length === 1) return stored;
  if (stored.length === 0) throw store.unknown("", "bars");
  const example = stored.slice(0, 2).join(",");
  throw new StoreError("SYMBOLS_UNNAMED", { path: store.path, count: stored.length, example });
}

function sizesOf(store: BarStore, symbol: string, selection: StoreSelection): readonly string[] {
  const named = listOf(selection.bar);
  if (named.length > 0) return named;
  const sizes = [...new Set(store.list(symbol).map((one) => one.size))];
  if (sizes.length === 1) return sizes;
  if (sizes.length === 0) throw store.unknown(symbol, `bars of ${symbol}`);
  throw new StoreError("BAR_UNNAMED", { symbol, sizes: sizes.join(", "), example: sizes[0] });
}

function listOf(named: string | readonly string[] | undefined): string[] {
  const parts = (typeof named === "string" ? [named] : (named ?? [])).flatMap((part) => part.split(","));
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))];
}

function empty(store: BarStore, { keys }: Choice, { from, to }: NeededBars, series: string): StoreError {
  const { first, last } = store.series(keys[0]).extent();
  const day = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
  const parts = [from === undefined ? "" : `from ${day(from)}`, to === undefined ? "" : `to ${day(to)}`];
  const range = parts.filter((part) => part !== "").join(" ");
  return new StoreError("SERIES_EMPTY", { series, range, first: day(first), last: day(last) });
}

import type { Engine } from "../core/engine.js";
import type { BarSeries } from "../core/market/bar-series.js";
import type { Instrument } from "../core/market/instrument.js";
import { MARKET_ON_OPEN, STOP } from "../core/orders/kinds.js";
import type { OrderBook } from "../core/orders/order-book.js";
import { grouped } from "../core/statistics/format.js";
import { isWorthAWord } from "./missed-sessions.js";
import type { Universe } from "./universe.js";

/** Data of an instrument, and what hangs on it alone. */
interface Deciding {
  readonly source: Source;
  /** Such as "Orders for A fill on its quotes". */
  readonly rule: string;
  /** What holds where there is none of it. */
  readonly without: string;
}

/** Something that tells of an instrument: whether it does so behind an instant and up to another. */
interface Source {
  has(behind: number, until: number): boolean;
}

/**
 * Instruments that had orders, and in a part of the run nothing that could fill or trigger them, though other data of
 * theirs went on: their finest bars cover less than the others, or their quotes and trades do.
 */
export function whatFillsInWords({ market, book, clock, equity }: Engine, universe: Universe): string[] {
  const types = typesOrdered(book);
  const told: string[] = [];
  for (const instrument of market.instruments) {
    const { index } = instrument;
    const ordered = types.get(index);
    if (ordered === undefined) continue;
    const waitForTrades = market.triggersOnTrades(index) && [...ordered].some(waitsAtStop);
    const { all, deciding } = sourcesOf(instrument, waitForTrades, universe);
    const { open, close } = market.sessions[index];
    for (const { source, rule, without } of deciding) {
      let known = 0;
      let missing = 0;
      for (let s = 0; s < open.length; s++) {
        if (open[s] < equity.time[0] || close[s] > clock.now) continue;
        const has = source.has(open[s], close[s]);
        if (!has && !all.some((one) => one.has(open[s], close[s]))) continue;
        known++;
        if (!has) missing++;
      }
      if (!isWorthAWord(missing, missing, known)) continue;
      const part = `${grouped(missing, 0)} of ${grouped(known, 0)} sessions with data of it have none`;
      told.push(`${rule} alone, of which ${part}: ${without}.`);
    }
  }
  return told;
}

/** The types of the orders of each instrument that had some, by its index. */
function typesOrdered({ length, instrument, type }: OrderBook): ReadonlyMap<number, ReadonlySet<number>> {
  const types = new Map<number, Set<number>>();
  for (let id = 0; id < length; id++) {
    const known = types.get(instrument[id]);
    if (known === undefined) types.set(instrument[id], new Set([type[id]]));
    else known.add(type[id]);
  }
  return types;
}

/** Whether an order of a type waits for a stop or touch price. */
function waitsAtStop(type: number): boolean {
  return type >= STOP && type < MARKET_ON_OPEN;
}

function sourcesOf(
  { index, symbol }: Instrument,
  waitForTrades: boolean,
  universe: Universe,
): { readonly all: readonly Source[]; readonly deciding: readonly Deciding[] } {
  const isOwn = (one: { readonly instrument: Instrument }): boolean => one.instrument.index === index;
  const bars = universe.series.filter(isOwn);
  const quotes = universe.quotes.filter(isOwn).map(({ time, length }) => ofInstants(time, length));
  const trades = universe.trades.filter(isOwn).map(({ time, length }) => ofInstants(time, length));
  const all = [...bars.map(({ end, length }) => ofInstants(end, length)), ...quotes, ...trades];
  const deciding: Deciding[] = [];
  if (quotes.length + trades.length === 0) {
    const finest = finestOf(bars);
    if (finest !== undefined)
      deciding.push({
        source: ofInstants(finest.end, finest.length),
        rule: `Orders for ${symbol} fill on its bars of ${finest.size.label}`,
        without: "there nothing fills, and it is worth what its other bars say",
      });
    return { all, deciding };
  }
  const [name, fills] = quotes.length > 0 ? ["quotes", quotes] : ["trades", trades];
  deciding.push({
    source: anyOf(fills),
    rule: `Orders for ${symbol} fill on its ${name}`,
    without: "there nothing fills, and its price stays where it was",
  });
  if (quotes.length > 0 && waitForTrades)
    deciding.push({
      source: anyOf(trades),
      rule: `Stops for ${symbol} wait for its trades`,
      without: "there nothing triggers them",
    });
  return { all, deciding };
}

/** The one that the engine matches on, be there bars of it in the run or not. */
function finestOf(bars: readonly BarSeries[]): BarSeries | undefined {
  return bars.reduce<BarSeries | undefined>(
    (finest, one) => (finest === undefined || one.size.ms < finest.size.ms ? one : finest),
    undefined,
  );
}

function anyOf(sources: readonly Source[]): Source {
  return { has: (behind, until) => sources.some((one) => one.has(behind, until)) };
}

/** @param instants in rising order */
function ofInstants(instants: Float64Array, length: number): Source {
  return {
    has(behind, until) {
      let low = 0;
      let high = length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (instants[middle] > behind) high = middle;
        else low = middle + 1;
      }
      return low < length && instants[low] <= until;
    },
  };
}

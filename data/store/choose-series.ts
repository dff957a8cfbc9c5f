import { parseTimeSize } from "../../core/market/bar-size.js";
import type { Adjustment } from "../../core/market/corporate-actions.js";
import type { BarStore } from "./bar-store.js";
import type { Hours, SeriesKey, What } from "./series-key.js";

/** What is wanted of an instrument; what is left out is chosen. */
export interface SeriesWish {
  readonly symbol: string;
  /** A bar size as it may be written, such as "1 min". */
  readonly bar: string;
  readonly what?: What;
  readonly hours?: Hours;
  readonly adjustment: Adjustment;
}

/** The stored series that a wish is answered from: one, or bid and ask to be joined. */
export interface Choice {
  readonly keys: readonly SeriesKey[];
  readonly adjustment: Adjustment;
}

/** Of several that fit, the first of these: what is traded on before what is derived from it. */
const WAYS: readonly (readonly What[])[] = [["trades"], ["quotes"], ["bid", "ask"], ["midpoint"], ["adjusted-last"]];

/**
 * Finds what answers a wish. Where several series fit, trades go before quotes, quotes before bid and ask joined, these
 * before midpoints; regular hours before all; and a series that has been adjusted that way before one that has to be.
 * @throws StoreError SERIES_UNKNOWN
 * @throws MarketError BAR_SIZE_UNKNOWN, BAR_SIZE_NOT_OF_TIME
 */
export function chooseSeries(store: BarStore, wish: SeriesWish): Choice {
  const size = parseTimeSize(wish.bar).label;
  const fit = store
    .list(wish.symbol)
    .filter((one) => one.size === size && one.bars > 0)
    .filter((one) => wish.hours === undefined || one.hours === wish.hours)
    .filter((one) => leadsTo(one.adjustment, wish.adjustment))
    .sort((a, b) => byHours(a) - byHours(b) || byAdjustment(a, wish.adjustment) - byAdjustment(b, wish.adjustment));
  for (const way of waysTo(wish.what)) {
    for (const first of fit.filter((one) => one.what === way[0])) {
      const keys = way.map((what) => fit.find((one) => one.what === what && isBeside(one, first)));
      if (keys.every((key) => key !== undefined)) return { keys, adjustment: wish.adjustment };
    }
  }
  throw store.unknown(wish.symbol, inWords({ ...wish, bar: size }));
}

function waysTo(what: What | undefined): readonly (readonly What[])[] {
  if (what === undefined) return WAYS;
  return what === "quotes" ? WAYS.slice(1, 3) : [[what]];
}

function isBeside(a: SeriesKey, b: SeriesKey): boolean {
  return a.hours === b.hours && a.adjustment === b.adjustment;
}

function leadsTo(from: Adjustment, to: Adjustment): boolean {
  return from === to || from === "raw" || (from === "splits" && to === "all");
}

function byHours({ hours }: SeriesKey): number {
  return hours === "regular" ? 0 : 1;
}

function byAdjustment({ adjustment }: SeriesKey, wanted: Adjustment): number {
  if (adjustment === wanted) return 0;
  return adjustment === "raw" ? 1 : 2;
}

function inWords({ symbol, bar, what, hours, adjustment }: SeriesWish): string {
  const kind = what === undefined ? "bars" : what;
  const when = hours === undefined ? "" : ` of ${hours === "all" ? "all" : "regular"} hours`;
  const seen = adjustment === "raw" ? "raw" : adjustment === "splits" ? "adjusted for splits" : "fully adjusted";
  return `${symbol} ${bar} ${kind}${when} that can be seen ${seen}`;
}

import type { BarSeries } from "../core/market/bar-series.js";
import type { Universe } from "./universe.js";

/** What one unit of a currency was worth in the base currency, asked in order of time; epoch ms UTC. */
export type RateAt = (instant: number) => number;

/**
 * The rates that a run went through, as the engine marks a forex pair of the two currencies: by the last of its finest
 * bars that had ended, or where there are none of these in a bar of a coarser series, by that (in front of the first its
 * open); else the rate that was given for all of it. Undefined where nothing tells one over time, such as where the pair
 * came as quotes.
 * @param given units of the base currency for one unit of each currency
 */
export function rateHistory(
  { series }: Universe,
  currency: string,
  base: string,
  given: Readonly<Record<string, number>> = {},
): RateAt | undefined {
  if (currency === base) return () => 1;
  const straight = barsOf(series, currency, base);
  const pairs = straight.length > 0 ? straight : barsOf(series, base, currency);
  if (pairs.length === 0) {
    const { [currency]: rate } = given;
    return rate === undefined ? undefined : () => rate;
  }
  const priceAt = marksOf(pairs);
  return straight.length > 0 ? priceAt : (instant) => 1 / priceAt(instant);
}

/** Bars of the pair in which one currency is bought with another, the finest first. */
function barsOf(series: readonly BarSeries[], bought: string, paid: string): readonly BarSeries[] {
  return series
    .filter(({ instrument: { assetClass, symbol, currency }, length }) => {
      return assetClass === "forex" && symbol.slice(0, 3) === bought && currency === paid && length > 0;
    })
    .sort((a, b) => a.size.ms - b.size.ms);
}

/** The latest close at instants in rising order. @param series of one instrument, the finest first */
function marksOf(series: readonly BarSeries[]): RateAt {
  const rows = series.map(() => -1);
  const first = series.reduce((earliest, one) => (one.start[0] < earliest.start[0] ? one : earliest));
  return (instant) => {
    let price = first.open[0];
    let latest = Number.NEGATIVE_INFINITY;
    let finestEnd = Number.NEGATIVE_INFINITY;
    for (let s = 0; s < series.length; s++) {
      const { start, end, close, length } = series[s];
      let row = rows[s];
      while (row + 1 < length && end[row + 1] <= instant) row++;
      rows[s] = row;
      if (row < 0) continue;
      if (s === 0) finestEnd = end[row];
      else if (finestEnd > start[row] || end[row] < latest) continue;
      price = close[row];
      latest = end[row];
    }
    return price;
  };
}

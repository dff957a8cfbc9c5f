import type { BarSeries } from "../core/market/bar-series.js";
import type { Universe } from "./universe.js";

/** What one unit of a currency was worth in the base currency, asked in order of time; epoch ms UTC. */
export type RateAt = (instant: number) => number;

/**
 * The rates that a run went through, as core/market/currency-rates.ts takes them: of the finest bars of a forex pair of
 * the two currencies the last that had ended (in front of the first its open), else the rate that was given for all of
 * it. Undefined where nothing tells one over time, such as where the pair came as quotes.
 * @param given units of the base currency for one unit of each currency
 */
export function rateHistory(
  { series }: Universe,
  currency: string,
  base: string,
  given: Readonly<Record<string, number>> = {},
): RateAt | undefined {
  if (currency === base) return () => 1;
  const straight = finestOf(series, currency, base);
  const pair = straight ?? finestOf(series, base, currency);
  if (pair === undefined) {
    const { [currency]: rate } = given;
    return rate === undefined ? undefined : () => rate;
  }
  let row = -1;
  return (instant) => {
    while (row + 1 < pair.length && pair.end[row + 1] <= instant) row++;
    const price = row < 0 ? pair.open[0] : pair.close[row];
    return straight === undefined ? 1 / price : price;
  };
}

/** The finest bars of the pair in which one currency is bought with another. */
function finestOf(series: readonly BarSeries[], bought: string, paid: string): BarSeries | undefined {
  return series
    .filter(({ instrument: { assetClass, symbol, currency }, length }) => {
      return assetClass === "forex" && symbol.slice(0, 3) === bought && currency === paid && length > 0;
    })
    .sort((a, b) => a.size.ms - b.size.ms)
    .at(0);
}

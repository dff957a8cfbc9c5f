import type { BarSeries } from "../core/market/bar-series.js";
import { isDailyOrLarger } from "../core/market/bar-size.js";
import type { CorporateActions, Split } from "../core/market/corporate-actions.js";
import type { Market } from "../core/market/market.js";
import { splitRatioOf } from "../data/checks/split-ratio.js";
import { price } from "../data/checks/words.js";

/** The largest share of a close that a bar may lie away from it unremarked, as by default for `data verify`. */
const MOVE = 0.2;
/** So many are told of one instrument. */
const LISTED = 3;

/** Stocks and funds whose prices jump from one session to the next as at a split that the run does not know. */
export function splitJumpsInWords(
  { instruments, series, finest }: Market,
  actions: readonly CorporateActions[],
  dateOf: (instant: number) => string,
): string[] {
  return instruments.flatMap(({ index, symbol, assetClass }) => {
    if (finest[index] < 0 || (assetClass !== "stock" && assetClass !== "etf")) return [];
    const bars = series[finest[index]];
    const jumps = jumpsOf(bars, actions[index].splits);
    if (jumps.length === 0) return [];
    const listed = jumps.slice(0, LISTED).map(({ row, ratio: [n, d] }) => {
      return `${n}:${d} on ${dateOf(bars.start[row])} (from ${price(bars.close[row - 1])} to ${price(bars.open[row])})`;
    });
    if (jumps.length > LISTED) listed.push(`${jumps.length - LISTED} more`);
    const what = jumps.length === 1 ? "a split" : "splits";
    return [
      `Prices of ${symbol} look like ${what} that nobody has adjusted for: ${listed.join(", ")}. What is gained or lost over such a jump is not real; docs/splits-and-dividends.md says how a run is told of splits.`,
    ];
  });
}

interface Jump {
  /** The first bar behind it. */
  readonly row: number;
  /** New units and old ones. */
  readonly ratio: readonly [number, number];
}

function jumpsOf(bars: BarSeries, splits: readonly Split[]): Jump[] {
  const { start, end, open, high, low, close, length } = bars;
  const jumps: Jump[] = [];
  // Larger bars may follow each other without a gap though a night lies between their prices.
  const touching = isDailyOrLarger(bars.size);
  for (let row = 1; row < length; row++) {
    const before = close[row - 1];
    if (!(high[row] > before * (1 + MOVE) || low[row] < before * (1 - MOVE))) continue;
    if (!(start[row] > end[row - 1] || touching)) continue;
    if (splits.some(({ time }) => time >= end[row - 1] && time <= start[row])) continue;
    const ratio = splitRatioOf(before, open[row], close[row]);
    if (ratio !== undefined) jumps.push({ row, ratio: [ratio[0], ratio[1]] });
  }
  return jumps;
}

import type { BarSeries, PriceColumns } from "./bar-series.js";
import { type Adjustment, type CorporateActions, splitRatio } from "./corporate-actions.js";
import { MarketError } from "./errors.js";

/**
 * What prices before a series of instants are multiplied by. Row r holds for bars that start before time[r] and not
 * before time[r - 1]: price x multiply / divide x kept, volume x divide / multiply. Bars that start at the last time or
 * later stay as they are.
 */
export interface AdjustmentSteps {
  readonly time: Float64Array;
  /** Splits as whole numbers, so that a price loses nothing to a rounded factor. */
  readonly multiply: Float64Array;
  readonly divide: Float64Array;
  /** The share of a price that was left when the dividends had gone; 1 without dividends. */
  readonly kept: Float64Array;
}

/**
 * The way from prices seen one way to prices seen another, such as from raw to "splits". A dividend D takes the factor
 * 1 - D / P of the prices before it, P being the last price before it: the CRSP method, also that of LEAN's factor
 * files. Only more can be taken out than has been: from "splits" there is no way back to raw.
 *
 * @param reference for dividends that do not know it, the last close before an instant: in the prices that are adjusted,
 * for one unit as it was just before the instant; NaN where there is none, and then the dividend changes nothing
 * @throws MarketError ADJUSTMENT_IMPOSSIBLE
 */
export function adjustmentSteps(
  actions: CorporateActions,
  from: Adjustment,
  to: Adjustment,
  reference: (time: number) => number,
): AdjustmentSteps {
  if (from !== to && (from === "all" || to === "raw")) throw new MarketError("ADJUSTMENT_IMPOSSIBLE", { from, to });
  const splits = from === "raw" && to !== "raw" ? actions.splits : [];
  const dividends = from !== "all" && to === "all" ? actions.dividends : [];
  const times = [...new Set([...splits, ...dividends].map((action) => action.time))].sort((a, b) => a - b);
  const steps = {
    time: Float64Array.from(times),
    multiply: new Float64Array(times.length),
    divide: new Float64Array(times.length),
    kept: new Float64Array(times.length),
  };
  // Amounts and references are money of their day; what is adjusted may be on another number of units already.
  const scaled = (time: number, money: number): number => {
    if (from === "raw") return money;
    const { numerator, denominator } = splitRatio(actions.splits, time);
    return (money * denominator) / numerator;
  };
  let kept = 1;
  for (let r = times.length - 1; r >= 0; r--) {
    const { numerator, denominator } = splitRatio(splits, times[r]);
    for (const { time, amount, reference: own } of dividends) {
      if (time !== times[r]) continue;
      const price = Number.isNaN(own) ? reference(time) : scaled(time, own);
      const share = 1 - scaled(time, amount) / price;
      // A liquidating payment of all there was would leave prices of nothing.
      if (share > 0 && share < Infinity) kept *= share;
    }
    steps.multiply[r] = denominator;
    steps.divide[r] = numerator;
    steps.kept[r] = kept;
  }
  return steps;
}

/**
 * Changes the prices and volumes of a series where they lie: hand over one that nobody else holds. Costs a few
 * operations a bar before the last step and none after it.
 */
export function applyAdjustment(series: BarSeries, steps: AdjustmentSteps): void {
  let row = 0;
  for (let r = 0; r < steps.time.length && row < series.length; r++) {
    const end = firstStartingAt(series, steps.time[r], row);
    const multiply = steps.multiply[r];
    const divide = steps.divide[r];
    const kept = steps.kept[r];
    for (const prices of [series, series.bid, series.ask]) {
      if (prices !== undefined) scalePrices(prices, row, end, multiply, divide, kept);
    }
    if (multiply !== divide) scale(series.volume, row, end, divide, multiply, 1);
    row = end;
  }
}

function scalePrices(prices: PriceColumns, from: number, to: number, multiply: number, divide: number, kept: number) {
  if (multiply === divide && kept === 1) return;
  scale(prices.open, from, to, multiply, divide, kept);
  scale(prices.high, from, to, multiply, divide, kept);
  scale(prices.low, from, to, multiply, divide, kept);
  scale(prices.close, from, to, multiply, divide, kept);
}

// In this order a price without dividends is rounded once where either number is 1. Every step is monotone, so that
// the high stays the highest and the low the lowest.
function scale(column: Float64Array, from: number, to: number, multiply: number, divide: number, kept: number): void {
  for (let row = from; row < to; row++) column[row] = ((column[row] * multiply) / divide) * kept;
}

function firstStartingAt(series: BarSeries, time: number, from: number): number {
  let low = from;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (series.start[middle] >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

import type { BarSeries } from "../core/market/bar-series.js";
import { type CorporateActions, NO_ACTIONS } from "../core/market/corporate-actions.js";
import type { EquityCurve } from "../core/statistics/inputs.js";

/**
 * What the starting cash would have been worth at the instants of an equity curve, had it bought the benchmark at the
 * first of them (at the price known then; before the first bar at its open) and held it: without fees, fractions
 * allowed, through its splits, with its dividends kept as cash.
 */
export function buyAndHold(
  curve: EquityCurve,
  bars: BarSeries,
  cash: number,
  actions: CorporateActions = NO_ACTIONS,
): EquityCurve {
  const value = new Float64Array(curve.length);
  let row = bars.firstEndingAfter(curve.time[0]) - 1;
  const bought = row < 0 ? bars.open[0] : bars.close[row];
  let units = cash / bought;
  let paid = 0;
  const { splits, dividends } = actions;
  let split = splits.findIndex(({ time }) => time > curve.time[0]);
  let dividend = dividends.findIndex(({ time }) => time > curve.time[0]);
  if (split < 0) split = splits.length;
  if (dividend < 0) dividend = dividends.length;
  for (let i = 0; i < curve.length; i++) {
    const now = curve.time[i];
    while (row + 1 < bars.length && bars.end[row + 1] <= now) {
      row++;
      const { end } = bars;
      // Of one day's two the dividend first: it is told for a unit as it was before the split.
      for (;;) {
        const nextDividend = dividend < dividends.length ? dividends[dividend].time : Infinity;
        const nextSplit = split < splits.length ? splits[split].time : Infinity;
        if (Math.min(nextDividend, nextSplit) > end[row]) break;
        if (nextDividend <= nextSplit) paid += units * dividends[dividend++].amount;
        else {
          const { numerator, denominator } = splits[split++];
          units = (units * numerator) / denominator;
        }
      }
    }
    value[i] = row < 0 ? cash : units * bars.close[row] + paid;
  }
  return { time: curve.time, value, length: curve.length };
}

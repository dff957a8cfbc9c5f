import type { BarSeries } from "../core/market/bar-series.js";
import type { EquityCurve } from "../core/statistics/inputs.js";

/**
 * What the starting cash would have been worth at the instants of an equity curve, had it bought the benchmark at the
 * first of them (at the price known then; before the first bar at its open) and held it: without fees, fractions
 * allowed.
 */
export function buyAndHold(curve: EquityCurve, bars: BarSeries, cash: number): EquityCurve {
  const value = new Float64Array(curve.length);
  let row = bars.firstEndingAfter(curve.time[0]) - 1;
  const bought = row < 0 ? bars.open[0] : bars.close[row];
  for (let i = 0; i < curve.length; i++) {
    const now = curve.time[i];
    while (row + 1 < bars.length && bars.end[row + 1] <= now) row++;
    value[i] = row < 0 ? cash : (cash * bars.close[row]) / bought;
  }
  return { time: curve.time, value, length: curve.length };
}

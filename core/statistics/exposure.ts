import type { EquityCurve, TradeTable } from "./inputs.js";
import { YEAR } from "./returns.js";

/**
 * Share of the curve's steps during which at least one trade was open for a part of the step: a step runs from one
 * point to the next, so on a curve marked once a bar it is the share of bars with a position. Trades may overlap.
 * Undefined with fewer than two points, or without trades: a position held to the end need not be in the table.
 */
export function timeInMarket(curve: EquityCurve, trades: TradeTable): number | undefined {
  const { time, length } = curve;
  const { entryTime, exitTime } = trades;
  if (length < 2 || trades.length === 0) return undefined;
  let exposed = 0;
  // The step that ends at `row`; it only ever moves back, so that no step is counted twice.
  let row = length - 1;
  for (let trade = trades.length - 1; trade >= 0; ) {
    // Backwards in order of exit, a trade joins the span behind it exactly when it ends no earlier than that begins.
    const end = exitTime[trade];
    let begin = entryTime[trade];
    for (trade--; trade >= 0 && exitTime[trade] >= begin; trade--) begin = Math.min(begin, entryTime[trade]);
    if (!(begin < end)) continue;
    while (row >= 1 && time[row - 1] >= end) row--;
    const last = row;
    while (row >= 1 && time[row] > begin) row--;
    exposed += last - row;
  }
  return exposed / (length - 1);
}

/**
 * Turnover: how often a year the account was bought and sold, (value of all fills / 2) / mean equity / years.
 * `daily` is the equity at the end of each day. Undefined when no time passed or mean equity is not above 0.
 */
export function annualTurnover(valueTraded: number, daily: EquityCurve): number | undefined {
  const { time, value, length } = daily;
  if (length < 2) return undefined;
  let sum = 0;
  for (let row = 0; row < length; row++) sum += value[row];
  const years = (time[length - 1] - time[0]) / YEAR;
  return sum > 0 && years > 0 ? valueTraded / 2 / (sum / length) / years : undefined;
}

import { StatisticsError } from "./errors.js";
import type { EquityCurve, TradeTable } from "./inputs.js";

/**
 * Holds a curve to its promises: instants strictly rising, values finite. One pass.
 * @throws StatisticsError CURVE_UNSORTED, CURVE_INVALID
 */
export function validateCurve(curve: EquityCurve, name = "equity curve"): void {
  const { time, value, length } = curve;
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < length; row++) {
    const instant = time[row];
    // Both comparisons are false for NaN; x - x is 0 only for a finite x.
    if (!(instant > last && instant < Number.POSITIVE_INFINITY)) {
      throw new StatisticsError("CURVE_UNSORTED", { curve: name, row, time: timeText(instant) });
    }
    const equity = value[row];
    if (equity - equity !== 0) {
      const details = { curve: name, row, time: timeText(instant), value: String(equity) };
      throw new StatisticsError("CURVE_INVALID", details);
    }
    last = instant;
  }
}

/**
 * Holds trades to theirs: exits in order, no exit before its entry, amounts finite, entry values and excursions not
 * below 0.
 * @throws StatisticsError TRADE_INVALID
 */
export function validateTrades(trades: TradeTable): void {
  const { entryTime, exitTime, profit, fees, entryValue, mae, mfe, length } = trades;
  for (let row = 0; row < length; row++) {
    const fits =
      exitTime[row] >= entryTime[row] &&
      (row === 0 || exitTime[row] >= exitTime[row - 1]) &&
      profit[row] - profit[row] === 0 &&
      fees[row] - fees[row] === 0 &&
      entryValue[row] >= 0 &&
      entryValue[row] < Number.POSITIVE_INFINITY &&
      !(mae[row] < 0) &&
      !(mfe[row] < 0);
    if (!fits) refuseTrade(trades, row);
  }
}

function refuseTrade(trades: TradeTable, row: number): never {
  const refuse = (field: string, value: number | string, rule: string): never => {
    throw new StatisticsError("TRADE_INVALID", { row, field, value, rule });
  };
  const { entryTime, exitTime, profit, fees, entryValue, mae, mfe } = trades;
  const exit = timeText(exitTime[row]);
  if (!(exitTime[row] >= entryTime[row])) refuse("exitTime", exit, "A trade ends at its entry or after it.");
  if (row > 0 && !(exitTime[row] >= exitTime[row - 1]))
    refuse("exitTime", exit, "List trades in order of their exits.");
  for (const [field, column] of Object.entries({ profit, fees })) {
    if (!Number.isFinite(column[row])) refuse(field, column[row], "It is a finite amount in base currency.");
  }
  if (mae[row] < 0) refuse("mae", mae[row], "Write an excursion as a fraction of 0 or more, or NaN.");
  if (mfe[row] < 0) refuse("mfe", mfe[row], "Write an excursion as a fraction of 0 or more, or NaN.");
  return refuse("entryValue", entryValue[row], "It is a finite amount of 0 or more.");
}

function timeText(instant: number): string {
  return Number.isFinite(instant) && Math.abs(instant) <= 8.64e15 ? new Date(instant).toISOString() : String(instant);
}

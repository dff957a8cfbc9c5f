import type { BacktestResult } from "../backtest/result.js";
import type { TradeLog } from "../core/portfolio/trade-log.js";
import { barsEach } from "./chart-data.js";
import type { PackedColumn, PackedColumns } from "./packed-columns.js";

/** Rows a table in a page takes along; what goes beyond is in the CSV file. */
export const ROW_LIMIT = 400_000;

/** The trades as the page shows them, in order of exit. */
export interface TradeData {
  /** Trades of the run, and how many of them are here. */
  readonly total: number;
  readonly count: number;
  /** From this one on trades are still open at the end of the run. */
  readonly firstOpen: number;
  readonly instrument: PackedColumn;
  /** The candles of entry and exit in the instrument's finest series; -1 where there is none. */
  readonly entryCandle: PackedColumn;
  readonly exitCandle: PackedColumn;
  readonly entryTime: PackedColumn;
  readonly exitTime: PackedColumn;
  readonly quantity: PackedColumn;
  readonly entryPrice: PackedColumn;
  readonly exitPrice: PackedColumn;
  readonly profit: PackedColumn;
  /** Profit as a fraction of the entry value. */
  readonly return: PackedColumn;
  readonly fees: PackedColumn;
  readonly bars: PackedColumn;
  /** Fractions of the entry price, 0 or more, or NaN. */
  readonly mae: PackedColumn;
  readonly mfe: PackedColumn;
}

export function tradeData(result: BacktestResult, packed: PackedColumns): TradeData {
  const { trades, tradeLog } = result;
  const count = Math.min(trades.length, ROW_LIMIT);
  const { entry, exit } = tradeCandles(result, count);
  const returns = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const value = trades.entryValue[row];
    // Entered at a price of 0, a trade has a profit and no return.
    returns[row] = value > 0 ? trades.profit[row] / value : Number.NaN;
  }
  return {
    total: trades.length,
    count,
    firstOpen: Math.min(tradeLog.length, count),
    instrument: packed.exact(trades.instrument, count),
    entryCandle: packed.exact(entry, count),
    exitCandle: packed.exact(exit, count),
    entryTime: packed.exact(trades.entryTime, count),
    exitTime: packed.exact(trades.exitTime, count),
    quantity: packed.rounded(trades.quantity, count, 8),
    entryPrice: packed.rounded(trades.entryPrice, count, 6),
    exitPrice: packed.rounded(trades.exitPrice, count, 6),
    profit: packed.rounded(trades.profit, count, 2),
    return: packed.rounded(returns, count, 6),
    fees: packed.rounded(trades.fees, count, 2),
    bars: packed.rounded(trades.bars, count, 0),
    mae: packed.rounded(trades.mae, count, 5),
    mfe: packed.rounded(trades.mfe, count, 5),
  };
}

/** In which candle each trade began and ended; one that is still open ends in the last candle. */
function tradeCandles(result: BacktestResult, count: number): { entry: Int32Array; exit: Int32Array } {
  const { trades, tradeLog, series, finest, instruments } = result;
  const each = instruments.map((_, index) => (finest[index] < 0 ? 1 : barsEach(series[finest[index]])));
  const last = instruments.map((_, index) => (finest[index] < 0 ? -1 : series[finest[index]].length - 1));
  const logRow = logRowsByExit(tradeLog);
  const entry = new Int32Array(count);
  const exit = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const instrument = trades.instrument[row];
    const finished = row < tradeLog.length ? (logRow === undefined ? row : logRow[row]) : -1;
    const from = finished < 0 ? openedInRow(result, row) : tradeLog.entryRow[finished];
    const to = finished < 0 ? last[instrument] : tradeLog.exitRow[finished];
    entry[row] = from < 0 ? -1 : Math.floor(from / each[instrument]);
    exit[row] = to < 0 ? -1 : Math.floor(to / each[instrument]);
  }
  return { entry, exit };
}

/** The table has the log's trades in order of exit, equal ones as they are in the log; undefined where the log has too. */
function logRowsByExit(log: TradeLog): Uint32Array | undefined {
  const { exitTime, length } = log;
  let inOrder = true;
  for (let row = 1; row < length && inOrder; row++) inOrder = exitTime[row] >= exitTime[row - 1];
  if (inOrder) return undefined;
  return Uint32Array.from({ length }, (_, row) => row).sort((a, b) => exitTime[a] - exitTime[b] || a - b);
}

/** The row in which the lot behind an open trade was bought; -1 where no bar matched. */
function openedInRow(result: BacktestResult, row: number): number {
  const { trades, tradeLog } = result;
  const lots = tradeLog.openLots(trades.instrument[row]);
  return lots.find((lot) => lot.time === trades.entryTime[row])?.row ?? -1;
}

import type { Instant } from "../market/bar-size.js";

/**
 * What an account was worth over time, as columns: rows 0 to length - 1 are valid, the arrays may be longer.
 * The first row is the starting cash, at the instant the run begins; every later row is stamped with the end of the
 * bar (or the instant of the event) that it values.
 */
export interface EquityCurve {
  /** Instants, epoch ms UTC, strictly rising. */
  readonly time: Float64Array;
  /** Equity in the account's base currency: cash plus the market value of all positions. */
  readonly value: Float64Array;
  readonly length: number;
}

/**
 * Finished trades, a column each: rows 0 to length - 1 are valid, in order of exit; the arrays may be longer.
 * A position that is still open when the run ends is a row too, marked to the last price, or it is not in any figure.
 */
export interface TradeTable {
  length: number;
  /** The instrument's index in the run. */
  readonly instrument: Int32Array;
  /** Instants, epoch ms UTC. */
  readonly entryTime: Float64Array;
  readonly exitTime: Float64Array;
  /** Units; above 0 for a long trade, below 0 for a short one. */
  readonly quantity: Float64Array;
  /** Average prices in the instrument's currency. */
  readonly entryPrice: Float64Array;
  readonly exitPrice: Float64Array;
  /** Net of fees, in base currency. */
  readonly profit: Float64Array;
  /** Fees of entry and exit, in base currency; positive is paid, negative is a rebate. */
  readonly fees: Float64Array;
  /** |quantity| x entry price x multiplier in base currency, 0 or more. A trade's return is profit / entryValue. */
  readonly entryValue: Float64Array;
  /** Bars held. */
  readonly bars: Float64Array;
  /** The furthest the price went against the trade, as a fraction of the entry price, 0 or more; NaN if not known. */
  readonly mae: Float64Array;
  /** The furthest the price went in favour of the trade, as a fraction of the entry price, 0 or more; NaN likewise. */
  readonly mfe: Float64Array;
}

/** What only the run itself knows. Each may be left out; the statistic that needs it is then undefined or derived. */
export interface RunTotals {
  /** Share of the run's bars in which a position was held, 0 to 1. Left out, it is taken from the trades. */
  readonly timeInMarket?: number;
  /** Value of all fills, buys and sells alike, in base currency. Left out, it is taken from the trades. */
  readonly valueTraded?: number;
  /** Fees paid, in base currency. Left out, it is the sum over the trades. */
  readonly fees?: number;
  /** Slippage paid: sum of |fill price - reference price| x quantity x multiplier, in base currency. */
  readonly slippage?: number;
}

/** One trade as its values, to write a row of a TradeTable in one go. */
export interface TradeRow {
  readonly instrument: number;
  readonly entryTime: Instant;
  readonly exitTime: Instant;
  readonly quantity: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  readonly profit: number;
  readonly fees: number;
  readonly entryValue: number;
  readonly bars: number;
  readonly mae?: number;
  readonly mfe?: number;
}

/** A table with room for `capacity` trades and none in it. */
export function tradeTable(capacity: number): TradeTable {
  const column = (): Float64Array => new Float64Array(capacity);
  return {
    length: 0,
    instrument: new Int32Array(capacity),
    entryTime: column(),
    exitTime: column(),
    quantity: column(),
    entryPrice: column(),
    exitPrice: column(),
    profit: column(),
    fees: column(),
    entryValue: column(),
    bars: column(),
    mae: column(),
    mfe: column(),
  };
}

/** A table of exactly these trades, which must be in order of exit. */
export function tradesFrom(rows: readonly TradeRow[]): TradeTable {
  const table = tradeTable(rows.length);
  table.length = rows.length;
  for (const [row, trade] of rows.entries()) {
    table.instrument[row] = trade.instrument;
    table.entryTime[row] = trade.entryTime;
    table.exitTime[row] = trade.exitTime;
    table.quantity[row] = trade.quantity;
    table.entryPrice[row] = trade.entryPrice;
    table.exitPrice[row] = trade.exitPrice;
    table.profit[row] = trade.profit;
    table.fees[row] = trade.fees;
    table.entryValue[row] = trade.entryValue;
    table.bars[row] = trade.bars;
    table.mae[row] = trade.mae ?? Number.NaN;
    table.mfe[row] = trade.mfe ?? Number.NaN;
  }
  return table;
}

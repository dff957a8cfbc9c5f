import type { Engine } from "../core/engine.js";
import type { BarSeries } from "../core/market/bar-series.js";
import type { SplitPassed } from "../core/portfolio/action-log.js";
import { type TradeTable, tradeTable } from "../core/statistics/inputs.js";
import { filledAtClose } from "./close-fills.js";

/**
 * The round trips of a run in the base currency, with what is still held at its end marked to the last price, and how
 * far each went for and against itself.
 *
 * Excursions: bars between entry and exit count whole. The bar of entry counts whole against the trade, and for it
 * only where the entry was at its open; the bar of exit counts with the exit price alone, for nobody knows which of its
 * extremes came first. What was entered at a bar's close was not there for that bar, and what was left at its close was
 * held through all of it. A trade that is still held has no bar of exit: its last bar counts whole.
 */
export function tradesOf(engine: Engine): TradeTable {
  const { trades: log, market } = engine;
  const open = market.instruments.flatMap((instrument) => engine.trades.openLots(instrument.index));
  const table = tradeTable(log.length + open.length);
  table.length = log.length + open.length;
  const order = inOrderOfExit(log.exitTime, log.length);
  for (let row = 0; row < log.length; row++) {
    const t = order === undefined ? row : order[row];
    write(engine, table, row, {
      instrument: log.instrument[t],
      quantity: log.quantity[t],
      entryTime: log.entryTime[t],
      exitTime: log.exitTime[t],
      entryPrice: log.entryPrice[t],
      exitPrice: log.exitPrice[t],
      profit: log.profit[t],
      fees: log.fees[t],
      entryRow: log.entryRow[t],
      exitRow: exitRowOf(engine, t),
      entryOrder: log.entryOrder[t],
      exitOrder: log.exitOrder[t],
    });
  }
  for (const [i, lot] of open.entries()) {
    const { multiplier } = market.instruments[lot.instrument];
    const price = engine.portfolio.mark[lot.instrument];
    const finest = market.finest[lot.instrument];
    write(engine, table, log.length + i, {
      instrument: lot.instrument,
      quantity: lot.quantity,
      entryTime: lot.time,
      exitTime: engine.clock.now,
      entryPrice: lot.price,
      exitPrice: price,
      profit: lot.quantity * (price - lot.price) * multiplier - lot.fee,
      fees: lot.fee,
      entryRow: lot.row,
      exitRow: finest < 0 ? -1 : market.row[finest],
      entryOrder: lot.order,
      exitOrder: NONE,
    });
  }
  return table;
}

/**
 * The bar that a trade of the log ended in; -1 where its entry has none. Cash for a part of a unit is paid between two
 * bars, which is an exit at the beginning of the later one.
 */
function exitRowOf({ trades: log, market }: Engine, trade: number): number {
  const exitRow = log.exitRow[trade];
  if (exitRow >= 0 || log.entryRow[trade] < 0) return exitRow;
  return market.series[market.finest[log.instrument[trade]]].firstEndingAfter(log.exitTime[trade]);
}

/** Rows by exit time; undefined where they are in order already, as they are but for several exits in one bar. */
function inOrderOfExit(time: Float64Array, length: number): Uint32Array | undefined {
  let sorted = true;
  for (let t = 1; t < length && sorted; t++) sorted = time[t] >= time[t - 1];
  if (sorted) return undefined;
  return Uint32Array.from({ length }, (_, t) => t).sort((a, b) => time[a] - time[b] || a - b);
}

interface RoundTrip {
  instrument: number;
  quantity: number;
  entryTime: number;
  exitTime: number;
  entryPrice: number;
  exitPrice: number;
  profit: number;
  fees: number;
  entryRow: number;
  /** The bar of exit, or the last one of a trade that is still held. */
  exitRow: number;
  entryOrder: number;
  /** NONE of a trade that is still held. */
  exitOrder: number;
}

const NONE = -1;
/** Profits below this share of what was entered are none. */
const NOTHING = 1e-12;

function write(engine: Engine, table: TradeTable, row: number, trip: RoundTrip): void {
  const { market, portfolio } = engine;
  const { instrument } = trip;
  const rate = portfolio.rate[portfolio.currencyOf[instrument]];
  const finest = market.finest[instrument];
  table.instrument[row] = instrument;
  table.entryTime[row] = trip.entryTime;
  table.exitTime[row] = trip.exitTime;
  table.quantity[row] = trip.quantity;
  table.entryPrice[row] = trip.entryPrice;
  table.exitPrice[row] = trip.exitPrice;
  const entryValue = Math.abs(trip.quantity * trip.entryPrice) * market.instruments[instrument].multiplier;
  // What is left of a sum of doubles that should be zero neither won nor lost.
  const isNothing = Math.abs(trip.profit) <= NOTHING * entryValue;
  table.profit[row] = isNothing ? 0 : trip.profit * rate;
  table.fees[row] = trip.fees * rate;
  table.entryValue[row] = entryValue * rate;
  const known = finest >= 0 && trip.entryRow >= 0 && trip.exitRow >= 0;
  table.bars[row] = known ? trip.exitRow - trip.entryRow : 0;
  table.mae[row] = Number.NaN;
  table.mfe[row] = Number.NaN;
  if (known) writeExcursions(engine, market.series[finest], table, row, trip);
}

/** The splits of an instrument that the run went through: prices of bars before one are told on other units. */
function splitsOf(engine: Engine, instrument: number): readonly SplitPassed[] {
  const { splits } = engine.actions.log;
  return splits.length === 0 ? splits : splits.filter((split) => split.instrument === instrument);
}

/** Highs and lows of the bars that were held, of rows below `left`, on the units of the exit; other rows are empty. */
function onUnitsOf(
  bars: BarSeries,
  { entryRow, exitRow, exitOrder }: RoundTrip,
  left: number,
  splits: readonly SplitPassed[],
): { high: Record<number, number>; low: Record<number, number> } {
  const high: Record<number, number> = {};
  const low: Record<number, number> = {};
  // What is still held has gone through every split there was, those behind its last bar too.
  const exit = exitOrder === NONE || exitRow === bars.length ? Infinity : bars.end[exitRow];
  for (let r = entryRow; r < left; r++) {
    const factor = factorAt(splits, bars.end[r], exit);
    high[r] = bars.high[r] * factor;
    low[r] = bars.low[r] * factor;
  }
  return { high, low };
}

/** What a price of a bar that ended at `end` is on the units of an exit. A bar ends in front of a split of its end. */
function factorAt(splits: readonly SplitPassed[], end: number, exit: number): number {
  let factor = 1;
  for (const split of splits) {
    if (split.time >= end && split.time < exit) factor *= split.denominator / split.numerator;
  }
  return factor;
}

function writeExcursions(engine: Engine, bars: BarSeries, table: TradeTable, row: number, trip: RoundTrip): void {
  const { entryRow, exitRow, entryTime, exitTime, entryOrder, exitOrder, entryPrice, exitPrice } = trip;
  const isHeld = exitOrder === NONE || filledAtClose(engine, exitOrder, exitTime, bars.end[exitRow]);
  /** The first bar that was not held to its end. */
  const left = isHeld ? exitRow + 1 : exitRow;
  const splits = splitsOf(engine, trip.instrument);
  const { high, low } = splits.length === 0 ? bars : onUnitsOf(bars, trip, left, splits);
  let top = Math.max(entryPrice, exitPrice);
  let bottom = Math.min(entryPrice, exitPrice);
  for (let r = entryRow + 1; r < left; r++) {
    if (high[r] > top) top = high[r];
    if (low[r] < bottom) bottom = low[r];
  }
  const long = trip.quantity > 0;
  if (left > entryRow && !filledAtClose(engine, entryOrder, entryTime, bars.end[entryRow])) {
    const atOpen = entryTime === bars.start[entryRow];
    if ((atOpen || !long) && high[entryRow] > top) top = high[entryRow];
    if ((atOpen || long) && low[entryRow] < bottom) bottom = low[entryRow];
  }
  const up = (top - entryPrice) / Math.abs(entryPrice);
  const down = (entryPrice - bottom) / Math.abs(entryPrice);
  table.mfe[row] = long ? up : down;
  table.mae[row] = long ? down : up;
}

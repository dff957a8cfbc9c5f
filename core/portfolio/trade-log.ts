import { FIRST_ROWS, GROWTH, widerDoubles, widerInts } from "../columns.js";
import { DUST } from "../dust.js";
import type { SplitPassed } from "./action-log.js";
import type { FillLog } from "./fill-log.js";

/**
 * Round trips as columns, and the open lots they come from. Exits close the oldest lot first (FIFO); the fills of one
 * order make one lot, and the fills of one exit order that close one lot make one trade. Profit is net of the fees of
 * both sides and of slippage, in the instrument's currency; quantities are signed (short below zero).
 */
export class TradeLog {
  length = 0;
  instrument = new Int32Array(FIRST_ROWS);
  entryOrder = new Int32Array(FIRST_ROWS);
  exitOrder = new Int32Array(FIRST_ROWS);
  /** Bars of entry and exit as rows of the instrument's finest series; -1 where no bar matched. */
  entryRow = new Int32Array(FIRST_ROWS);
  exitRow = new Int32Array(FIRST_ROWS);
  quantity = new Float64Array(FIRST_ROWS);
  entryPrice = new Float64Array(FIRST_ROWS);
  exitPrice = new Float64Array(FIRST_ROWS);
  entryTime = new Float64Array(FIRST_ROWS);
  exitTime = new Float64Array(FIRST_ROWS);
  profit = new Float64Array(FIRST_ROWS);
  fees = new Float64Array(FIRST_ROWS);

  /** The open lots of each instrument, oldest first. */
  private readonly lots: Lot[][];
  /** The latest trade of each instrument; -1 before its first. */
  private readonly latest: Int32Array;
  private readonly spare: Lot[] = [];

  /** Fills of a log that have been taken. */
  private taken = 0;
  private passed = 0;

  constructor(instruments: number) {
    this.lots = Array.from({ length: instruments }, () => []);
    this.latest = new Int32Array(instruments).fill(-1);
  }

  /**
   * Takes the fills that have come since: trades follow from fills, and nobody asks for them while a run goes on.
   * Multipliers are by instrument.
   */
  follow(fills: FillLog, multipliers: Float64Array, splits: readonly SplitPassed[]): this {
    const { order, instrument, row, quantity, price, fee, time } = fills;
    for (let f = this.taken; f < fills.length; f++) {
      this.passSplits(splits, f);
      const multiplier = multipliers[instrument[f]];
      this.fill(order[f], instrument[f], row[f], quantity[f], price[f], fee[f], time[f], multiplier);
    }
    this.taken = fills.length;
    this.passSplits(splits, fills.length);
    return this;
  }

  /** Open lots go through the splits that came before a fill: their entry is told on the units of their exit. */
  private passSplits(splits: readonly SplitPassed[], fill: number): void {
    for (; this.passed < splits.length && splits[this.passed].fills <= fill; this.passed++) {
      const { instrument, numerator, denominator } = splits[this.passed];
      for (const lot of this.lots[instrument]) {
        lot.quantity = (lot.quantity * numerator) / denominator;
        lot.price = (lot.price * denominator) / numerator;
      }
    }
  }

  /** Lots not yet closed, oldest first. */
  openLots(instrument: number): readonly Readonly<Lot>[] {
    return this.lots[instrument];
  }

  fill(
    order: number,
    instrument: number,
    row: number,
    quantity: number,
    price: number,
    fee: number,
    time: number,
    multiplier: number,
  ): void {
    const lots = this.lots[instrument];
    const total = quantity;
    let left = quantity;
    while (left !== 0 && lots.length > 0 && lots[0].quantity * left < 0) {
      const lot = lots[0];
      const closed = Math.abs(left) < Math.abs(lot.quantity) ? -left : lot.quantity;
      const share = closed / lot.quantity;
      const entryFee = lot.fee * share;
      const exitFee = fee * Math.abs(closed / total);
      const profit = closed * (price - lot.price) * multiplier - entryFee - exitFee;
      this.close(lot, order, row, closed, price, time, profit, entryFee + exitFee);
      lot.fee -= entryFee;
      lot.quantity = Math.abs(lot.quantity - closed) < DUST ? 0 : lot.quantity - closed;
      left = Math.abs(left + closed) < DUST ? 0 : left + closed;
      if (lot.quantity === 0) {
        lots.shift();
        this.spare.push(lot);
      }
    }
    if (left === 0) return;
    const openFee = fee * (left / total);
    const last = lots.length > 0 ? lots[lots.length - 1] : undefined;
    if (last !== undefined && last.order === order) {
      last.price = (last.price * last.quantity + price * left) / (last.quantity + left);
      last.quantity += left;
      last.fee += openFee;
      return;
    }
    const lot = this.spare.pop() ?? { order: 0, instrument: 0, row: 0, quantity: 0, price: 0, fee: 0, time: 0 };
    lot.order = order;
    lot.instrument = instrument;
    lot.row = row;
    lot.quantity = left;
    lot.price = price;
    lot.fee = openFee;
    lot.time = time;
    lots.push(lot);
  }

  private close(
    lot: Lot,
    order: number,
    row: number,
    quantity: number,
    price: number,
    time: number,
    profit: number,
    fees: number,
  ): void {
    const last = this.latest[lot.instrument];
    if (
      last >= 0 &&
      this.exitOrder[last] === order &&
      this.entryOrder[last] === lot.order &&
      this.entryPrice[last] === lot.price
    ) {
      const before = this.quantity[last];
      this.exitPrice[last] = (this.exitPrice[last] * before + price * quantity) / (before + quantity);
      this.quantity[last] = before + quantity;
      this.exitTime[last] = time;
      this.exitRow[last] = row;
      this.profit[last] += profit;
      this.fees[last] += fees;
      return;
    }
    const index = this.length;
    if (index === this.instrument.length) this.grow();
    this.length = index + 1;
    this.latest[lot.instrument] = index;
    this.instrument[index] = lot.instrument;
    this.entryOrder[index] = lot.order;
    this.exitOrder[index] = order;
    this.entryRow[index] = lot.row;
    this.exitRow[index] = row;
    this.quantity[index] = quantity;
    this.entryPrice[index] = lot.price;
    this.exitPrice[index] = price;
    this.entryTime[index] = lot.time;
    this.exitTime[index] = time;
    this.profit[index] = profit;
    this.fees[index] = fees;
  }

  private grow(): void {
    const size = this.instrument.length * GROWTH;
    this.instrument = widerInts(this.instrument, size);
    this.entryOrder = widerInts(this.entryOrder, size);
    this.exitOrder = widerInts(this.exitOrder, size);
    this.entryRow = widerInts(this.entryRow, size);
    this.exitRow = widerInts(this.exitRow, size);
    this.quantity = widerDoubles(this.quantity, size);
    this.entryPrice = widerDoubles(this.entryPrice, size);
    this.exitPrice = widerDoubles(this.exitPrice, size);
    this.entryTime = widerDoubles(this.entryTime, size);
    this.exitTime = widerDoubles(this.exitTime, size);
    this.profit = widerDoubles(this.profit, size);
    this.fees = widerDoubles(this.fees, size);
  }
}

/** Units of one entry order that are still held. */
export interface Lot {
  order: number;
  instrument: number;
  row: number;
  /** Signed units left. */
  quantity: number;
  /** Average entry price. */
  price: number;
  /** Entry fees that belong to the units left. */
  fee: number;
  time: number;
}

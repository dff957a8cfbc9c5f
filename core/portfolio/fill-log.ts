import type { Clock } from "../clock.js";
import { FIRST_ROWS, GROWTH, widerDoubles, widerInts } from "../columns.js";
import type { FillReport } from "./fill-report.js";

/**
 * Every fill of a run as columns. Quantities are units with the sign of the side, prices in the instrument's
 * currency, fees and slippage in the instrument's currency, instants in epoch ms UTC.
 */
export class FillLog {
  length = 0;
  order: Int32Array;
  instrument: Int32Array;
  /** The bar it happened in, as a row of the instrument's finest series; -1 where no bar matched. */
  row: Int32Array;
  quantity: Float64Array;
  price: Float64Array;
  fee: Float64Array;
  /** What slippage cost, included in the price already. */
  slippage: Float64Array;
  /** When it happened: the bar's start for a fill at the open, its end where the moment inside is not known. */
  time: Float64Array;
  /** When it could be known first. */
  knownAt: Float64Array;

  /** @param rows that there is room for at first */
  constructor(rows = FIRST_ROWS) {
    this.order = new Int32Array(rows);
    this.instrument = new Int32Array(rows);
    this.row = new Int32Array(rows);
    this.quantity = new Float64Array(rows);
    this.price = new Float64Array(rows);
    this.fee = new Float64Array(rows);
    this.slippage = new Float64Array(rows);
    this.time = new Float64Array(rows);
    this.knownAt = new Float64Array(rows);
  }

  /** Adds a fill of an order of `instrument` and `side` (+1 buys, -1 sells) that becomes known now; returns its row. */
  add(report: FillReport, instrument: number, side: number, clock: Clock): number {
    const index = this.length;
    if (index === this.order.length) this.grow();
    this.length = index + 1;
    this.order[index] = report.order;
    this.instrument[index] = instrument;
    this.row[index] = report.row;
    this.quantity[index] = report.quantity * side;
    this.price[index] = report.price;
    this.fee[index] = report.fee;
    this.slippage[index] = report.slippage;
    this.time[index] = report.time;
    this.knownAt[index] = clock.now;
    return index;
  }

  /** Adds a fee, in the instrument's currency, to the latest fill of an order. */
  charge(order: number, amount: number): void {
    for (let row = this.length - 1; row >= 0; row--) {
      if (this.order[row] !== order) continue;
      this.fee[row] += amount;
      return;
    }
  }

  private grow(): void {
    const size = this.order.length * GROWTH;
    this.order = widerInts(this.order, size);
    this.instrument = widerInts(this.instrument, size);
    this.row = widerInts(this.row, size);
    this.quantity = widerDoubles(this.quantity, size);
    this.price = widerDoubles(this.price, size);
    this.fee = widerDoubles(this.fee, size);
    this.slippage = widerDoubles(this.slippage, size);
    this.time = widerDoubles(this.time, size);
    this.knownAt = widerDoubles(this.knownAt, size);
  }
}

import { FIRST_ROWS, GROWTH, widerDoubles, widerInts } from "../columns.js";

/**
 * Every fill of a run as columns. Quantities are units with the sign of the side, prices in the instrument's
 * currency, fees and slippage in the instrument's currency, instants in epoch ms UTC.
 */
export class FillLog {
  length = 0;
  order = new Int32Array(FIRST_ROWS);
  instrument = new Int32Array(FIRST_ROWS);
  /** The bar it happened in, as a row of the instrument's finest series; -1 where no bar matched. */
  row = new Int32Array(FIRST_ROWS);
  quantity = new Float64Array(FIRST_ROWS);
  price = new Float64Array(FIRST_ROWS);
  fee = new Float64Array(FIRST_ROWS);
  /** What slippage cost, included in the price already. */
  slippage = new Float64Array(FIRST_ROWS);
  /** When it happened: the bar's start for a fill at the open, its end where the moment inside is not known. */
  time = new Float64Array(FIRST_ROWS);
  /** When it could be known first. */
  knownAt = new Float64Array(FIRST_ROWS);

  add(
    order: number,
    instrument: number,
    row: number,
    quantity: number,
    price: number,
    fee: number,
    slippage: number,
    time: number,
    knownAt: number,
  ): number {
    const index = this.length;
    if (index === this.order.length) this.grow();
    this.length = index + 1;
    this.order[index] = order;
    this.instrument[index] = instrument;
    this.row[index] = row;
    this.quantity[index] = quantity;
    this.price[index] = price;
    this.fee[index] = fee;
    this.slippage[index] = slippage;
    this.time[index] = time;
    this.knownAt[index] = knownAt;
    return index;
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

import { FIRST_ROWS, GROWTH, widerDoubles, widerInts } from "../../core/columns.js";
import type { OrderBook } from "../../core/orders/order-book.js";

/** What the simulated broker keeps of each order beside the book, as columns by the order's row. */
export class SimOrders {
  /** When it ends by its time in force; Infinity for never. */
  expiry = new Float64Array(FIRST_ROWS);
  /** Money set aside for each unit of it, in the instrument's currency. */
  promised = new Float64Array(FIRST_ROWS);
  /** The bar it was born inside of, as a row of the instrument's finest series; -1 for none. */
  bornIn = new Int32Array(FIRST_ROWS);
  /** How it was born there: INSIDE, FALLING or RISING of intrabar.ts. */
  birth = new Int32Array(FIRST_ROWS);
  birthPrice = new Float64Array(FIRST_ROWS);
  /** Where on the bar's path, for the policy "ohlc". */
  birthPoint = new Float64Array(FIRST_ROWS);
  /** 1 once it has stood in the market for an event: then it rests. */
  rested = new Int32Array(FIRST_ROWS);
  /** When its first fill happened; NaN before it. */
  filledAt = new Float64Array(FIRST_ROWS);
  /** Units of its fills that its exits, of which one cancels the other, have closed. */
  exited = new Float64Array(FIRST_ROWS);
  /** Its quantity when it was last sent or modified: exits of that size follow the next change of it. */
  sent = new Float64Array(FIRST_ROWS);

  /** When its cancel was asked for inside a bar that is not known yet; NaN for none. */
  cancelAt = new Float64Array(FIRST_ROWS);
  /** When it was modified inside such a bar, and what it had been until then; NaN for not. */
  changedAt = new Float64Array(FIRST_ROWS);
  oldMadeAt = new Float64Array(FIRST_ROWS);
  oldLimit = new Float64Array(FIRST_ROWS);
  oldStop = new Float64Array(FIRST_ROWS);
  oldQuantity = new Float64Array(FIRST_ROWS);

  reset(order: number): void {
    if (order >= this.expiry.length) this.grow(order);
    this.expiry[order] = Infinity;
    this.promised[order] = 0;
    this.bornIn[order] = -1;
    this.birth[order] = 0;
    this.rested[order] = 0;
    this.filledAt[order] = Number.NaN;
    this.exited[order] = 0;
    this.cancelAt[order] = Number.NaN;
    this.changedAt[order] = Number.NaN;
  }

  /** Notes what an order stands at, for the bar in which it is modified next. */
  note(order: number, book: OrderBook): void {
    this.oldMadeAt[order] = book.madeAt[order];
    this.oldLimit[order] = book.limit[order];
    this.oldStop[order] = book.stop[order];
    this.oldQuantity[order] = book.quantity[order];
  }

  private grow(order: number): void {
    const size = Math.max(order + 1, this.expiry.length * GROWTH);
    this.expiry = widerDoubles(this.expiry, size);
    this.promised = widerDoubles(this.promised, size);
    this.bornIn = widerInts(this.bornIn, size);
    this.birth = widerInts(this.birth, size);
    this.birthPrice = widerDoubles(this.birthPrice, size);
    this.birthPoint = widerDoubles(this.birthPoint, size);
    this.rested = widerInts(this.rested, size);
    this.filledAt = widerDoubles(this.filledAt, size);
    this.exited = widerDoubles(this.exited, size);
    this.sent = widerDoubles(this.sent, size);
    this.cancelAt = widerDoubles(this.cancelAt, size);
    this.changedAt = widerDoubles(this.changedAt, size);
    this.oldMadeAt = widerDoubles(this.oldMadeAt, size);
    this.oldLimit = widerDoubles(this.oldLimit, size);
    this.oldStop = widerDoubles(this.oldStop, size);
    this.oldQuantity = widerDoubles(this.oldQuantity, size);
  }
}

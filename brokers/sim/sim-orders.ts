import { widerDoubles, widerInts } from "../../core/columns.js";

/** What the simulated broker keeps of each order beside the book, as columns by the order's row. */
export class SimOrders {
  /** When it ends by its time in force; Infinity for never. */
  expiry = new Float64Array(64);
  /** Money set aside for it at submission, in the instrument's currency. */
  promised = new Float64Array(64);
  /** The bar it was born inside of, as a row of the instrument's finest series; -1 for none. */
  bornIn = new Int32Array(64);
  /** How it was born there: INSIDE, FALLING or RISING of intrabar.ts. */
  birth = new Int32Array(64);
  birthPrice = new Float64Array(64);
  /** Where on the bar's path, for the policy "ohlc". */
  birthPoint = new Float64Array(64);
  /** 1 once it has stood in the market for an event: then it rests. */
  rested = new Int32Array(64);

  reset(order: number): void {
    if (order >= this.expiry.length) this.grow(order);
    this.expiry[order] = Infinity;
    this.promised[order] = 0;
    this.bornIn[order] = -1;
    this.birth[order] = 0;
    this.rested[order] = 0;
  }

  private grow(order: number): void {
    const size = Math.max(order + 1, this.expiry.length * 2);
    this.expiry = widerDoubles(this.expiry, size);
    this.promised = widerDoubles(this.promised, size);
    this.bornIn = widerInts(this.bornIn, size);
    this.birth = widerInts(this.birth, size);
    this.birthPrice = widerDoubles(this.birthPrice, size);
    this.birthPoint = widerDoubles(this.birthPoint, size);
    this.rested = widerInts(this.rested, size);
  }
}

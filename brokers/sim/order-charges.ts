import { widerDoubles, widerInts } from "../../core/columns.js";

/**
 * What each order has filled and been charged on its latest trade date, by the order's row. A minimum or a cap holds
 * for an order on a trade date, so a model charges the fee of the order so far less what it has charged already.
 * Values and charges are in the instrument's currency.
 */
export class OrderCharges {
  quantity = new Float64Array(64);
  value = new Float64Array(64);
  /** Commission before minimum and cap. */
  accrued = new Float64Array(64);
  /** Fees of third parties, which no minimum and no cap touches. */
  passedOn = new Float64Array(64);
  charged = new Float64Array(64);
  private day = new Int32Array(64);

  /** Whether an order has filled on this trade date before; its columns count for nothing otherwise. */
  has(order: number, tradeDate: number): boolean {
    return order < this.day.length && this.day[order] === tradeDate;
  }

  set(
    order: number,
    tradeDate: number,
    quantity: number,
    value: number,
    accrued: number,
    passedOn: number,
    charged: number,
  ): void {
    if (order >= this.day.length) this.grow(order);
    this.day[order] = tradeDate;
    this.quantity[order] = quantity;
    this.value[order] = value;
    this.accrued[order] = accrued;
    this.passedOn[order] = passedOn;
    this.charged[order] = charged;
  }

  clear(): void {
    this.day.fill(0);
  }

  private grow(order: number): void {
    const size = Math.max(order + 1, this.day.length * 2);
    this.day = widerInts(this.day, size);
    this.quantity = widerDoubles(this.quantity, size);
    this.value = widerDoubles(this.value, size);
    this.accrued = widerDoubles(this.accrued, size);
    this.passedOn = widerDoubles(this.passedOn, size);
    this.charged = widerDoubles(this.charged, size);
  }
}

/** What the fill of an order has cost. */
export interface FillFee {
  /** Row of its order. */
  readonly order: number;
  readonly execution: string;
  /** In the instrument's currency; NaN before the broker has told it. */
  readonly fee: number;
}

/** More than anybody is shown. */
const KEPT = 50;

/**
 * What the latest fills have cost, as far as the broker has told it: it tells that behind the fill, where the engine has 0,
 * and it adds what comes late to the latest fill of the order.
 */
export class FillFees {
  /** As they were told to the engine, fills that were taken back among them; the newest last. */
  readonly latest: FillFee[] = [];

  add(order: number, execution: string, fee: number): void {
    this.latest.push({ order, execution, fee });
    if (this.latest.length > KEPT) this.latest.shift();
  }

  charge(execution: string, amount: number): void {
    const { latest } = this;
    const place = latest.findIndex((one) => one.execution === execution);
    if (place < 0) return;
    const { fee } = latest[place];
    latest[place] = { ...latest[place], fee: fee === fee ? fee + amount : amount };
  }
}

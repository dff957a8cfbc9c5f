import type { OrderRecord } from "../ledger/order-record.js";

/** Which record of the ledger each row of this run's order book is. */
export class OrderRows {
  private readonly records: (OrderRecord | undefined)[] = [];

  bind(row: number, record: OrderRecord): void {
    record.row = row;
    this.records[row] = record;
  }

  /** Undefined of an order that was never sent. */
  at(row: number): OrderRecord | undefined {
    return row < 0 ? undefined : this.records[row];
  }
}

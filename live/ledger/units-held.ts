import type { Ledger } from "./ledger.js";
import type { OrderRecord } from "./order-record.js";

/** Whether an order closes what another opens. */
export function isExitOf({ intent }: OrderRecord, { intent: parent }: OrderRecord): boolean {
  return intent.parent === parent.id && intent.symbol === parent.symbol && intent.side !== parent.side;
}

/** Units that an order has opened and its exits have not closed. */
export function unitsHeld(ledger: Ledger, parent: OrderRecord): number {
  return openedBy(parent) - unitsExited(ledger, parent);
}

/** Units that the exits of an order have closed, those that have ended included. */
export function unitsExited(ledger: Ledger, parent: OrderRecord): number {
  let exited = 0;
  for (const record of ledger.records) if (isExitOf(record, parent)) exited += openedBy(record);
  return exited;
}

/** Units that an order has filled, as they are counted today. */
export function openedBy({ filled, splitSince }: OrderRecord): number {
  return filled * splitSince;
}

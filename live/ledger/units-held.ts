import type { OrderRecord } from "./order-record.js";

interface Orders {
  readonly records: readonly OrderRecord[];
}

/** Whether an order closes what another opens. */
export function isExitOf({ intent }: OrderRecord, { intent: parent }: OrderRecord): boolean {
  return intent.parent === parent.id && intent.symbol === parent.symbol && intent.side !== parent.side;
}

/** Units that an order has opened, its exits have not closed and no operator has taken off. */
export function unitsHeld(ledger: Orders, parent: OrderRecord): number {
  return openedBy(parent) - unitsExited(ledger, parent);
}

/** Units of an order that its exits have closed, those that have ended included, or that an operator has taken off. */
export function unitsExited(ledger: Orders, parent: OrderRecord): number {
  let exited = parent.takenOff * parent.splitSince;
  for (const record of ledger.records) if (isExitOf(record, parent)) exited += openedBy(record);
  return exited;
}

/** Units that an order has filled, as they are counted today. */
export function openedBy({ filled, splitSince }: OrderRecord): number {
  return filled * splitSince;
}

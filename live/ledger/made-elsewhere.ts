import type { LedgerIdentity } from "./ledger.js";
import type { OrderRecord } from "./order-record.js";

/** Whether another client has made an order, or a hand in TWS: nobody else can change or cancel it. */
export function isMadeElsewhere(
  { identity }: { readonly identity: LedgerIdentity },
  { intent }: Pick<OrderRecord, "intent">,
): boolean {
  return intent.clientId !== identity.clientId || intent.orderId <= 0;
}

/**
 * Whether no order of ours can be made to wait for it: the broker finds a parent by its id among the orders of the client
 * that names it, and there another order has that id, or none. Behind its end nothing waits for it any more.
 */
export function isOutOfReach(ledger: { readonly identity: LedgerIdentity }, record: OrderRecord): boolean {
  return !record.isEndHeard && isMadeElsewhere(ledger, record);
}

import type { LedgerIdentity } from "./ledger.js";
import type { OrderRecord } from "./order-record.js";

/** Whether another client has made an order, or a hand in TWS: nobody else can change or cancel it. */
export function isMadeElsewhere(
  { identity }: { readonly identity: LedgerIdentity },
  { intent }: Pick<OrderRecord, "intent">,
): boolean {
  return intent.clientId !== identity.clientId || intent.orderId <= 0;
}

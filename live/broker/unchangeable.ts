import { AUX_PRICE_IS } from "../../brokers/ib/order-names.js";
import type { Denial } from "../../core/orders/denial.js";
import type { Ledger } from "../ledger/ledger.js";
import { isMadeElsewhere } from "../ledger/made-elsewhere.js";
import type { OrderRecord } from "../ledger/order-record.js";

/**
 * Why a session cannot change an order that it has adopted: another client has made it, under whose id our client would
 * make another order or change one of its own; or not all is known that a change has to say again.
 */
export function whyUnchangeable(ledger: Ledger, record: OrderRecord): Denial | undefined {
  const { clientId: client, type, tif, goodTill, trail } = record.intent;
  if (isMadeElsewhere(ledger, record)) {
    const reason = `only client id ${client}, which made it, can change it`;
    return { code: "OTHER_CLIENT", details: { client, reason } };
  }
  const unknown =
    tif === "GTD" && goodTill !== goodTill
      ? "when it ends"
      : AUX_PRICE_IS[type] === "trail" && trail !== trail
        ? "how far it trails"
        : undefined;
  if (unknown === undefined) return undefined;
  return {
    code: "TERMS_UNKNOWN",
    details: { reason: `${unknown} is not known here, and a change would have to say it` },
  };
}

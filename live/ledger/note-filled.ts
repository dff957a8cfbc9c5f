import type { Instant } from "../../core/market/bar-size.js";
import type { Ledger } from "./ledger.js";
import type { OrderRecord } from "./order-record.js";

/** Ends an order all of whose fills are booked: that it was filled needs no status. */
export function noteFilled(ledger: Ledger, { intent, permId, filled }: OrderRecord, at: Instant): void {
  ledger.note({
    kind: "status",
    at,
    intent: intent.id,
    source: "completed",
    status: "Filled",
    filled,
    averagePrice: Number.NaN,
    permId,
    whyHeld: "",
    said: "",
    quantity: Number.NaN,
    limit: Number.NaN,
    aux: Number.NaN,
  });
}

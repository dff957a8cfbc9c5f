import type { Instant } from "../../core/market/bar-size.js";
import { SECOND } from "../../core/market/bar-size.js";
import { DUST } from "./fill-count.js";
import type { Ledger } from "./ledger.js";
import type { OrderRecord } from "./order-record.js";

/** How long the broker has to end what waited for an order that has ended; it does so by itself. */
export const FAMILY_WAIT = 10 * SECOND;

/**
 * Since when an order waits for nothing any more: the broker has told the end of its parent, and that has filled
 * nothing. NaN where it has not: an end that only follows from a message or from the lack of any trace may be taken back
 * by a fill, and then this is what protects it.
 */
export function leftBehindSince(ledger: Ledger, { intent, end }: OrderRecord): Instant {
  const parent = end === undefined ? ledger.record(intent.parent) : undefined;
  if (parent?.end === undefined || parent.isOpen) return Number.NaN;
  const hasEndedEmpty = parent.end.isTold && parent.end.as !== "filled" && parent.filled <= DUST;
  return hasEndedEmpty ? parent.endedAt : Number.NaN;
}

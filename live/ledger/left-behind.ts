import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";
import { SECOND } from "../../core/market/bar-size.js";
import type { Ledger } from "./ledger.js";
import type { OrderRecord } from "./order-record.js";
import { openedBy } from "./units-held.js";

/** How long the broker has to end what an order leaves behind that has ended; it does so by itself. */
export const FAMILY_WAIT = 10 * SECOND;

/**
 * Since when an order is to end because of another, and NaN where it is not: it waits for nothing any more, or another of
 * its group has done what they were made for together.
 */
export function leftBehindSince(ledger: Ledger, record: OrderRecord): Instant {
  if (record.end !== undefined) return Number.NaN;
  const since = parentGoneSince(ledger, record);
  return since === since ? since : groupDoneSince(ledger, record);
}

/**
 * The broker has told the end of its parent, and that has filled nothing. An end that only follows from a message or from
 * the lack of any trace may be taken back by a fill, and then this is what protects it.
 */
function parentGoneSince(ledger: Ledger, { intent }: OrderRecord): Instant {
  const parent = ledger.record(intent.parent);
  if (parent?.end === undefined || parent.isOpen) return Number.NaN;
  const hasEndedEmpty = parent.end.isTold && parent.end.as !== "filled" && parent.filled <= DUST;
  return hasEndedEmpty ? parent.endedAt : Number.NaN;
}

/**
 * The broker has told the end of another of its group that has filled whole. It takes the others away then, but nothing says
 * that it does so with one that has come to it behind that fill; nor where that one was cancelled because the broker had not
 * made it as small as others had left it, and the group has filled all that this one is for.
 */
function groupDoneSince(ledger: Ledger, record: OrderRecord): Instant {
  if (!record.isAnswered || record.isUnknown) return Number.NaN;
  let since = Number.NaN;
  for (const one of ledger.group(record.intent.group)) {
    if (one.end?.isTold !== true || one.filled <= DUST || one.remaining > DUST) continue;
    const isDone = one.end.as === "filled" || isFilledByGroup(ledger, record);
    if (isDone && !(one.endedAt <= since)) since = one.endedAt;
  }
  return since;
}

/** Whether an order and the others of its group have filled what they were made for together. */
function isFilledByGroup(ledger: Ledger, { intent, terms }: OrderRecord): boolean {
  const filled = ledger.group(intent.group).reduce((sum, one) => sum + openedBy(one), 0);
  return filled >= terms.together - DUST;
}

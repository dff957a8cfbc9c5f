import type { BrokerAccount } from "../../core/broker.js";
import { closeAfter } from "../../core/calendar/session-time.js";
import { DUST } from "../../core/dust.js";
import { isExit, workingUnits } from "../../core/guards/guard.js";
import { type Instant, SECOND } from "../../core/market/bar-size.js";
import { DAY_ORDER, GOOD_TILL_DATE, isSent } from "../../core/orders/kinds.js";
import { CLOSES_ONLY } from "../../core/orders/order-book.js";
import { hoursOf, isForClose } from "../../core/orders/order-hours.js";

/**
 * Whether an order, with `quantity` more units, and all working exits of its instrument only take from the position:
 * together they never cross zero, whether or not the units that have no name are the session's.
 * @param unnamed signed units that the broker holds and the journal does not know
 */
export function isReducing(
  { book, working, portfolio }: BrokerAccount,
  order: number,
  quantity: number,
  unnamed: number,
): boolean {
  if ((book.flags[order] & CLOSES_ONLY) !== 0) return true;
  if (isExit(book, order) && book.filled[book.parent[order]] <= DUST) return true;
  const instrument = book.instrument[order];
  const side = book.side[order];
  const held = unitsToClose(portfolio.quantity[instrument], unnamed, side);
  if (held <= DUST) return false;
  const own = isSent(book.status[order]) ? book.remaining(order) : 0;
  const others = workingUnits(book, working, instrument, side, order, own + quantity);
  return own + quantity + others <= held + DUST;
}

/** Units of a position that an order on a side can close for certain: of one that is disputed, what both views hold. */
export function unitsToClose(own: number, unnamed: number, side: number): number {
  return Math.max(0, Math.min(-side * own, -side * (own + unnamed)));
}

/** When an order that was sent at an instant ends by its time in force; Infinity for never. */
export function endOf({ book, market }: BrokerAccount, order: number, sent: Instant): Instant {
  const tif = book.tif[order];
  // The broker is told whole seconds.
  if (tif === GOOD_TILL_DATE) return Math.floor(book.goodTill[order] / SECOND) * SECOND;
  if (tif !== DAY_ORDER && !isForClose(book, order)) return Infinity;
  return closeAfter(hoursOf(book, market, order), sent);
}

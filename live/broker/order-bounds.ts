import type { BrokerAccount } from "../../core/broker.js";
import { closeAfter } from "../../core/calendar/session-time.js";
import { isExit, workingUnits } from "../../core/guards/guard.js";
import { type Instant, SECOND } from "../../core/market/bar-size.js";
import { DAY_ORDER, GOOD_TILL_DATE, isSent } from "../../core/orders/kinds.js";
import { CLOSES_ONLY } from "../../core/orders/order-book.js";
import { hoursOf, isForClose } from "../../core/orders/order-hours.js";
import { DUST } from "../ledger/fill-count.js";

/**
 * Whether an order, with `quantity` more units, and all working exits of its instrument only take from the position:
 * together they never cross zero.
 */
export function isReducing({ book, working, portfolio }: BrokerAccount, order: number, quantity: number): boolean {
  if ((book.flags[order] & CLOSES_ONLY) !== 0) return true;
  if (isExit(book, order) && book.filled[book.parent[order]] <= DUST) return true;
  const instrument = book.instrument[order];
  const position = portfolio.quantity[instrument];
  const side = book.side[order];
  if (!(position * side < 0)) return false;
  const own = isSent(book.status[order]) ? book.remaining(order) : 0;
  const others = workingUnits(book, working, instrument, side, order, own + quantity);
  return own + quantity + others <= Math.abs(position) + DUST;
}

/** When an order that was sent at an instant ends by its time in force; Infinity for never. */
export function endOf({ book, market }: BrokerAccount, order: number, sent: Instant): Instant {
  const tif = book.tif[order];
  // The broker is told whole seconds.
  if (tif === GOOD_TILL_DATE) return Math.floor(book.goodTill[order] / SECOND) * SECOND;
  if (tif !== DAY_ORDER && !isForClose(book, order)) return Infinity;
  return closeAfter(hoursOf(book, market, order), sent);
}

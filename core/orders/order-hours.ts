import type { Sessions } from "../calendar/sessions.js";
import type { Instant } from "../market/bar-size.js";
import type { Market } from "../market/market.js";
import { AT_THE_OPENING, LIMIT_ON_CLOSE, LIMIT_ON_OPEN, MARKET_ON_CLOSE, MARKET_ON_OPEN } from "./kinds.js";
import { type OrderBook, OUTSIDE_RTH } from "./order-book.js";

/** Whether an order takes part in a session's opening and in nothing else. */
export function isForOpen(book: OrderBook, order: number): boolean {
  const type = book.type[order];
  return type === MARKET_ON_OPEN || type === LIMIT_ON_OPEN || book.tif[order] === AT_THE_OPENING;
}

/** Whether it takes part in a session's close and in nothing else. */
export function isForClose(book: OrderBook, order: number): boolean {
  const type = book.type[order];
  return type === MARKET_ON_CLOSE || type === LIMIT_ON_CLOSE;
}

/** Whether it may trade before and after the regular hours. Auctions are part of these, whatever else it says. */
export function tradesOutside(book: OrderBook, order: number): boolean {
  return (book.flags[order] & OUTSIDE_RTH) !== 0 && !isForOpen(book, order) && !isForClose(book, order);
}

/** The hours in which it may trade; a DAY order ends with them. */
export function hoursOf(book: OrderBook, market: Market, order: number): Sessions {
  const sessions = market.sessions[book.instrument[order]];
  return tradesOutside(book, order) ? sessions.extended : sessions;
}

/**
 * Whether the market is open for an order at the end of a bar or at a tick: an instant counts with what leads up to it.
 * Where no hours before and after the session are known, an order that says outsideRth finds it open at any time.
 */
export function isOpenFor(book: OrderBook, market: Market, order: number, instant: Instant): boolean {
  const hours = hoursOf(book, market, order);
  return hours.isOpenAt(instant) || (tradesOutside(book, order) && !hours.knowsExtended);
}

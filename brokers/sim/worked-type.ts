import {
  AT_THE_OPENING,
  isTouch,
  isTrailing,
  LIMIT,
  LIMIT_IF_TOUCHED,
  MARKET,
  MARKET_ON_OPEN,
  STOP,
  STOP_LIMIT,
  TRAILING_STOP_LIMIT,
} from "../../core/orders/kinds.js";
import { type OrderBook, WAS_TRIGGERED } from "../../core/orders/order-book.js";

/** What an order works as now: once triggered, a stop is a market or limit order. */
export function workedType(book: OrderBook, order: number): number {
  const type = book.type[order];
  if ((book.flags[order] & WAS_TRIGGERED) === 0) return type;
  return type === STOP_LIMIT || type === TRAILING_STOP_LIMIT || type === LIMIT_IF_TOUCHED ? LIMIT : MARKET;
}

/** The price that an order of this worked type waits for. */
export function awaitedPrice(book: OrderBook, order: number, type: number): number {
  return type === LIMIT ? book.limit[order] : book.stop[order];
}

/** Whether it waits for the market to fall to that price, or to rise to it. */
export function waitsForFall(book: OrderBook, order: number, type: number): boolean {
  const buy = book.side[order] > 0;
  return type === LIMIT || isTouch(type) ? buy : !buy;
}

/** Whether an order takes part in an auction alone, and not in the trading behind or before it. */
export function waitsForAuction(book: OrderBook, order: number): boolean {
  return book.type[order] >= MARKET_ON_OPEN || book.tif[order] === AT_THE_OPENING;
}

/** Whether an order is a stop that has not been met yet. */
export function worksAsStop(book: OrderBook, order: number): boolean {
  const type = workedType(book, order);
  return type === STOP || type === STOP_LIMIT || isTrailing(type);
}

import { LIMIT, LIMIT_IF_TOUCHED, MARKET, STOP_LIMIT, TRAILING_STOP_LIMIT } from "../../core/orders/kinds.js";
import { type OrderBook, WAS_TRIGGERED } from "../../core/orders/order-book.js";

/** What an order works as now: once triggered, a stop is a market or limit order. */
export function workedType(book: OrderBook, order: number): number {
  const type = book.type[order];
  if ((book.flags[order] & WAS_TRIGGERED) === 0) return type;
  return type === STOP_LIMIT || type === TRAILING_STOP_LIMIT || type === LIMIT_IF_TOUCHED ? LIMIT : MARKET;
}

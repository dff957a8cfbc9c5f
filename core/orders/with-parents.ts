import { isExit } from "../guards/guard.js";
import type { OrderBook } from "./order-book.js";

/**
 * Orders of an instrument, and those that they close what was opened by, each once: an entry that has ended still says
 * how much its exits may close.
 */
export function withParents(book: OrderBook, orders: Iterable<number>): ReadonlySet<number> {
  const all = new Set(orders);
  for (const order of all) if (isExit(book, order)) all.add(book.parent[order]);
  return all;
}

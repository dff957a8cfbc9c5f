import { DUST } from "../dust.js";
import { addsNothingYet, isDormant, unitsLeft } from "../guards/guard.js";
import { isSent, PENDING_CANCEL, UNKNOWN } from "./kinds.js";
import { type OrderBook, PROTECTIVE } from "./order-book.js";

/**
 * Of the working orders of an instrument those that could increase its position, oldest first: all but the exits that
 * it keeps, and those that wait for an entry which is with the broker and is among these. That one may be filling while
 * nobody knows of it: its exits add nothing until it has, and without it they end with it.
 * @param stays whether an order counts on: by default all do but those whose cancel is on its way
 */
export function increasing(
  book: OrderBook,
  orders: readonly number[],
  position: number,
  stays = (order: number): boolean => book.status[order] !== PENDING_CANCEL,
): number[] {
  const kept = exitsWithin(book, orders, position, stays);
  const found = new Set<number>();
  for (const order of orders) {
    const parent = book.parent[order];
    const isBehindEntry = addsNothingYet(book, order) && found.has(parent) && isSentEntry(book, parent, position);
    if (!kept.has(order) && !isBehindEntry) found.add(order);
  }
  return [...found];
}

/** Whether an order is with the broker and does more than to close what is held: what waits for it protects that. */
function isSentEntry(book: OrderBook, order: number, position: number): boolean {
  const closes = book.side[order] * position < 0 && book.remaining(order) <= Math.abs(position) + DUST;
  return isSent(book.status[order]) && !closes;
}

/**
 * Of the working orders of an instrument those that only close its position, as many as it can take: protective ones
 * first, so that all that are kept never cross zero together; of a group that cancels itself the largest counts. One
 * whose cancel is on its way protects nothing any more; one that the broker has not answered may protect nothing, so it
 * comes behind those of its kind that stand.
 */
function exitsWithin(
  book: OrderBook,
  orders: readonly number[],
  position: number,
  stays: (order: number) => boolean,
): ReadonlySet<number> {
  const kept = new Set<number>();
  const groups = new Set<number>();
  let left = Math.abs(position) + DUST;
  const exits = orders.filter((order) => book.side[order] * position < 0 && !isDormant(book, order) && stays(order));
  const isProtective = (order: number): number => book.flags[order] & PROTECTIVE;
  const isUnknown = (order: number): number => (book.status[order] === UNKNOWN ? 1 : 0);
  exits.sort((a, b) => isProtective(b) - isProtective(a) || isUnknown(a) - isUnknown(b) || a - b);
  for (const order of exits) {
    const group = book.group[order];
    if (group >= 0 && groups.has(group)) {
      kept.add(order);
      continue;
    }
    const members = group < 0 ? [order] : exits.filter((one) => book.group[one] === group);
    const units = Math.max(...members.map((one) => unitsLeft(book, one)));
    if (units > left) continue;
    left -= units;
    if (group >= 0) groups.add(group);
    kept.add(order);
  }
  return kept;
}

import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { isDormant, unitsLeft } from "../../core/guards/guard.js";
import { increasing } from "../../core/orders/kept-exits.js";
import { isWorking, ORDER_TYPES } from "../../core/orders/kinds.js";
import { PROTECTIVE } from "../../core/orders/order-book.js";
import { STOPS } from "./unprotected-entries.js";

/** Working orders that did no more than to close what was held, of each instrument by its index; what protects it first. */
export type Closers = readonly (readonly number[])[];

export function closersOf({ book, working, portfolio }: BrokerAccount): Closers {
  const isProtective = (row: number): number => Number((book.flags[row] & PROTECTIVE) !== 0);
  const isStop = (row: number): number => Number(STOPS.includes(ORDER_TYPES[book.type[row]]));
  return working.lists.map((_, instrument) => {
    const held = portfolio.quantity[instrument];
    const orders = working.of(instrument);
    const opens = new Set(increasing(book, orders, held));
    const closes = (row: number): boolean => book.side[row] * held < 0 && !opens.has(row) && !isDormant(book, row);
    return orders.filter(closes).sort((a, b) => isProtective(b) - isProtective(a) || isStop(b) - isStop(a) || a - b);
  });
}

/**
 * Orders that closed what somebody has closed by hand would open the opposite: those that did no more than to close are cut
 * to what is left of it, the first of them first. Of a group that cancels itself each may close what any of them may.
 * @param closers what they were before the position was known to be smaller
 * @param leave leaves to a row's order so many units; 0 where it is to end
 */
export function leaveToClosers(
  { book, portfolio }: BrokerAccount,
  closers: Closers,
  leave: (row: number, units: number) => void,
): void {
  for (const [instrument, rows] of closers.entries()) {
    const held = portfolio.quantity[instrument];
    const groups = new Map<number, number>();
    let left = 0;
    for (const row of rows) if (book.side[row] * held < 0) left = Math.abs(held);
    for (const row of rows) {
      if (!isWorking(book.status[row])) continue;
      const group = book.group[row];
      const units = unitsLeft(book, row);
      const share = groups.get(group) ?? Math.min(units, left);
      if (!groups.has(group)) left -= share;
      if (group >= 0) groups.set(group, share);
      if (units <= share + DUST) continue;
      // What its entry still fills is to be closed by it, too.
      const parent = book.parent[row];
      const toCome = parent >= 0 && isWorking(book.status[parent]) ? book.remaining(parent) : 0;
      leave(row, share + toCome);
    }
  }
}

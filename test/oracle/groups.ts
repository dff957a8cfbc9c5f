import { activeUnits, childrenOf, isAlive, isExit, openedBy, type Run, type SimOrder } from "./model.js";

/**
 * Books a fill, and what it does to other orders: children wake, siblings are cut or cancelled, and exits to what is left
 * to close.
 */
export function book(run: Run, order: SimOrder, units: number, wake: (child: SimOrder) => void): void {
  const idle = childrenOf(run, order).filter((child) => activeUnits(run, child) === 0);
  order.filled += units;
  if (order.filled === order.quantity) order.status = "filled";
  for (const child of idle) if (isAlive(child)) wake(child);
  tellSiblings(run, order, units);
  cutOthers(run, order);
  // An entry ends as it is filled too.
  if (order.status === "filled")
    for (const child of childrenOf(run, order)) if (isAlive(child) && isExit(child)) cutToEntry(run, child, order);
}

/** "A full fill cancels the others, and a fill of a part takes as many units from them." */
function tellSiblings(run: Run, order: SimOrder, units: number): void {
  if (order.group === undefined) return;
  for (const sibling of run.orders) {
    if (sibling === order || sibling.group !== order.group || !isAlive(sibling)) continue;
    if (order.status === "filled") {
      end(run, sibling, "cancelled");
      continue;
    }
    if (sibling.quantity - units <= sibling.filled) end(run, sibling, "cancelled");
    else resize(run, sibling, sibling.quantity - units);
  }
}

/** Ends an order, and what was to come of it. */
export function end(run: Run, order: SimOrder, status: "cancelled" | "expired" | "denied"): void {
  order.status = status;
  for (const child of childrenOf(run, order)) {
    if (!isAlive(child)) continue;
    if (order.filled === 0) end(run, child, "cancelled");
    else if (isExit(child)) cutToEntry(run, child, order);
  }
}

/**
 * "An exit stands for no more than its entry can open and others have not closed": of an entry that has ended, what it
 * has opened. One of which nothing is left is cancelled.
 */
export function cutToEntry(run: Run, exit: SimOrder, entry: SimOrder): void {
  const unopened = isAlive(entry) ? entry.quantity - entry.filled : 0;
  const most = exit.filled + unopened + openedBy(run, entry);
  if (most <= exit.filled) end(run, exit, "cancelled");
  else if (most < exit.quantity) resize(run, exit, most);
}

/** "Exits that had the size of their entry, or of what others had left of it, follow a change of it": so do theirs. */
export function resize(run: Run, order: SimOrder, quantity: number): void {
  const before = order.quantity;
  order.quantity = quantity;
  for (const exit of childrenOf(run, order)) {
    if (!isAlive(exit) || !isExit(exit)) continue;
    const closed = order.filled - openedBy(run, order);
    const leaves = (size: number): number => size - closed + exit.filled;
    const wasOfItsSize = exit.quantity === before || exit.quantity === leaves(before);
    const size = wasOfItsSize ? leaves(quantity) : Math.min(exit.quantity, leaves(quantity));
    if (size <= exit.filled) end(run, exit, "cancelled");
    else if (size !== exit.quantity) resize(run, exit, size);
  }
}

/** "So are those outside of its group when an exit fills." */
function cutOthers(run: Run, exit: SimOrder): void {
  const { parent, group } = exit;
  if (parent === undefined || !isExit(exit)) return;
  for (const other of childrenOf(run, parent)) {
    const isOutside = other !== exit && (group === undefined || other.group !== group);
    if (isOutside && isExit(other) && other.status === "working") cutToEntry(run, other, parent);
  }
}

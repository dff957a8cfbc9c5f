import { childrenOf, isAlive, isExit, openedBy, type Run, type SimOrder } from "./model.js";
import { isStop, type Meeting } from "./triggers.js";

/** An order that the bar meets, and how. */
export interface Candidate {
  readonly order: SimOrder;
  readonly meeting: Meeting;
}

/** "Of several in a group": which of the orders that a bar could have filled it fills, by the policy of the run. */
export function firstOfGroup(run: Run, candidates: readonly Candidate[], close: number): Candidate {
  switch (run.story.rules.intrabar) {
    case "ohlc":
      // The one that the path meets first.
      return best(candidates, (a, b) => a.meeting.position - b.meeting.position);
    case "pessimistic": {
      // A stop before a limit; of two stops the worse price.
      const stops = candidates.filter(({ order }) => isStop(order));
      return best(stops.length > 0 ? stops : candidates, (a, b) => lossByClose(b, close) - lossByClose(a, close));
    }
    case "optimistic": {
      // A limit before a stop; of two limits the better price.
      const limits = candidates.filter(({ order }) => !isStop(order));
      return best(limits.length > 0 ? limits : candidates, (a, b) => lossByClose(a, close) - lossByClose(b, close));
    }
  }
}

/** What a unit has lost by the close, whichever side it is on: of orders of one side the worse price has lost more. */
function lossByClose({ order, meeting }: Candidate, close: number): number {
  return order.buy ? meeting.price - close : close - meeting.price;
}

function best(candidates: readonly Candidate[], compare: (a: Candidate, b: Candidate) => number): Candidate {
  return [...candidates].sort((a, b) => compare(a, b) || a.order.turn - b.order.turn)[0];
}

/** "A full fill cancels the others, and a fill of a part takes as many units from them." */
export function tellSiblings(run: Run, order: SimOrder, units: number): void {
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
export function end(run: Run, order: SimOrder, status: "cancelled" | "expired"): void {
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
export function cutOthers(run: Run, exit: SimOrder): void {
  const { parent, group } = exit;
  if (parent === undefined || !isExit(exit)) return;
  for (const other of childrenOf(run, parent)) {
    const isOutside = other !== exit && (group === undefined || other.group !== group);
    if (isOutside && isExit(other) && other.status === "working") cutToEntry(run, other, parent);
  }
}

import { cutToEntry } from "./groups.js";
import { isExit, type Run, type SimOrder } from "./model.js";
import { isOnOpen } from "./triggers.js";

/**
 * "Of orders held for an open those for the opening come first, for they leave before it; and a child leaves right
 * behind its parent." One that is not for the opening waits for it all the same, and leaves in the order it was made.
 */
export function release(run: Run): void {
  const held = run.orders.filter(({ status }) => status === "held");
  const roots = held.filter(({ parent }) => parent?.status !== "held");
  const late: SimOrder[] = [];
  for (const root of roots.filter(isOnOpen)) leave(run, held, root, isOnOpen, late);
  const atOpen = [...roots, ...late].sort((a, b) => a.id - b.id);
  for (const root of atOpen) leave(run, held, root, () => true, late);
}

/** Lets go what leaves with an order, then what waits behind any of that; children that may not leave yet are `late`. */
function leave(
  run: Run,
  held: readonly SimOrder[],
  order: SimOrder,
  mayLeave: (child: SimOrder) => boolean,
  late: SimOrder[],
): void {
  if (order.status !== "held") return;
  const { bundle } = order;
  for (const one of held.filter((other) => other.bundle === bundle)) {
    one.status = "working";
    one.turn = run.turns++;
    one.takesPartFrom = isOnOpen(one) ? Math.min(run.now, one.takesPartFrom) : run.arrival();
    if (one.parent !== undefined && isExit(one)) cutToEntry(run, one, one.parent);
  }
  for (const child of held.filter((one) => one.bundle !== bundle && one.parent?.bundle === bundle)) {
    if (mayLeave(child)) leave(run, held, child, mayLeave, late);
    else late.push(child);
  }
}

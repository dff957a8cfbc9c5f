import { cutToEntry, end } from "../groups.js";
import { isAlive, isExit, type SimOrder } from "../model.js";
import { isOnOpen } from "../triggers.js";
import { beginTrailBehindParent } from "./matching.js";
import type { TickRun } from "./tick-run.js";

/** "Orders for the open leave three minutes before it." */
export const LEAVE_BEFORE = 180_000;

/** Lets go what is held and may leave: in the order it was made, children right behind their parents. */
export function release(run: TickRun): void {
  for (const order of run.orders) {
    if (order.status === "held" && order.parent?.status !== "held" && mayLeave(run, order)) leave(run, order);
  }
}

function leave(run: TickRun, { bundle }: SimOrder): void {
  const leaving = run.orders.filter((one) => one.bundle === bundle && one.status === "held");
  // "There it is judged again by all guards"; "orders that belong together leave together or not at all".
  if (leaving.some((one) => run.isDenied(one))) {
    for (const one of leaving) end(run, one, "denied");
    // Those of the group that have left before are taken back.
    const { group } = leaving[0];
    for (const one of run.orders)
      if (group !== undefined && one.group === group && isAlive(one)) end(run, one, "cancelled");
    return;
  }
  for (const one of leaving) {
    one.status = "working";
    one.turn = run.turns++;
    one.takesPartFrom = run.arrival();
    beginTrailBehindParent(run, one);
    if (one.parent !== undefined && isExit(one)) cutToEntry(run, one, one.parent);
  }
  for (const child of run.orders) {
    const isBehind = child.parent !== undefined && leaving.includes(child.parent);
    if (child.status === "held" && isBehind && mayLeave(run, child)) leave(run, child);
  }
}

/** Whether the market is open of all that leave together; a bracket goes by its entry. */
function mayLeave(run: TickRun, { bundle }: SimOrder): boolean {
  const together = run.orders.filter((one) => one.bundle === bundle && one.status === "held");
  const isBracket = together.some(({ parent }) => parent !== undefined && together.includes(parent));
  return (isBracket ? together.slice(0, 1) : together).every((one) => isOpenFor(run, one));
}

/**
 * "They leave at the open, three minutes before it for an opening auction, and where there are quotes or trades with the
 * first of the session."
 */
function isOpenFor({ story, now, views }: TickRun, order: SimOrder): boolean {
  if (isOnOpen(order)) return story.sessions.some(({ open, close }) => open - LEAVE_BEFORE <= now && now < close);
  const { hasQuotes, hasTrades, pricedAt } = views[order.instrument];
  return story.sessions.some(
    ({ open, close }) => open <= now && now < close && (pricedAt >= open || (!hasQuotes && !hasTrades)),
  );
}

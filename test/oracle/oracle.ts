import { carryOut } from "./deeds.js";
import { end } from "./groups.js";
import { matchBar } from "./matching.js";
import type { Run, SimOrder } from "./model.js";
import type { Outcome } from "./outcome.js";
import { slotsOf } from "./slots.js";
import { deedsOnBar, deedsOnFill, type Story } from "./story.js";
import { isOnOpen } from "./triggers.js";

/** What should come of a story by docs/matching.md: the slowest and plainest reading of it. */
export function runOracle(story: Story): Outcome {
  const slots = slotsOf(story);
  const run: Run = { story, orders: [], fills: [], slot: slots[0], turns: 0, groups: 0, bundles: 0 };
  for (const slot of slots) {
    run.slot = slot;
    if (slot.opensSession) release(run);
    // "GTD: at `goodTill`, also inside a bar: it takes no part in the bar that contains that instant."
    expire(run, ({ tif, goodTill }) => tif === "GTD" && (goodTill as number) < slot.end);
    const before = run.fills.length;
    story.markets.forEach((bars, instrument) => {
      const bar = bars[slot.index];
      if (bar !== undefined) matchBar(run, instrument, bar);
    });
    // "What happens at the close happens before the expiry."
    expire(run, ({ tif, goodTill }) => tif === "GTD" && (goodTill as number) <= slot.end);
    if (slot.closesSession) expire(run, (order) => order.tif === "DAY" && !isOnOpen(order));
    tellFills(run, before);
    story.markets.forEach((bars, instrument) => {
      if (bars[slot.index] !== undefined)
        for (const deed of deedsOnBar(story, instrument, slot.index)) carryOut(run, deed);
    });
  }
  return {
    fills: run.fills,
    orders: run.orders.map(({ status, filled }) => ({ status: status === "held" ? "working" : status, filled })),
  };
}

/**
 * "Of orders held for an open those for the opening come first, for they leave before it; and a child leaves right
 * behind its parent." One that is not for the opening waits for it all the same.
 */
function release(run: Run): void {
  const held = run.orders.filter(({ status }) => status === "held");
  const roots = held.filter(({ parent }) => parent?.status !== "held");
  const late: SimOrder[] = [];
  for (const root of roots.filter(isOnOpen)) leave(run, held, root, isOnOpen, late);
  for (const root of [...roots, ...late]) leave(run, held, root, () => true, late);
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
  }
  for (const child of held.filter((one) => one.bundle !== bundle && one.parent?.bundle === bundle)) {
    if (mayLeave(child)) leave(run, held, child, mayLeave, late);
    else late.push(child);
  }
}

function expire(run: Run, isDue: (order: SimOrder) => boolean): void {
  for (const order of run.orders) if (order.status === "working" && isDue(order)) end(run, order, "expired");
}

/** `onFill` is told of the fills since, and what it does comes after all matching of the instant. */
function tellFills(run: Run, since: number): void {
  for (let fill = since; fill < run.fills.length; fill++)
    for (const deed of deedsOnFill(run.story, fill)) carryOut(run, deed);
}

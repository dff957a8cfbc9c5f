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
 * behind its parent."
 */
function release(run: Run): void {
  const held = run.orders.filter(({ status }) => status === "held");
  const roots = held.filter(({ parent }) => parent?.status !== "held");
  for (const root of [...roots.filter(isOnOpen), ...roots]) {
    if (root.status === "held") releaseBundle(run, held, root.bundle);
  }
}

function releaseBundle(run: Run, held: readonly SimOrder[], bundle: number): void {
  for (const order of held.filter((one) => one.bundle === bundle)) {
    order.status = "working";
    order.turn = run.turns++;
  }
  const behind = held.filter((one) => one.bundle !== bundle && one.parent?.bundle === bundle);
  for (const child of behind) if (child.status === "held") releaseBundle(run, held, child.bundle);
}

function expire(run: Run, isDue: (order: SimOrder) => boolean): void {
  for (const order of run.orders) if (order.status === "working" && isDue(order)) end(run, order, "expired");
}

/** `onFill` is told of the fills since, and what it does comes after all matching of the instant. */
function tellFills(run: Run, since: number): void {
  for (let fill = since; fill < run.fills.length; fill++)
    for (const deed of deedsOnFill(run.story, fill)) carryOut(run, deed);
}

import { carryOut } from "./deeds.js";
import { cutToEntry, end } from "./groups.js";
import { matchBar, matchSameClose } from "./matching.js";
import { isAlive, isExit, type Run, type SimOrder } from "./model.js";
import type { Outcome } from "./outcome.js";
import { slotsOf } from "./slots.js";
import { deedsOnBar, deedsOnFill, type Story } from "./story.js";
import { isOnOpen } from "./triggers.js";

/** What should come of a story by docs/matching.md: the slowest and plainest reading of it. */
export function runOracle(story: Story): Outcome {
  const slots = slotsOf(story);
  const run: Run = { story, orders: [], fills: [], slot: slots[0], turns: 0, groups: 0, bundles: 0, rooms: [] };
  for (const slot of slots) {
    run.slot = slot;
    if (slot.opensSession) release(run);
    // "GTD: at `goodTill`, also inside a bar: it takes no part in the bar that contains that instant."
    expireUntil(run, slot.end - 1);
    const before = run.fills.length;
    story.markets.forEach((bars, instrument) => {
      const bar = bars[slot.index];
      if (bar !== undefined) matchBar(run, instrument, bar);
    });
    // "What happens at the close happens before the expiry."
    expireUntil(run, slot.end);
    tellFills(run, before);
    story.markets.forEach((bars, instrument) => {
      if (bars[slot.index] !== undefined)
        for (const deed of deedsOnBar(story, instrument, slot.index)) carryOut(run, deed);
    });
    if (story.rules.fill === "next-open") continue;
    const told = run.fills.length;
    story.markets.forEach((bars, instrument) => {
      const bar = bars[slot.index];
      if (bar !== undefined) matchSameClose(run, instrument, bar);
    });
    tellFills(run, told);
  }
  return {
    fills: run.fills,
    orders: run.orders.map(({ status, filled, quantity }) => ({
      status: status === "held" ? "working" : status,
      filled,
      quantity,
    })),
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
    if (one.parent !== undefined && isExit(one)) cutToEntry(run, one, one.parent);
  }
  for (const child of held.filter((one) => one.bundle !== bundle && one.parent?.bundle === bundle)) {
    if (mayLeave(child)) leave(run, held, child, mayLeave, late);
    else late.push(child);
  }
}

/** Ends the orders whose time is up by an instant, each at its own; instruments in the order of the data. */
function expireUntil(run: Run, instant: number): void {
  const due = run.orders.filter((order) => isAlive(order) && endOf(run, order) <= instant);
  due.sort((a, b) => endOf(run, a) - endOf(run, b) || a.instrument - b.instrument || a.turn - b.turn);
  for (const order of due) if (isAlive(order)) end(run, order, "expired");
}

/** "GTD: at `goodTill`. DAY: at the close of its session; an order made at a close belongs to the next session." */
function endOf({ slot }: Run, order: SimOrder): number {
  if (order.goodTill !== undefined) return order.goodTill;
  const endsToday = order.tif === "DAY" && !isOnOpen(order) && order.status === "working" && slot.closesSession;
  return endsToday ? slot.end : Number.POSITIVE_INFINITY;
}

/** `onFill` is told of the fills since, and what it does comes after all matching of the instant. */
function tellFills(run: Run, since: number): void {
  for (let fill = since; fill < run.fills.length; fill++)
    for (const deed of deedsOnFill(run.story, fill)) carryOut(run, deed);
}

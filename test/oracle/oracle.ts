import { type BarRun, barRun } from "./bar-run.js";
import { carryOut } from "./deeds.js";
import { end } from "./groups.js";
import { matchBar, matchSameClose } from "./matching.js";
import { endsOf, isAlive, type SimOrder } from "./model.js";
import type { Outcome } from "./outcome.js";
import { release } from "./release.js";
import { slotsOf } from "./slots.js";
import { deedsOnBar, deedsOnFill, type Story } from "./story.js";
import { isOnOpen } from "./triggers.js";

/** What should come of a story by docs/matching.md: the slowest and plainest reading of it. */
export function runOracle(story: Story): Outcome {
  const slots = slotsOf(story);
  const run = barRun(story, slots[0]);
  for (const slot of slots) {
    run.slot = slot;
    run.now = slot.start;
    if (slot.opensSession) release(run);
    run.now = slot.end;
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
    orders: endsOf(run),
  };
}

/** Ends the orders whose time is up by an instant, each at its own; instruments in the order of the data. */
function expireUntil(run: BarRun, instant: number): void {
  const due = run.orders.filter((order) => isAlive(order) && endOf(run, order) <= instant);
  due.sort((a, b) => endOf(run, a) - endOf(run, b) || a.instrument - b.instrument || a.turn - b.turn);
  for (const order of due) if (isAlive(order)) end(run, order, "expired");
}

/** "GTD: at `goodTill`. DAY: at the close of its session; an order made at a close belongs to the next session." */
function endOf({ slot }: BarRun, order: SimOrder): number {
  if (order.goodTill !== undefined) return order.goodTill;
  const endsToday = order.tif === "DAY" && !isOnOpen(order) && order.status === "working" && slot.closesSession;
  return endsToday ? slot.end : Number.POSITIVE_INFINITY;
}

/** `onFill` is told of the fills since, and what it does comes after all matching of the instant. */
function tellFills(run: BarRun, since: number): void {
  for (let fill = since; fill < run.fills.length; fill++)
    for (const deed of deedsOnFill(run.story, fill)) carryOut(run, deed);
}

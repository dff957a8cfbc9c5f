import type { Run } from "./model.js";
import type { Outcome } from "./outcome.js";
import type { Slot } from "./slots.js";
import { latestClose, type Story } from "./story.js";

/** What the fills of a bar may still take of its volume. */
export interface Room {
  left: number;
}

/** A run of the oracle on bars. */
export interface BarRun extends Run {
  readonly story: Story;
  readonly fills: Outcome["fills"][number][];
  slot: Slot;
  /** By instrument: what its latest bar has left of its volume for fills. */
  readonly rooms: Room[];
}

export function barRun(story: Story, first: Slot): BarRun {
  const run: BarRun = {
    story,
    orders: [],
    fills: [],
    slot: first,
    now: first.end,
    turns: 0,
    groups: 0,
    bundles: 0,
    rooms: [],
    standsAt: (instrument) => latestClose(story, instrument, run.slot.index),
    lastPrice: (instrument) => latestClose(story, instrument, run.slot.index),
    trailedPrice: (instrument) => latestClose(story, instrument, run.slot.index),
    arrival: () => run.now,
    // "With `same-close` an order made at the very instant of the close still trades in that session."
    isHeld: () => run.slot.closesSession && story.rules.fill === "next-open",
    isDenied: () => false,
  };
  return run;
}

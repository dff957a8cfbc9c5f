import { HOUR, SESSION, sessionOpen } from "../bars.js";
import type { Story } from "./story.js";

/** A stretch of time that a bar of each instrument may fill. */
export interface Slot {
  readonly index: number;
  /** Epoch ms UTC. */
  readonly start: number;
  readonly end: number;
  readonly opensSession: boolean;
  readonly closesSession: boolean;
}

export function slotOf({ slotsPerSession }: Story, index: number): Slot {
  const place = index % slotsPerSession;
  const start = sessionOpen(Math.floor(index / slotsPerSession)) + place * HOUR;
  return {
    index,
    start,
    end: start + (slotsPerSession === 1 ? SESSION : HOUR),
    opensSession: place === 0,
    closesSession: place === slotsPerSession - 1,
  };
}

export function slotsOf(story: Story): Slot[] {
  return story.markets[0].map((_, index) => slotOf(story, index));
}

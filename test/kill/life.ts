import type { Instant } from "../../core/market/bar-size.js";
import type { Decision } from "../random-strategy.js";

/** What a session does over and over, and may die at. A message is one of an order: a new one, or a change of one. */
export type Deed = "turn" | "commit" | "place" | "message";

/** A moment in a session's process: in front of the `count`-th time that it does something, or right behind it. */
export interface KillPoint {
  readonly deed: Deed;
  readonly side: "before" | "after";
  /** From 1. */
  readonly count: number;
}

/** What a session's process is told, as JSON in a file. */
export interface Life {
  readonly port: number;
  readonly lockstepPort: number;
  readonly journal: string;
  readonly seed: number;
  readonly decisions: readonly Decision[];
  /** The instant that decisions count from. */
  readonly start: Instant;
  /** Whether orders pass the guards. */
  readonly isGuarded: boolean;
  /** Where it kills itself; it says nothing of it. */
  readonly kill?: KillPoint;
  /** Whether it comes to rest: it holds its books against the broker's, waits, and does so again. */
  readonly rests: boolean;
}

export const CLIENT = 7;

/** Lines that the process writes. */
export const SAID = { begun: "begun", rested: "rested", settled: "settled" } as const;
/** The line that it waits for once it has come to rest: nothing moves any more, and it may look a last time. */
export const SETTLE = "settle";

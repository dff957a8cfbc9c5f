import type { Instant } from "../../core/market/bar-size.js";

/**
 * What can be wrong with bars, the gravest first: what cannot be read, what cannot be, what should not be, and what is
 * unlikely.
 */
export const FINDING_KINDS = [
  "damage",
  "row",
  "order",
  "duplicate",
  "range",
  "outside",
  "gap",
  "split",
  "spike",
  "stale",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What each kind means, for headings. */
export const KIND_TELLS: Readonly<Record<FindingKind, string>> = {
  damage: "bytes that are not those that were written",
  row: "rows that cannot be read",
  order: "bars out of order or overlapping",
  duplicate: "bars that are there twice",
  range: "prices or volumes that cannot be",
  outside: "bars outside of the sessions",
  gap: "bars missing inside of sessions",
  split: "jumps that look like a split nobody has adjusted for",
  spike: "moves too large to be likely",
  stale: "bars repeated without change",
};

/** One thing that was found. */
export interface Finding {
  readonly kind: FindingKind;
  /** The first and the last instant it is about, epoch ms UTC. */
  readonly from: Instant;
  readonly to: Instant;
  readonly text: string;
}

/** Takes what a check finds. */
export type Report = (finding: Finding) => void;

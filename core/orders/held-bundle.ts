import type { Instant } from "../market/bar-size.js";

/** Orders that leave together: a single one, a bracket by its parent, or a group of which one cancels the others. */
export type BundleKind = "order" | "bracket" | "group";

/** Orders made while their market is closed, from then until they leave. */
export class HeldBundle {
  readonly kind: BundleKind;
  /** Rows of the book; of a bracket the parent first. */
  readonly orders: readonly number[];
  /** When their market opens, epoch ms UTC; Infinity where no further session is known. */
  at: Instant;
  /** Whether it has opened, and they wait for a price of the session. */
  awaits = false;
  /** When the parent of one of them began to fill; before that -Infinity. */
  wokenAt: Instant = Number.NEGATIVE_INFINITY;
  /** Orders that have one of these for a parent: they leave behind it. */
  readonly children: HeldBundle[] = [];

  constructor(kind: BundleKind, orders: readonly number[], at: Instant) {
    this.kind = kind;
    this.orders = orders;
    this.at = at;
  }
}

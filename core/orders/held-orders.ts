import type { Instant } from "../market/bar-size.js";

/** Orders that wait for a market to open, and leave together: a single one, a bracket by its parent, or a group. */
export interface HeldBundle {
  readonly kind: "order" | "bracket" | "group";
  /** Rows of the book; of a bracket the parent first. */
  readonly orders: readonly number[];
  /** When they are released, epoch ms UTC; Infinity where no further session is known. */
  readonly at: Instant;
}

/** Orders made while their market is closed, until the session they belong to. */
export class HeldOrders {
  /** The earliest release; Infinity while nothing waits for one. */
  nextRelease = Infinity;
  private bundles: HeldBundle[] = [];

  add(bundle: HeldBundle): void {
    this.bundles.push(bundle);
    if (bundle.at < this.nextRelease) this.nextRelease = bundle.at;
  }

  /** Takes out what is to be released by `now`, in the order it was made. */
  take(now: Instant): readonly HeldBundle[] {
    const due = this.bundles.filter(({ at }) => at <= now);
    this.bundles = this.bundles.filter(({ at }) => at > now);
    this.nextRelease = this.bundles.reduce((least, { at }) => Math.min(least, at), Infinity);
    return due;
  }
}

import type { Instant } from "../../../core/market/bar-size.js";

/** At most so many renewals within any stretch of so long. */
export class RenewalBudget {
  private readonly most: number;
  private readonly within: number;
  private taken: Instant[] = [];

  constructor(most: number, within: number) {
    this.most = most;
    this.within = within;
  }

  /** Takes one, where one is left. */
  take(now: Instant): boolean {
    this.taken = this.taken.filter((at) => now - at < this.within);
    if (this.taken.length >= this.most) return false;
    this.taken.push(now);
    return true;
  }

  /** When the next can be taken. */
  get nextAt(): Instant {
    return this.taken.length < this.most ? Number.NEGATIVE_INFINITY : this.taken[0] + this.within;
  }
}

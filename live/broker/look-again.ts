import type { Instant } from "../../core/market/bar-size.js";
import { MINUTE, SECOND } from "../../core/market/bar-size.js";

/** Two looks at the account have to be apart to agree. */
const FIRST_WAIT = 5 * SECOND;
const LONGEST_WAIT = 5 * MINUTE;

/** When the account is to be looked at again because the last look has left something open: soon, then ever more seldom. */
export class LookAgain {
  due = Infinity;
  private wait = FIRST_WAIT;
  private wasUpstreamUp = true;

  /** @param isUpstreamUp whether TWS had IB while the account was looked at; left out where nobody knows */
  looked(isSettled: boolean, now: Instant, isUpstreamUp = this.wasUpstreamUp): void {
    // What waits had been waiting for is there: how long it was away says nothing of what is open now.
    if (isUpstreamUp && !this.wasUpstreamUp) this.wait = FIRST_WAIT;
    this.wasUpstreamUp = isUpstreamUp;
    if (isSettled) {
      this.due = Infinity;
      this.wait = FIRST_WAIT;
      return;
    }
    this.due = now + this.wait;
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  soon(now: Instant): void {
    this.due = Math.min(this.due, now + FIRST_WAIT);
  }

  /** True once when it is time; should nobody look, it is time again after the next wait. */
  isDue(now: Instant): boolean {
    if (this.due > now) return false;
    this.due = now + this.wait;
    return true;
  }
}

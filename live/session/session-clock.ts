import type { Clock } from "../../core/clock.js";
import type { Instant } from "../../core/market/bar-size.js";

/** The time of a session: whoever drives the session moves it, and it never goes back. */
export class SessionClock implements Clock {
  now: Instant;

  constructor(now: Instant) {
    this.now = now;
  }

  moveTo(instant: Instant): void {
    if (instant > this.now) this.now = instant;
  }
}

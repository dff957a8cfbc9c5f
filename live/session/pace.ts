import type { Instant } from "../../core/market/bar-size.js";

/** However long the market is closed, nobody waits longer for the next thing that happens: milliseconds. */
const LONGEST_WAIT = 1_000;

/** How long to wait so that simulated time passes so many times as fast as the clock on the wall. */
export class Pace {
  private readonly speed: number;
  private readonly wallClock: () => number;
  private last: Instant = Number.NaN;
  private due = Number.NaN;

  /** @param speed Infinity does not wait at all @param wallClock milliseconds that never fall */
  constructor(speed: number, wallClock: () => number = () => performance.now()) {
    this.speed = speed;
    this.wallClock = wallClock;
  }

  /** Milliseconds until it is the turn of an instant; of instants that rise. */
  waitFor(instant: Instant): number {
    if (this.speed === Infinity) return 0;
    const wall = this.wallClock();
    const passed = instant - this.last;
    this.last = instant;
    // The first sets the pace.
    this.due = passed >= 0 ? this.due + Math.min(passed / this.speed, LONGEST_WAIT) : wall;
    // Time that was lost is not caught up with: it would come in a rush.
    if (this.due < wall) this.due = wall;
    return this.due - wall;
  }
}

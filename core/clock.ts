import type { Instant } from "./market/bar-size.js";

/** The time a strategy lives in: simulated in a backtest, the broker's and the machine's in a live session. */
export interface Clock {
  /** Epoch ms UTC. */
  readonly now: Instant;
}

/** A clock that the engine moves from event to event. */
export class EngineClock implements Clock {
  now: Instant = Number.NEGATIVE_INFINITY;
}

/** A clock as a strategy sees it: it can be read and not be set. */
export class ClockView implements Clock {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get now(): Instant {
    return this.#clock.now;
  }
}

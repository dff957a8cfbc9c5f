import type { Clock } from "../../../core/clock.js";
import type { Instant } from "../../../core/market/bar-size.js";
import type { MarketEvents, MarketTick } from "./market-events.js";
import { type Timer, Timers } from "./timers.js";

/** Whoever lives in simulated time: it hears of ticks and of the end of every instant, in the order of joining. */
export interface Participant {
  /** When something falls due by itself; Infinity for never. */
  readonly due: Instant;
  onTick(tick: MarketTick): void;
  /** Does what has fallen due by now. */
  onDue(): void;
  /** Nothing more of the market happens at this instant. */
  onInstantEnd(): void;
}

/**
 * Simulated time. It stands still until it is told to move, and then visits every instant at which something happens:
 * the ticks of that instant first, then what falls due, then timers, then the instant's end.
 */
export class Simulation {
  readonly clock: Clock & { now: Instant };
  /** When the market of the data is over: what falls due later than that is nobody's business any more. */
  readonly end: Instant;
  private readonly events: MarketEvents;
  private readonly timers = new Timers();
  private readonly participants: Participant[] = [];

  constructor(events: MarketEvents, start: Instant, end: Instant) {
    this.events = events;
    this.end = end;
    this.clock = { now: start };
  }

  get now(): Instant {
    return this.clock.now;
  }

  /** Whoever joins first hears first: accounts fill before streams tell the price. */
  join(participant: Participant): void {
    this.participants.push(participant);
  }

  /** Joins in front of all others. */
  joinFirst(participant: Participant): void {
    this.participants.unshift(participant);
  }

  /** Has something done at an instant; at the next that is visited where it has passed. */
  at(instant: Instant, run: () => void): Timer {
    return this.timers.add(instant, run);
  }

  /** Has something done `ms` from now. */
  after(ms: number, run: () => void): Timer {
    return this.timers.add(this.clock.now + ms, run);
  }

  /** The next instant at which something happens; Infinity for none. */
  get next(): Instant {
    let next = Math.min(this.events.next, this.timers.next);
    for (const one of this.participants) if (one.due < next && one.due <= this.end) next = one.due;
    return Math.max(next, this.clock.now);
  }

  /** Whether nothing more happens but what somebody has asked for at an instant. */
  get isOver(): boolean {
    return this.clock.now >= this.end || Math.min(this.next, this.timers.next) > this.end;
  }

  /** Moves to the next instant and does all that happens there. False where nothing will ever happen. */
  step(): boolean {
    const next = this.next;
    if (next === Infinity) return false;
    this.visit(next);
    return true;
  }

  /** Moves to an instant, through all that happens until then. */
  advanceTo(instant: Instant): void {
    while (this.next <= instant) this.visit(this.next);
    if (instant > this.clock.now) this.clock.now = instant;
  }

  private visit(instant: Instant): void {
    const { clock, events, participants } = this;
    clock.now = instant;
    while (events.next <= instant) {
      const tick = events.take();
      for (const one of participants) one.onTick(tick);
    }
    for (const one of participants) if (one.due <= instant) one.onDue();
    this.timers.run(instant);
    for (const one of participants) one.onInstantEnd();
  }
}

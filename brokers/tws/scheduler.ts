import type { Clock } from "../../core/clock.js";
import type { Instant } from "../../core/market/bar-size.js";

/** Has something done later. */
export interface Scheduler {
  /** Milliseconds that never fall. */
  readonly now: number;
  /** Does it `ms` from now, and never at once. @returns what calls it off */
  after(ms: number, run: () => void): () => void;
}

/** By the machine's timers. */
export const MACHINE_SCHEDULER: Scheduler = {
  get now() {
    return performance.now();
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

interface Entry {
  readonly at: Instant;
  readonly run: () => void;
}

/**
 * By a clock that somebody else moves: whoever moves it looks at `due` and calls `run`. Of one instant what was asked
 * for first is done first. There are few entries at any time, so they are looked through.
 */
export class Timetable implements Scheduler {
  /** When the first falls due; Infinity for none. */
  due: Instant = Infinity;
  private readonly clock: Clock;
  private entries: Entry[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get now(): Instant {
    return this.clock.now;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.clock.now + ms, run };
    this.entries.push(entry);
    this.settle();
    return () => {
      this.entries = this.entries.filter((one) => one !== entry);
      this.settle();
    };
  }

  /** Does what is due by now. What that asks for in turn is done when it is looked at next, even where it is due. */
  run(): void {
    const { now } = this.clock;
    if (!(this.due <= now)) return;
    const due = this.entries.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    for (const entry of due) {
      // One that ran before may have called it off.
      if (!this.entries.includes(entry)) continue;
      this.entries = this.entries.filter((one) => one !== entry);
      entry.run();
    }
    this.settle();
  }

  /** Calls all of it off. */
  clear(): void {
    this.entries = [];
    this.settle();
  }

  private settle(): void {
    this.due = this.entries.reduce((due, { at }) => Math.min(due, at), Infinity);
  }
}

import type { Clock } from "../../data/history/clock.js";

interface Timer {
  readonly at: number;
  readonly id: number;
  readonly call: () => void;
}

/** A clock that moves only when everything waits for it: from one timer to the next. */
export class FakeClock implements Clock {
  time: number;
  private timers: Timer[] = [];
  private ids = 0;

  constructor(time = Date.UTC(2024, 0, 8, 20)) {
    this.time = time;
  }

  now = (): number => this.time;

  after = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.time + ms, id: this.ids++, call };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  };

  /** Moves on until a promise has settled, and answers what it comes to. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    promise.then(done, done);
    for (;;) {
      // Whoever gives others a turn waits for no timer: let all of them have theirs.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      // Without a timer somebody still works, and gives others more turns than that.
      for (let turn = 0; turn < 2_000 && !settled && this.timers.length === 0; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (settled) return promise;
      this.step();
    }
  }

  /** Goes to the next timer and calls it. */
  step(): void {
    const [next] = this.timers.toSorted((a, b) => a.at - b.at || a.id - b.id);
    if (next === undefined) throw new Error("everything waits, and no timer is set");
    this.timers = this.timers.filter((one) => one !== next);
    this.time = Math.max(this.time, next.at);
    next.call();
  }
}

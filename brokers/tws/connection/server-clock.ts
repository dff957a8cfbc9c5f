import { type Instant, SECOND } from "../../../core/market/bar-size.js";

/**
 * The time of TWS, carried on from when it last told it. TWS tells whole seconds, so this is up to a second behind and
 * never ahead: what has not ended yet is not taken for over. Before TWS has told it, the machine's own.
 */
export class ServerClock {
  private base: Instant | undefined;
  private at = 0;
  private readonly waiting: (() => void)[] = [];

  /** Epoch ms UTC. */
  get now(): Instant {
    return this.base === undefined ? Date.now() : this.base + (performance.now() - this.at);
  }

  told(seconds: number): void {
    this.base = seconds * SECOND;
    this.at = performance.now();
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Resolves when TWS has told its time, or after so many milliseconds. */
  whenTold(ms: number): Promise<void> {
    if (this.base !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

import type { Instant } from "../../core/market/bar-size.js";
import type { Clock } from "./clock.js";
import type { PacingRule } from "./history-limits.js";
import type { PacedRequest, RequestLog } from "./paced-request.js";
import { PacingWindows } from "./pacing-windows.js";

export interface PacerOptions {
  /** None: only the number at once is limited. */
  readonly rules: readonly PacingRule[];
  readonly atOnce: number;
  readonly clock: Clock;
  readonly log: RequestLog;
}

interface Waiter {
  readonly request: PacedRequest;
  readonly start: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Sends requests as fast as the source allows and no faster: so many at once, within every window. Of those that wait
 * the first that may be sent is sent, at the first instant that it may.
 */
export class Pacer {
  private readonly clock: Clock;
  private readonly atOnce: number;
  private readonly log: RequestLog;
  private readonly windows: PacingWindows;
  private readonly waiting: Waiter[] = [];
  private open = 0;
  private heldUntil = -Infinity;
  private cancelTimer: (() => void) | undefined;

  constructor({ rules, atOnce, clock, log }: PacerOptions) {
    this.clock = clock;
    this.atOnce = atOnce;
    this.log = log;
    this.windows = new PacingWindows(rules);
  }

  /**
   * Sends a request when its turn has come; it is under way until what `send` answers has settled.
   * @throws the signal's reason, if it is aborted before
   */
  run<T>(request: PacedRequest, send: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        // A timer that nobody waits for would keep the process, for ten minutes at the longest.
        if (this.waiting.length === 0) this.cancelTimer?.();
        reject(signal.reason);
      };
      const leave = (): void => signal.removeEventListener("abort", onAbort);
      const waiter: Waiter = {
        request,
        start: () => {
          leave();
          void this.underWay(send).then(resolve, reject);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.waiting.push(waiter);
      this.pump();
    });
  }

  /** Sends nothing for so many milliseconds: the source has said that it was too much. */
  hold(ms: number): void {
    this.heldUntil = Math.max(this.heldUntil, this.clock.now() + ms);
    this.pump();
  }

  private async underWay<T>(send: () => Promise<T>): Promise<T> {
    this.open++;
    try {
      return await send();
    } finally {
      this.open--;
      this.pump();
    }
  }

  private pump(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    try {
      while (this.open < this.atOnce && this.waiting.length > 0) {
        const next = this.take();
        if (typeof next === "number") {
          this.cancelTimer = this.clock.after(Math.max(1, next - this.clock.now()), () => this.pump());
          return;
        }
        next.start();
      }
    } catch (error) {
      // The log cannot be kept: nothing may be sent that others would not know of.
      for (const waiter of this.waiting.splice(0)) waiter.fail(error);
    }
  }

  /** Takes the first request that may be sent now out of the queue and notes it; else tells when there will be one. */
  private take(): Waiter | Instant {
    const now = this.clock.now();
    if (now < this.heldUntil) return this.heldUntil;
    return this.log.alone(() => {
      this.windows.add(this.log.unread(), now);
      let soonest = Infinity;
      for (const [i, waiter] of this.waiting.entries()) {
        const earliest = this.windows.earliest(waiter.request);
        if (earliest <= now) {
          this.log.note({ request: waiter.request, at: now });
          this.waiting.splice(i, 1);
          return waiter;
        }
        soonest = Math.min(soonest, earliest);
      }
      return soonest;
    });
  }
}

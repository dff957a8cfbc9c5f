import type { Instant } from "../../../core/market/bar-size.js";

export interface HeartbeatTimes {
  /** Milliseconds between two questions. */
  readonly every: number;
  /** Milliseconds in which the answer has to come. */
  readonly wait: number;
  /** Questions without any sign of life after which the socket is dead. */
  readonly misses: number;
}

/** How long an answer took, and how far TWS's clock is from ours. */
export interface Latency {
  readonly roundTripMs: number;
  /** TWS's clock less ours, in ms; TWS tells whole seconds, so this is right to half a second and half the round trip. */
  readonly skewMs: number;
}

interface HeartbeatHooks {
  /** Asks for the time; calls `written` when the question is on the wire. */
  ask(written: () => void): void;
  measured(latency: Latency, seconds: number): void;
  dead(): void;
}

/**
 * Asks TWS for the time, so that a socket whose other end is gone without a word is found within a minute: TCP alone
 * may need hours. Any message is a sign of life, for a busy TWS answers late and is not dead.
 */
export class Heartbeat {
  private readonly times: HeartbeatTimes;
  private readonly hooks: HeartbeatHooks;
  private timer: NodeJS.Timeout | undefined;
  private asked: { readonly monotonic: number; readonly epoch: Instant } | undefined;
  private silent = true;
  private missed = 0;

  constructor(times: HeartbeatTimes, hooks: HeartbeatHooks) {
    this.times = times;
    this.hooks = hooks;
  }

  /** Asks at once, and then again and again. */
  start(): void {
    this.beat();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.asked = undefined;
  }

  /** A message has come. */
  heard(): void {
    this.silent = false;
  }

  /** TWS has told its time, in whole seconds. */
  answered(seconds: number): void {
    const { asked } = this;
    if (asked === undefined) return;
    this.asked = undefined;
    const now = Date.now();
    // The second began somewhere between the question and the answer.
    const skewMs = Math.round(seconds * 1_000 + 500 - (asked.epoch + now) / 2);
    this.next(this.times.every);
    this.missed = 0;
    this.hooks.measured({ roundTripMs: performance.now() - asked.monotonic, skewMs }, seconds);
  }

  private beat(): void {
    this.silent = true;
    this.asked = undefined;
    this.hooks.ask(() => {
      this.asked = { monotonic: performance.now(), epoch: Date.now() };
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.expired(), this.times.wait);
    });
  }

  private expired(): void {
    if (!this.silent) {
      this.missed = 0;
      this.next(this.times.every);
      return;
    }
    this.missed++;
    if (this.missed >= this.times.misses) this.hooks.dead();
    else this.beat();
  }

  private next(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.beat(), ms);
  }
}

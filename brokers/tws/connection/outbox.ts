import type { TwsError } from "../errors.js";

/** What goes first when messages have to wait for each other. */
export const URGENCY = { cancel: 0, exit: 1, order: 2, request: 3, history: 4 } as const;
export type Urgency = (typeof URGENCY)[keyof typeof URGENCY];

/** A message on its way out, or some that leave together. */
export interface Outgoing {
  /** How many messages `write` sends; they wait until all of them may leave. Asked when it is their turn. Default 1. */
  readonly count?: number;
  /** Puts it on the wire. What it throws is handed to `dropped`. */
  write(): void;
  /** It was not sent, and never will be. */
  dropped(error: unknown): void;
}

/** Milliseconds in which `perSecond` messages may leave. */
const WINDOW = 1_000;
/** How long the pace stays halved after TWS has complained. */
const SLOW = 60_000;
const SLOWEST = 5;

/**
 * Messages to TWS, never more than so many in any second, the most urgent first. TWS closes the socket of a client that
 * sends too fast three times. What waits here when the connection ends was not sent, and its sender is told so: the
 * library's own queue would send it into the next connection.
 */
export class Outbox {
  private readonly waiting: Outgoing[][] = [[], [], [], [], []];
  /** When the latest messages left, as a ring: the oldest of them decides when the next may. */
  private readonly left: Float64Array;
  private at = 0;
  private perSecond: number;
  private slowUntil = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private closed: TwsError | undefined;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
    this.left = new Float64Array(perSecond).fill(Number.NEGATIVE_INFINITY);
  }

  put(urgency: Urgency, message: Outgoing): void {
    if (this.closed !== undefined) {
      message.dropped(this.closed);
      return;
    }
    this.waiting[urgency].push(message);
    this.flush();
  }

  /** Whether something waits for its turn. */
  get isWaiting(): boolean {
    return this.waiting.some((queue) => queue.length > 0);
  }

  /** TWS has said that messages come too fast: half as many for a while. */
  slowDown(): void {
    this.perSecond = Math.max(Math.min(SLOWEST, this.perSecond), Math.floor(this.perSecond / 2));
    this.slowUntil = performance.now() + SLOW;
  }

  /** Drops what waits, and whatever is put here from now on. */
  close(error: TwsError): void {
    this.closed = error;
    clearTimeout(this.timer);
    for (const queue of this.waiting) for (const message of queue.splice(0)) message.dropped(error);
  }

  private flush(): void {
    // What has just come may need less room than what was waited for.
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
    while (this.closed === undefined) {
      const next = this.mostUrgent();
      if (next === undefined) return;
      const count = next[0].count ?? 1;
      const now = performance.now();
      if (now > this.slowUntil) this.perSecond = this.left.length;
      // The last of them waits for the one so many before it; more than there is room for leave in an empty second.
      const free = this.left[this.ringPlace(Math.max(this.perSecond - count + 1, 1))] + WINDOW;
      if (count > 0 && free > now) {
        this.timer = setTimeout(() => this.flush(), free - now);
        return;
      }
      for (let i = 0; i < count; i++) {
        this.left[this.at] = now;
        this.at = this.ringPlace(-1);
      }
      const message = next.shift() as Outgoing;
      try {
        message.write();
      } catch (error) {
        message.dropped(error);
      }
    }
  }

  private mostUrgent(): Outgoing[] | undefined {
    const { waiting } = this;
    for (let urgency = 0; urgency < waiting.length; urgency++) if (waiting[urgency].length > 0) return waiting[urgency];
    return undefined;
  }

  /** The place of the message that left so many before the next one. */
  private ringPlace(back: number): number {
    const size = this.left.length;
    return (this.at - back + 2 * size) % size;
  }
}

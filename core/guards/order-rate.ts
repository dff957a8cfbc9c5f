import type { Denial } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";

export interface OrderRateOptions {
  /** Decisions a second for one instrument; the orders of one handler call are one decision. */
  readonly perSecond?: number;
  /** Seconds within which the same order may not come again from another handler call. */
  readonly repeatSeconds?: number;
}

/** No run-away loop: too many decisions a second, or the same order again and again. */
export class OrderRate implements Guard {
  readonly name = "orderRate";
  readonly reducingPasses = false;
  private readonly perSecond: number;
  private readonly repeat: number;
  /** Instants of the latest decisions of each instrument: a ring of `perSecond` places. */
  private readonly rings: Float64Array;
  private readonly heads: Int32Array;
  private readonly lastDecision: Float64Array;
  /** The latest order of each instrument: side, type, quantity, prices, and when. */
  private readonly last: Float64Array;

  constructor(instruments: number, options: OrderRateOptions = {}) {
    this.perSecond = options.perSecond ?? 10;
    this.repeat = (options.repeatSeconds ?? 1) * 1000;
    this.rings = new Float64Array(instruments * this.perSecond).fill(Number.NEGATIVE_INFINITY);
    this.heads = new Int32Array(instruments);
    this.lastDecision = new Float64Array(instruments).fill(-1);
    this.last = new Float64Array(instruments * WIDTH).fill(Number.NEGATIVE_INFINITY);
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { index, now } = order;
    if (order.decision === this.lastDecision[index]) {
      this.remember(order);
      return undefined;
    }
    const since = now - this.last[index * WIDTH + WHEN];
    if (since < this.repeat && this.isRepeat(order)) {
      return { code: "ORDER_REPEATED", details: { since: `${since}ms`, limit: `${this.repeat}ms` } };
    }
    const place = index * this.perSecond + this.heads[index];
    if (now - this.rings[place] < 1000) {
      return { code: "ORDER_RATE", details: { limit: `${this.perSecond}/s` } };
    }
    this.rings[place] = now;
    this.heads[index] = (this.heads[index] + 1) % this.perSecond;
    this.lastDecision[index] = order.decision;
    this.remember(order);
    return undefined;
  }

  private isRepeat(order: OrderUnderTest): boolean {
    const at = order.index * WIDTH;
    const stop = order.book.stop[order.id];
    return (
      this.last[at] === order.side &&
      this.last[at + 1] === order.type &&
      this.last[at + 2] === order.size &&
      Object.is(this.last[at + 3], order.limit) &&
      Object.is(this.last[at + 4], stop)
    );
  }

  private remember(order: OrderUnderTest): void {
    const at = order.index * WIDTH;
    this.last[at] = order.side;
    this.last[at + 1] = order.type;
    this.last[at + 2] = order.size;
    this.last[at + 3] = order.limit;
    this.last[at + 4] = order.book.stop[order.id];
    this.last[at + WHEN] = order.now;
  }
}

/** Places of `last` an instrument. */
const WIDTH = 6;
const WHEN = 5;

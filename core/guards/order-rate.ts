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
  /** Places an instrument has in `rows`. */
  private readonly width: number;
  /**
   * Of each instrument its latest order, its latest decision, and the instants of the decisions before in a ring of
   * `perSecond` places. In one array, for an order looks at all of it.
   */
  private readonly rows: Float64Array;

  constructor(instruments: number, options: OrderRateOptions = {}) {
    this.perSecond = options.perSecond ?? 10;
    this.repeat = (options.repeatSeconds ?? 1) * 1000;
    this.width = RING + this.perSecond;
    this.rows = new Float64Array(instruments * this.width).fill(Number.NEGATIVE_INFINITY);
    for (let i = 0; i < instruments; i++) this.rows[i * this.width + HEAD] = 0;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { rows, perSecond, repeat } = this;
    const { now, decision, side, type, size, limit } = order;
    const stop = order.book.stop[order.id];
    const at = order.index * this.width;
    if (decision !== rows[at + DECISION]) {
      const since = now - rows[at + WHEN];
      if (since < repeat) {
        const isRepeat =
          rows[at + SIDE] === side &&
          rows[at + TYPE] === type &&
          rows[at + SIZE] === size &&
          Object.is(rows[at + LIMIT], limit) &&
          Object.is(rows[at + STOP], stop);
        if (isRepeat) return { code: "ORDER_REPEATED", details: { since: `${since}ms`, limit: `${repeat}ms` } };
      }
      const head = rows[at + HEAD];
      const place = at + RING + head;
      if (now - rows[place] < 1000) return { code: "ORDER_RATE", details: { limit: `${perSecond}/s` } };
      rows[place] = now;
      rows[at + HEAD] = head + 1 === perSecond ? 0 : head + 1;
      rows[at + DECISION] = decision;
    }
    rows[at + SIDE] = side;
    rows[at + TYPE] = type;
    rows[at + SIZE] = size;
    rows[at + LIMIT] = limit;
    rows[at + STOP] = stop;
    rows[at + WHEN] = now;
    return undefined;
  }
}

// Where in an instrument's places each stands.
const SIDE = 0;
const TYPE = 1;
const SIZE = 2;
const LIMIT = 3;
const STOP = 4;
const WHEN = 5;
const DECISION = 6;
/** The place of the ring that is taken next: that of the oldest decision. */
const HEAD = 7;
const RING = 8;

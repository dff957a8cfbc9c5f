import { widerDoubles } from "../../../core/columns.js";
import { BAR, QUOTE, TRADE } from "../../../core/feed.js";
import type { Instant } from "../../../core/market/bar-size.js";

/**
 * Market events on their way to the engine, as columns of a ring: an event costs no object. What is pushed is gathered
 * until it is released, which gives it its instant.
 */
export class EventRing {
  /** Of the event that was taken last. */
  kind = 0;
  /** The instrument of a quote or trade, the series of a bar; by index. */
  subject = -1;
  /** Of a bar: its row. */
  row = -1;
  isLate = false;
  time: Instant = Number.NEGATIVE_INFINITY;
  /** Bid, ask and their sizes; of a trade price and size. */
  a = Number.NaN;
  b = Number.NaN;
  c = Number.NaN;
  d = Number.NaN;
  private size: number;
  private kinds: Uint8Array;
  private lates: Uint8Array;
  private subjects: Int32Array;
  private rows: Int32Array;
  private times: Float64Array;
  private as: Float64Array;
  private bs: Float64Array;
  private cs: Float64Array;
  private ds: Float64Array;
  /** Counted from the beginning: the next to be taken, the first that is not released, and where the next is pushed. */
  private head = 0;
  private released = 0;
  private tail = 0;

  /** @param size a power of two; it doubles when it is full */
  constructor(size = 1_024) {
    this.size = size;
    this.kinds = new Uint8Array(size);
    this.lates = new Uint8Array(size);
    this.subjects = new Int32Array(size);
    this.rows = new Int32Array(size);
    this.times = new Float64Array(size);
    this.as = new Float64Array(size);
    this.bs = new Float64Array(size);
    this.cs = new Float64Array(size);
    this.ds = new Float64Array(size);
  }

  /** Whether nothing that is released is left. */
  get isDry(): boolean {
    return this.head === this.released;
  }

  /** How many there are to be taken, released or not. */
  get length(): number {
    return this.tail - this.head;
  }

  quote(instrument: number, bid: number, ask: number, bidSize: number, askSize: number): void {
    const at = this.push(QUOTE, instrument, -1);
    this.as[at] = bid;
    this.bs[at] = ask;
    this.cs[at] = bidSize;
    this.ds[at] = askSize;
  }

  trade(instrument: number, price: number, size: number): void {
    const at = this.push(TRADE, instrument, -1);
    this.as[at] = price;
    this.bs[at] = size;
  }

  /** A bar, which is known at its end and not earlier. */
  bar(series: number, row: number, end: Instant, isLate: boolean): void {
    const at = this.push(BAR, series, row);
    this.times[at] = end;
    this.lates[at] = isLate ? 1 : 0;
  }

  /** Hands out what was gathered, as known at `now`; a bar at its end where that is later. @returns whether there was any */
  release(now: Instant): boolean {
    if (this.released === this.tail) return false;
    for (; this.released < this.tail; this.released++) {
      const at = this.released & (this.size - 1);
      const { times } = this;
      if (!(times[at] > now)) times[at] = now;
    }
    return true;
  }

  /** Moves to the next event that is released; false where there is none. */
  take(): boolean {
    if (this.head === this.released) return false;
    const at = this.head & (this.size - 1);
    this.head++;
    this.kind = this.kinds[at];
    this.subject = this.subjects[at];
    this.row = this.rows[at];
    this.isLate = this.lates[at] === 1;
    this.time = this.times[at];
    this.a = this.as[at];
    this.b = this.bs[at];
    this.c = this.cs[at];
    this.d = this.ds[at];
    return true;
  }

  private push(kind: number, subject: number, row: number): number {
    if (this.tail - this.head === this.size) this.grow();
    const at = this.tail & (this.size - 1);
    this.tail++;
    this.kinds[at] = kind;
    this.subjects[at] = subject;
    this.rows[at] = row;
    this.lates[at] = 0;
    this.times[at] = Number.NEGATIVE_INFINITY;
    return at;
  }

  private grow(): void {
    const { size, head } = this;
    const turn = head & (size - 1);
    const kinds = new Uint8Array(size * 2);
    const lates = new Uint8Array(size * 2);
    const subjects = new Int32Array(size * 2);
    const rows = new Int32Array(size * 2);
    for (let i = 0; i < size; i++) {
      const from = (turn + i) & (size - 1);
      kinds[i] = this.kinds[from];
      lates[i] = this.lates[from];
      subjects[i] = this.subjects[from];
      rows[i] = this.rows[from];
    }
    const turned = (column: Float64Array): Float64Array => {
      const wide = widerDoubles(column.subarray(turn), size * 2);
      wide.set(column.subarray(0, turn), size - turn);
      return wide;
    };
    this.kinds = kinds;
    this.lates = lates;
    this.subjects = subjects;
    this.rows = rows;
    this.times = turned(this.times);
    this.as = turned(this.as);
    this.bs = turned(this.bs);
    this.cs = turned(this.cs);
    this.ds = turned(this.ds);
    this.released -= head;
    this.tail -= head;
    this.head = 0;
    this.size = size * 2;
  }
}

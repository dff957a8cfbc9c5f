import { widerDoubles } from "../../core/columns.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { OrderBook } from "../../core/orders/order-book.js";
import type { WorkingOrders } from "../../core/orders/working-orders.js";
import { brokerColumns, decision, type Line, orderContent } from "./line.js";
import type { RecordingWriter } from "./recording-file.js";

/** What the recorder looks at: the run, once there is one. */
export interface RecordedRun {
  readonly book: OrderBook;
  readonly working: WorkingOrders;
  readonly clock: { readonly now: Instant };
}

/** Columns of an order that a broker may change. */
const WIDTH = 6;

/**
 * Writes what an engine is given and what it decides, in the order in which it happens. It watches from around the
 * feed, the broker and the evidence (see wrap.ts), and from the engine's calls (see recording-engine.ts).
 */
export class Recorder {
  readonly writer: RecordingWriter;
  private run: RecordedRun | undefined;
  /** Answers as they were last written. */
  private readonly answers = new Map<string, unknown>();
  /** By which call of the engine the broker is at work; "" for none. */
  private by = "";
  private depth = 0;
  private isTelling = false;
  /** Columns of orders as a replay would have them by now, `WIDTH` a row, and how many rows are looked at. */
  private shadow = new Float64Array(64 * WIDTH);
  private known = 0;

  constructor(writer: RecordingWriter) {
    this.writer = writer;
  }

  follow(run: RecordedRun): void {
    this.run = run;
  }

  /** A call of the engine from outside, with the line that says so. What is called within it is part of it. */
  input<T>(line: Line | undefined, work: () => T): T {
    if (this.depth > 0) return work();
    this.depth++;
    this.noteChanges("");
    if (line !== undefined) this.writer.write(line);
    try {
      return work();
    } catch (error) {
      if (!this.isTelling) this.writer.write(["x", error instanceof Error ? error.message : String(error)]);
      throw error;
    } finally {
      this.depth--;
    }
  }

  /** What the session tells the engine within a call of it: that may call the engine again. */
  telling(tell: () => void): void {
    const { depth } = this;
    this.depth = 0;
    this.isTelling = true;
    try {
      this.within("", tell);
    } finally {
      this.depth = depth;
      this.isTelling = false;
      this.writer.write(["told"]);
    }
  }

  /** A call of the engine to its broker: what that tells or changes meanwhile is noted as coming of it. */
  within<T>(by: string, work: () => T): T {
    const outer = this.by;
    this.by = by;
    try {
      return work();
    } finally {
      this.noteChanges(by);
      this.by = outer;
    }
  }

  /** What the broker tells, behind what it has changed until then. */
  fact(event: string, ...content: readonly unknown[]): void {
    this.noteChanges(this.by);
    this.writer.write(["f", this.by, this.now, event, ...content]);
  }

  decided(kind: string, ...content: readonly unknown[]): void {
    this.writer.write(decision(this.now, kind, content));
  }

  /** An order as the engine has left it. */
  order(order: number): readonly unknown[] {
    if (this.run === undefined) return [order];
    this.look(this.run.book, order);
    return orderContent(this.run.book, order);
  }

  /** Notes an answer where it is another than before. Numbers, texts and whatever JSON can say. */
  answer<T>(name: string, value: T): T {
    const key = typeof value === "object" ? JSON.stringify(value) : value;
    if (this.answers.has(name) && Object.is(this.answers.get(name), key)) return value;
    this.answers.set(name, key);
    this.writer.write(["r", name, value ?? null]);
    return value;
  }

  private get now(): Instant {
    return this.run?.clock.now ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * Writes what has become of the columns of working orders since they were looked at. What the engine has changed by
   * itself is among it, and does no harm: a replay is told what it has.
   */
  private noteChanges(by: string): void {
    if (this.run === undefined || this.run.working.total === 0) return;
    const { book, working } = this.run;
    for (let i = 0; i < working.lists.length; i++) {
      const list = working.lists[i];
      for (let k = 0; k < working.count[i]; k++) {
        if (this.look(book, list[k])) this.writer.write(["c", by, this.now, list[k], ...brokerColumns(book, list[k])]);
      }
    }
  }

  /** Looks at an order; whether it had been looked at before and has changed. */
  private look(book: OrderBook, order: number): boolean {
    const isNew = order >= this.known;
    while (order * WIDTH >= this.shadow.length) this.shadow = widerDoubles(this.shadow, this.shadow.length * 2);
    if (isNew) this.known = order + 1;
    const at = order * WIDTH;
    const changes =
      this.put(at, book.quantity[order]) +
      this.put(at + 1, book.limit[order]) +
      this.put(at + 2, book.stop[order]) +
      this.put(at + 3, book.trailOf(order)) +
      this.put(at + 4, book.limitOffsetOf(order)) +
      this.put(at + 5, book.flags[order]);
    return changes > 0 && !isNew;
  }

  /** 1 where the value is another than there was. */
  private put(place: number, value: number): number {
    if (Object.is(this.shadow[place], value)) return 0;
    this.shadow[place] = value;
    return 1;
  }
}

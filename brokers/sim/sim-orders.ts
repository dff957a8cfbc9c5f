import { GROWTH, widerBytes, widerDoubles } from "../../core/columns.js";
import type { OrderBook } from "../../core/orders/order-book.js";
import { wholeSteps } from "../../core/orders/quantity-step.js";

// What is out of the ordinary with an order, as bits of `marks`. An order without marks is matched by its row alone.

/** It was born inside a bar: `births` says where. */
export const BORN_INSIDE = 1;
/** Its cancel was asked for inside a bar that is not known yet: `cancelsAsked` says when. */
export const CANCEL_ASKED = 2;
/** It was modified inside such a bar: `changes` says what it had been until then. */
export const CHANGED = 4;
/** It has stood in the market for a quote or trade: it rests. */
export const RESTED = 8;
/** It has children: the columns `filledAt`, `exited` and `sent` are kept of it. */
export const HAS_CHILDREN = 16;

/** Where an order was born inside a bar. */
export interface Birth {
  /** The bar, as a row of the instrument's finest series. */
  readonly row: number;
  /** INSIDE, FALLING, RISING, AT_CLOSE of intrabar.ts, or TRIGGERED_HERE. */
  readonly how: number;
  readonly price: number;
  /** Where on the bar's path, for the policy "ohlc". */
  readonly point: number;
}

/** What an order had been until it was modified inside a bar. */
export interface Change {
  readonly at: number;
  readonly madeAt: number;
  readonly limit: number;
  readonly stop: number;
  readonly quantity: number;
}

/**
 * What the simulated broker keeps of each order beside the book, by the order's row: in columns what every order has, in
 * maps what few have. Rows begin as zeros and are never used again; memory is most of what a plain order costs.
 */
export class SimOrders {
  marks = new Uint8Array(0);
  /** When it ends by its time in force; Infinity for never. */
  expiry = new Float64Array(0);
  /** Money set aside for each unit of it, in the instrument's currency. */
  promised = new Float64Array(0);

  /** Of orders with children: when the first fill happened; 0 before it. */
  filledAt = new Float64Array(0);
  /** Of orders with children: units of its fills that its exits, of which one cancels the other, have closed. */
  exited = new Float64Array(0);
  /** Of orders with children: its quantity when they were sent or it was modified; exits of that size follow its next change. */
  sent = new Float64Array(0);

  readonly births = new Map<number, Birth>();
  readonly cancelsAsked = new Map<number, number>();
  readonly changes = new Map<number, Change>();

  /** Makes room for an order, as much as the book has. */
  admit(order: number, book: OrderBook): void {
    if (order >= this.marks.length) this.grow(order, book);
  }

  has(order: number, mark: number): boolean {
    return (this.marks[order] & mark) !== 0;
  }

  mark(order: number, mark: number): void {
    this.marks[order] |= mark;
  }

  unmark(order: number, mark: number): void {
    this.marks[order] &= ~mark;
  }

  /** Keeps the columns of parents for an order from now on. */
  addChild(parent: number, book: OrderBook): void {
    if (this.has(parent, HAS_CHILDREN)) return;
    this.mark(parent, HAS_CHILDREN);
    if (parent >= this.sent.length) {
      const size = this.marks.length;
      this.filledAt = widerDoubles(this.filledAt, size);
      this.exited = widerDoubles(this.exited, size);
      this.sent = widerDoubles(this.sent, size);
    }
    this.sent[parent] = book.quantity[parent];
  }

  /**
   * From when on an order takes part where prices come one by one: made, and with a parent no earlier than that has begun
   * to fill. What came at that very instant, such as the quote that filled the parent first, is not for it.
   */
  liveFrom(order: number, book: OrderBook, latency: number): number {
    const own = book.madeAt[order] + latency;
    const parent = book.parent[order];
    return parent < 0 ? own : Math.max(own, this.filledAt[parent]);
  }

  bear(order: number, birth: Birth): void {
    this.mark(order, BORN_INSIDE);
    this.births.set(order, birth);
  }

  /** How an order was born inside this bar; undefined where it was not. */
  birthIn(order: number, row: number): Birth | undefined {
    if (!this.has(order, BORN_INSIDE)) return undefined;
    const birth = this.births.get(order);
    return birth?.row === row ? birth : undefined;
  }

  /** When its cancel was asked for inside a bar; NaN where it was not. */
  cancelAskedAt(order: number): number {
    return this.has(order, CANCEL_ASKED) ? (this.cancelsAsked.get(order) as number) : Number.NaN;
  }

  askCancel(order: number, now: number): void {
    this.mark(order, CANCEL_ASKED);
    this.cancelsAsked.set(order, now);
  }

  /** Notes what an order stands at, which is about to be modified at `at`, inside a bar. */
  noteChange(order: number, at: number, book: OrderBook): void {
    this.mark(order, CHANGED);
    this.changes.set(order, {
      at,
      madeAt: book.madeAt[order],
      limit: book.limit[order],
      stop: book.stop[order],
      quantity: book.quantity[order],
    });
  }

  forgetChange(order: number): void {
    if (!this.has(order, CHANGED)) return;
    this.unmark(order, CHANGED);
    this.changes.delete(order);
  }

  /**
   * An order's units and prices have gone through a split. What is left over whole steps of quantity is lost to its
   * exits: they never close more than there is.
   */
  split(order: number, numerator: number, denominator: number, step: number): void {
    const units = (quantity: number): number => (quantity * numerator) / denominator;
    const price = (value: number): number => (value * denominator) / numerator;
    this.promised[order] = price(this.promised[order]);
    const change = this.changes.get(order);
    if (change !== undefined) {
      this.changes.set(order, {
        ...change,
        limit: price(change.limit),
        stop: price(change.stop),
        quantity: wholeSteps(units(change.quantity), step),
      });
    }
    if (!this.has(order, HAS_CHILDREN)) return;
    this.exited[order] = -wholeSteps(-units(this.exited[order]), step);
    this.sent[order] = wholeSteps(units(this.sent[order]), step);
  }

  /** An order has ended: what the maps hold of it is let go. */
  release(order: number): void {
    if (this.marks[order] === 0) return;
    if (this.has(order, BORN_INSIDE)) this.births.delete(order);
    if (this.has(order, CANCEL_ASKED)) this.cancelsAsked.delete(order);
    this.forgetChange(order);
    this.unmark(order, BORN_INSIDE | CANCEL_ASKED);
  }

  private grow(order: number, book: OrderBook): void {
    const size = Math.max(order + 1, this.marks.length * GROWTH, book.instrument.length);
    this.marks = widerBytes(this.marks, size);
    this.expiry = widerDoubles(this.expiry, size);
    this.promised = widerDoubles(this.promised, size);
  }
}

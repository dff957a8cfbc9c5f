import type { Instrument } from "../market/instrument.js";
import { isWorking } from "./kinds.js";
import { Order } from "./order.js";
import type { OrderBook } from "./order-book.js";

/** How many of the latest orders keep their handle whatever has become of them. */
const RECENT = 32;

/**
 * The Order objects a strategy holds: one an order, the same each time it is handed out, for as long as the order works
 * or is among the latest. Not kept for ever: a million handles that nobody holds would be copied by every collection.
 */
export class OrderHandles {
  private readonly book: OrderBook;
  private readonly instruments: readonly Instrument[];
  private readonly recent: (Order | undefined)[] = new Array(RECENT).fill(undefined);
  private readonly older = new Map<number, Order>();
  /** How many of these there may be before those that have ended are let go. */
  private room = RECENT;

  constructor(book: OrderBook, instruments: readonly Instrument[]) {
    this.book = book;
    this.instruments = instruments;
  }

  of(id: number): Order {
    const place = id % RECENT;
    const known = this.recent[place];
    if (known !== undefined) {
      if (known.id === id) return known;
      if (known.id > id) return this.olderOf(id);
      this.keep(known);
    }
    const handle = this.older.size > 0 ? this.older.get(id) : undefined;
    if (handle !== undefined) return handle;
    const made = new Order(this.book, id, this.instruments[this.book.instrument[id]]);
    this.recent[place] = made;
    return made;
  }

  private olderOf(id: number): Order {
    const known = this.older.get(id);
    if (known !== undefined) return known;
    const made = new Order(this.book, id, this.instruments[this.book.instrument[id]]);
    this.keep(made);
    return made;
  }

  /** Keeps a handle that is not among the latest any more for as long as its order works. */
  private keep(handle: Order): void {
    const { older, book } = this;
    if (!isWorking(book.status[handle.id])) return;
    if (older.size >= this.room) {
      for (const id of older.keys()) if (!isWorking(book.status[id])) older.delete(id);
      this.room = Math.max(RECENT, 2 * older.size);
    }
    older.set(handle.id, handle);
  }
}

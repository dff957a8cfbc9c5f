import type { Instant } from "../market/bar-size.js";
import type { Instrument } from "../market/instrument.js";
import { type Denial, formatDenial } from "./denial.js";
import {
  FILLED,
  isWorking,
  ORDER_STATUSES,
  ORDER_TYPES,
  type OrderStatus,
  type OrderType,
  type Side,
  TIMES_IN_FORCE,
  type TimeInForce,
} from "./kinds.js";
import type { OrderBook } from "./order-book.js";

/**
 * A live view of an order: it always says how the order stands now. Prices are in the instrument's currency (NaN for
 * one it does not have), quantities in units above zero, instants in epoch ms UTC.
 */
export class Order {
  readonly #id: number;
  readonly #instrument: Instrument;
  readonly #book: OrderBook;

  constructor(book: OrderBook, id: number, instrument: Instrument) {
    this.#book = book;
    this.#id = id;
    this.#instrument = instrument;
  }

  get id(): number {
    return this.#id;
  }
  get instrument(): Instrument {
    return this.#instrument;
  }

  get side(): Side {
    return this.#book.side[this.#id] > 0 ? "buy" : "sell";
  }
  get type(): OrderType {
    return ORDER_TYPES[this.#book.type[this.#id]];
  }
  get tif(): TimeInForce {
    return TIMES_IN_FORCE[this.#book.tif[this.#id]];
  }
  get status(): OrderStatus {
    return ORDER_STATUSES[this.#book.status[this.#id]];
  }
  /** Whether it can still fill. */
  get isWorking(): boolean {
    return isWorking(this.#book.status[this.#id]);
  }
  get isFilled(): boolean {
    return this.#book.status[this.#id] === FILLED;
  }
  get quantity(): number {
    return this.#book.quantity[this.#id];
  }
  get filled(): number {
    return this.#book.filled[this.#id];
  }
  get remaining(): number {
    return this.#book.remaining(this.#id);
  }
  /** Average price of its fills; NaN before the first. */
  get averagePrice(): number {
    return this.#book.filledValue[this.#id] / this.#book.filled[this.#id];
  }
  /** Fees of its fills so far, in the instrument's currency. */
  get fees(): number {
    return this.#book.fees[this.#id];
  }
  get limit(): number {
    return this.#book.limit[this.#id];
  }
  /** The stop as it stands now: of a trailing stop it moves. */
  get stop(): number {
    return this.#book.stop[this.#id];
  }
  get createdAt(): Instant {
    return this.#book.createdAt[this.#id];
  }
  get tag(): string | undefined {
    return this.#book.tags.get(this.#id);
  }
  /** Why it was denied or rejected. */
  get denial(): Denial | undefined {
    return this.#book.denials.get(this.#id);
  }
  /** The same in words, such as "STALE_QUOTE: age=75s limit=60s". */
  get reason(): string | undefined {
    const denial = this.denial;
    return denial === undefined ? undefined : formatDenial(denial);
  }
  /** Every state it has been in, oldest first. */
  get history(): readonly { readonly status: OrderStatus; readonly time: Instant }[] {
    return this.#book.history(this.#id).map(({ status, time }) => ({ status: ORDER_STATUSES[status], time }));
  }

  toString(): string {
    return `${this.side} ${this.quantity} ${this.instrument.symbol} ${this.type} (${this.status})`;
  }
}

// What an order says cannot be written over: an inherited property that is frozen refuses an assignment. Freezing each
// order would cost as much as matching it.
Object.freeze(Order.prototype);

/** One fill, as `onFill` is told of it. */
export interface Fill {
  readonly order: Order;
  readonly instrument: Instrument;
  readonly side: Side;
  /** Units, above zero. */
  readonly quantity: number;
  /** In the instrument's currency, slippage included. */
  readonly price: number;
  /** In the instrument's currency. */
  readonly fee: number;
  /** When it happened; the strategy learns of it at `clock.now`. */
  readonly time: Instant;
}

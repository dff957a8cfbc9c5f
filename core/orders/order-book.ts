import type { Clock } from "../clock.js";
import { FIRST_ROWS, GROWTH, widerBytes, widerDoubles, widerInts } from "../columns.js";
import type { Denial } from "./denial.js";
import { DENIED, FILLED, GOOD_TILL_DATE, HELD, isTrailing, SUBMITTED, TRIGGERED } from "./kinds.js";
import { isPlain, OrderHistory, type OrderState, plainLife } from "./order-history.js";
import { wholeSteps } from "./quantity-step.js";
import type { RestoredOrder } from "./restored-run.js";
import { roundPrice } from "./tick.js";

/** Of an instrument: what its quantities and prices are multiples of. */
interface Steps {
  readonly quantityStep: number;
  readonly tickSize: number;
}

/**
 * Every order of a run as columns: an order is a row, its id, and rows are never moved or reused. Prices are in the
 * instrument's currency, quantities in units above zero (the side is +1 or -1), instants in epoch ms UTC; NaN stands
 * for a price or instant the order does not have, -1 for no parent and no group.
 *
 * A row is about ninety bytes, and an order of a backtest costs as much for the memory it touches first as for all that
 * is computed for it: what few orders have is not written for the others (see `trailOf`, `goodTillOf`, `leftOf` and the history).
 */
export class OrderBook {
  length = 0;
  instrument: Int32Array;
  /** +1 buys, -1 sells. */
  side: Int8Array;
  type: Uint8Array;
  tif: Uint8Array;
  status: Uint8Array;
  /** OUTSIDE_RTH, TARGET, LIQUIDATION and so on. */
  flags: Uint8Array;
  /** The order whose fill makes this one active, or -1. */
  parent: Int32Array;
  /** One cancels the other: orders of one group share this number; -1 for none. */
  group: Int32Array;
  quantity: Float64Array;
  filled: Float64Array;
  /** Sum of quantity x price over its fills. */
  filledValue: Float64Array;
  fees: Float64Array;
  limit: Float64Array;
  /** Stop price, or the price that must be touched; of a trailing stop the stop as it stands now. */
  stop: Float64Array;
  /** When the order was made, or last modified. */
  madeAt: Float64Array;
  createdAt: Float64Array;
  /** Of trailing stops: how far they follow behind, in price, or as a fraction of it with TRAIL_FRACTION. */
  trail = new Float64Array(0);
  /** Of trailing stops with a limit: how far it lies beyond the stop. */
  limitOffset = new Float64Array(0);
  /** Of GTD orders: when they end. */
  goodTill = new Float64Array(0);
  /** Of orders that were held: when they left; NaN while they have not, and 0 of an order that was not held. */
  private leftAt = new Float64Array(0);

  readonly tags = new Map<number, string>();
  /**
   * Orders for a target that were made while others for one were being cancelled, and those: each waits for their end, and
   * what they still fill is taken from it. Empty where cancels take no time.
   */
  readonly behind = new Map<number, readonly number[]>();
  readonly denials = new Map<number, Denial>();

  /** When it reached its last state, of those that have been triggered or have ended. */
  private latestAt: Float64Array;
  private readonly clock: Clock;
  private readonly histories = new OrderHistory();

  /** Now is what the clock says, at each of the calls below. @param rows that there is room for at first */
  constructor(clock: Clock, rows = FIRST_ROWS) {
    this.clock = clock;
    this.instrument = new Int32Array(rows);
    this.side = new Int8Array(rows);
    this.type = new Uint8Array(rows);
    this.tif = new Uint8Array(rows);
    this.status = new Uint8Array(rows);
    this.flags = new Uint8Array(rows);
    this.parent = new Int32Array(rows);
    this.group = new Int32Array(rows);
    this.quantity = new Float64Array(rows);
    this.filled = new Float64Array(rows);
    this.filledValue = new Float64Array(rows);
    this.fees = new Float64Array(rows);
    this.limit = new Float64Array(rows);
    this.stop = new Float64Array(rows);
    this.madeAt = new Float64Array(rows);
    this.createdAt = new Float64Array(rows);
    this.latestAt = new Float64Array(rows);
  }

  /** Adds a row with nothing but its instrument, side, type and quantity set. */
  add(instrument: number, side: number, type: number, quantity: number): number {
    const { now } = this.clock;
    const id = this.length;
    if (id === this.instrument.length) this.grow();
    this.length = id + 1;
    this.instrument[id] = instrument;
    this.side[id] = side;
    this.type[id] = type;
    this.parent[id] = -1;
    this.group[id] = -1;
    this.quantity[id] = quantity;
    this.limit[id] = Number.NaN;
    this.stop[id] = Number.NaN;
    this.madeAt[id] = now;
    this.createdAt[id] = now;
    return id;
  }

  /** Adds the row of an order that an earlier part of the run has made; `parent` is a row of this book. */
  restore(order: RestoredOrder, parent: number): number {
    const id = this.add(order.instrument, order.side, order.type, order.quantity);
    this.tif[id] = order.tif;
    this.flags[id] = order.flags;
    this.parent[id] = parent;
    this.group[id] = order.group;
    this.filled[id] = order.filled;
    this.filledValue[id] = order.filledValue;
    this.fees[id] = order.fees;
    this.limit[id] = order.limit;
    this.stop[id] = order.stop;
    this.madeAt[id] = order.madeAt;
    this.createdAt[id] = order.createdAt;
    if (this.trails(id)) this.setTrail(id, order.trail, order.limitOffset);
    if (order.tif === GOOD_TILL_DATE) this.setGoodTill(id, order.goodTill);
    if (order.tag !== "") this.tags.set(id, order.tag);
    this.setStatus(id, order.status);
    return id;
  }

  setTrail(id: number, trail: number, limitOffset: number): void {
    if (id >= this.trail.length) {
      this.trail = widerDoubles(this.trail, this.instrument.length);
      this.limitOffset = widerDoubles(this.limitOffset, this.instrument.length);
    }
    this.trail[id] = trail;
    this.limitOffset[id] = limitOffset;
  }

  setGoodTill(id: number, instant: number): void {
    if (id >= this.goodTill.length) this.goodTill = widerDoubles(this.goodTill, this.instrument.length);
    this.goodTill[id] = instant;
  }

  /**
   * Takes a row through a split: units are multiplied, prices divided, and what has been filled is told on the new
   * units. Orders for a part of a step cannot stand, and what was filled of one is paid out in cash: both are whole steps
   * afterwards. A price moves to the tick that is better for the order's maker, as it does when an order is made.
   */
  split(id: number, numerator: number, denominator: number, { quantityStep, tickSize }: Steps): void {
    const side = this.side[id];
    const scaled = (price: number): number => roundPrice((price * denominator) / numerator, tickSize, -side);
    const units = (quantity: number): number => (quantity * numerator) / denominator;
    const left = wholeSteps(units(this.remaining(id)), quantityStep);
    const filled = units(this.filled[id]);
    const whole = wholeSteps(filled, quantityStep);
    if (filled > 0) this.filledValue[id] *= whole / filled;
    this.filled[id] = whole;
    this.quantity[id] = whole + left;
    this.limit[id] = scaled(this.limit[id]);
    this.stop[id] = scaled(this.stop[id]);
    if (!this.trails(id)) return;
    const fraction = (this.flags[id] & TRAIL_FRACTION) !== 0;
    if (!fraction) this.trail[id] = (this.trail[id] * denominator) / numerator;
    this.limitOffset[id] = (this.limitOffset[id] * denominator) / numerator;
  }

  remaining(id: number): number {
    return this.quantity[id] - this.filled[id];
  }

  setStatus(id: number, status: number): void {
    const { now } = this.clock;
    const before = this.status[id];
    if (status === HELD) this.setLeft(id, Number.NaN);
    else if (before === HELD && status === SUBMITTED) this.leftAt[id] = now;
    const created = this.createdAt[id];
    const plain = isPlain(before, status, now, created, this.leftOf(id) || created, this.latestAt[id]);
    if (!plain || !this.histories.isEmpty) this.writeHistory(id, status, now, plain);
    this.status[id] = status;
    if (status >= FILLED || status === DENIED || status === TRIGGERED) this.latestAt[id] = now;
  }

  /** The states of an order and the instants they were reached, oldest first. */
  history(id: number): readonly OrderState[] {
    return this.histories.of(id) ?? this.plainHistory(id);
  }

  /** When it reached the state it ended in; NaN while it can still fill. */
  closedAt(id: number): number {
    const status = this.status[id];
    return status >= FILLED || status === DENIED ? this.latestAt[id] : Number.NaN;
  }

  /** How far a trailing stop follows behind; NaN of any other order. */
  trailOf(id: number): number {
    return this.trails(id) ? this.trail[id] : Number.NaN;
  }

  /** Of a trailing stop-limit, how far its limit lies beyond the stop; NaN of an order that does not trail. */
  limitOffsetOf(id: number): number {
    return this.trails(id) ? this.limitOffset[id] : Number.NaN;
  }

  /** End of a GTD order; NaN of any other. */
  goodTillOf(id: number): number {
    return this.tif[id] === GOOD_TILL_DATE ? this.goodTill[id] : Number.NaN;
  }

  /** Whether it is a trailing stop of either kind. */
  trails(id: number): boolean {
    return isTrailing(this.type[id]);
  }

  private writeHistory(id: number, status: number, now: number, plain: boolean): void {
    if (plain && !this.histories.has(id)) return;
    this.histories.add(id, status, now, () => this.plainHistory(id));
  }

  private plainHistory(id: number): OrderState[] {
    const status = this.status[id];
    const wasTriggered = (this.flags[id] & WAS_TRIGGERED) !== 0;
    return plainLife(status, this.createdAt[id], this.leftOf(id), this.latestAt[id], wasTriggered);
  }

  private leftOf(id: number): number {
    return id < this.leftAt.length ? this.leftAt[id] : 0;
  }

  private setLeft(id: number, instant: number): void {
    if (id >= this.leftAt.length) this.leftAt = widerDoubles(this.leftAt, this.instrument.length);
    this.leftAt[id] = instant;
  }

  private grow(): void {
    const size = this.instrument.length * GROWTH;
    this.instrument = widerInts(this.instrument, size);
    const side = new Int8Array(size);
    side.set(this.side);
    this.side = side;
    this.type = widerBytes(this.type, size);
    this.tif = widerBytes(this.tif, size);
    this.status = widerBytes(this.status, size);
    this.flags = widerBytes(this.flags, size);
    this.parent = widerInts(this.parent, size);
    this.group = widerInts(this.group, size);
    this.quantity = widerDoubles(this.quantity, size);
    this.filled = widerDoubles(this.filled, size);
    this.filledValue = widerDoubles(this.filledValue, size);
    this.fees = widerDoubles(this.fees, size);
    this.limit = widerDoubles(this.limit, size);
    this.stop = widerDoubles(this.stop, size);
    this.madeAt = widerDoubles(this.madeAt, size);
    this.createdAt = widerDoubles(this.createdAt, size);
    this.latestAt = widerDoubles(this.latestAt, size);
  }
}

/** May trade outside regular hours. */
export const OUTSIDE_RTH = 1;
/** Made by target(): a later target counts what of it still works. */
export const TARGET = 2;
/** Made by the broker to meet a margin call, or by the kill switch to flatten. */
export const LIQUIDATION = 4;
/** The trail is a fraction of the price, not an amount. */
export const TRAIL_FRACTION = 8;
/** A stop or touch order that has been triggered and now works as its market or limit order. */
export const WAS_TRIGGERED = 16;
/** An exit of a bracket: it closes what its entry has opened. */
export const PROTECTIVE = 32;
/** Made by closePosition(): it takes no more than there is of the position when it fills. */
export const CLOSES_ONLY = 64;
/** May be made in the last seconds of a session, which the session guard otherwise keeps free. */
export const NEAR_CLOSE = 128;

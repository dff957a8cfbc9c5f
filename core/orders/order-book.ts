import { FIRST_ROWS, GROWTH, widerDoubles, widerInts } from "../columns.js";
import type { Denial } from "./denial.js";
import { CREATED, DENIED, FILLED } from "./kinds.js";

/**
 * Every order of a run as columns: an order is a row, its id, and rows are never moved or reused. Prices are in the
 * instrument's currency, quantities in units above zero (the side is +1 or -1), instants in epoch ms UTC; NaN stands
 * for a price or instant the order does not have, -1 for no parent and no group.
 */
export class OrderBook {
  length = 0;
  instrument = new Int32Array(FIRST_ROWS);
  /** +1 buys, -1 sells. */
  side = new Int32Array(FIRST_ROWS);
  type = new Int32Array(FIRST_ROWS);
  tif = new Int32Array(FIRST_ROWS);
  status = new Int32Array(FIRST_ROWS);
  /** The order whose fill makes this one active, or -1. */
  parent = new Int32Array(FIRST_ROWS);
  /** One cancels the other: orders of one group share this number; -1 for none. */
  group = new Int32Array(FIRST_ROWS);
  /** OUTSIDE_RTH, TARGET, LIQUIDATION and so on. */
  flags = new Int32Array(FIRST_ROWS);
  quantity = new Float64Array(FIRST_ROWS);
  filled = new Float64Array(FIRST_ROWS);
  /** Sum of quantity x price over its fills. */
  filledValue = new Float64Array(FIRST_ROWS);
  fees = new Float64Array(FIRST_ROWS);
  limit = new Float64Array(FIRST_ROWS);
  /** Stop price, or the price that must be touched; of a trailing stop the stop as it stands now. */
  stop = new Float64Array(FIRST_ROWS);
  /** How far a trailing stop follows behind: in price, or as a fraction of it where TRAIL_FRACTION is set. */
  trail = new Float64Array(FIRST_ROWS);
  /** Of a trailing stop-limit: how far the limit lies beyond the stop. */
  limitOffset = new Float64Array(FIRST_ROWS);
  /** When the order was made, or last modified. */
  madeAt = new Float64Array(FIRST_ROWS);
  createdAt = new Float64Array(FIRST_ROWS);
  /** When it reached the state it ended in; NaN while it can still fill. */
  closedAt = new Float64Array(FIRST_ROWS);
  goodTill = new Float64Array(FIRST_ROWS);
  /** The latest entry of this order in the log below. */
  private lastLog = new Int32Array(FIRST_ROWS);

  readonly tags = new Map<number, string>();
  readonly denials = new Map<number, Denial>();

  private logLength = 0;
  private logOrder = new Int32Array(4 * FIRST_ROWS);
  private logStatus = new Int32Array(4 * FIRST_ROWS);
  private logPrevious = new Int32Array(4 * FIRST_ROWS);
  private logTime = new Float64Array(4 * FIRST_ROWS);

  /** Adds a row with nothing but its instrument, side, type and quantity set. */
  add(instrument: number, side: number, type: number, quantity: number, now: number): number {
    const id = this.length;
    if (id === this.instrument.length) this.grow();
    this.length = id + 1;
    this.instrument[id] = instrument;
    this.side[id] = side;
    this.type[id] = type;
    this.parent[id] = -1;
    this.group[id] = -1;
    this.lastLog[id] = -1;
    this.quantity[id] = quantity;
    this.limit[id] = Number.NaN;
    this.stop[id] = Number.NaN;
    this.trail[id] = Number.NaN;
    this.limitOffset[id] = Number.NaN;
    this.madeAt[id] = now;
    this.createdAt[id] = now;
    this.closedAt[id] = Number.NaN;
    this.goodTill[id] = Number.NaN;
    this.setStatus(id, CREATED, now);
    return id;
  }

  remaining(id: number): number {
    return this.quantity[id] - this.filled[id];
  }

  setStatus(id: number, status: number, now: number): void {
    const entry = this.logLength;
    if (entry === this.logOrder.length) this.growLog();
    this.logLength = entry + 1;
    this.logOrder[entry] = id;
    this.logStatus[entry] = status;
    this.logTime[entry] = now;
    this.logPrevious[entry] = this.lastLog[id];
    this.lastLog[id] = entry;
    this.status[id] = status;
    if (status >= FILLED || status === DENIED) this.closedAt[id] = now;
  }

  /** The states of an order and the instants they were reached, oldest first. */
  history(id: number): { status: number; time: number }[] {
    const states: { status: number; time: number }[] = [];
    for (let entry = this.lastLog[id]; entry >= 0; entry = this.logPrevious[entry]) {
      states.push({ status: this.logStatus[entry], time: this.logTime[entry] });
    }
    return states.reverse();
  }

  private grow(): void {
    const size = this.instrument.length * GROWTH;
    this.instrument = widerInts(this.instrument, size);
    this.side = widerInts(this.side, size);
    this.type = widerInts(this.type, size);
    this.tif = widerInts(this.tif, size);
    this.status = widerInts(this.status, size);
    this.parent = widerInts(this.parent, size);
    this.group = widerInts(this.group, size);
    this.flags = widerInts(this.flags, size);
    this.lastLog = widerInts(this.lastLog, size);
    this.quantity = widerDoubles(this.quantity, size);
    this.filled = widerDoubles(this.filled, size);
    this.filledValue = widerDoubles(this.filledValue, size);
    this.fees = widerDoubles(this.fees, size);
    this.limit = widerDoubles(this.limit, size);
    this.stop = widerDoubles(this.stop, size);
    this.trail = widerDoubles(this.trail, size);
    this.limitOffset = widerDoubles(this.limitOffset, size);
    this.madeAt = widerDoubles(this.madeAt, size);
    this.createdAt = widerDoubles(this.createdAt, size);
    this.closedAt = widerDoubles(this.closedAt, size);
    this.goodTill = widerDoubles(this.goodTill, size);
  }

  private growLog(): void {
    const size = this.logOrder.length * GROWTH;
    this.logOrder = widerInts(this.logOrder, size);
    this.logStatus = widerInts(this.logStatus, size);
    this.logPrevious = widerInts(this.logPrevious, size);
    this.logTime = widerDoubles(this.logTime, size);
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

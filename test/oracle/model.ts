import type { OrderType, TimeInForce } from "../../index.js";
import type { OrderEnd } from "./outcome.js";

/** Of an order that came to life inside the bar: which part of the bar is certain to come after it. */
export interface Birth {
  /** Where the market stood. */
  readonly price: number;
  readonly lowComesAfter: boolean;
  readonly highComesAfter: boolean;
  /** Whether it came with the close, which is then all it may take. */
  readonly atClose: boolean;
  /** Where on the bar's path: legs passed, and the part of the leg under way. */
  readonly position: number;
}

export interface SimOrder {
  readonly id: number;
  readonly instrument: number;
  readonly buy: boolean;
  readonly type: OrderType;
  readonly tif: TimeInForce;
  readonly goodTill: number | undefined;
  readonly parent: SimOrder | undefined;
  /** Orders made by one command leave together. */
  bundle: number;
  trail: number | undefined;
  trailPercent: number | undefined;
  readonly limitOffset: number;
  group: number | undefined;
  quantity: number;
  filled: number;
  limit: number | undefined;
  stop: number | undefined;
  status: "held" | "working" | "filled" | "cancelled" | "expired" | "denied";
  /** A stop or touch price was met: from the next bar on it is a market order, or a limit order where it has a limit. */
  triggered: boolean;
  readonly createdAt: number;
  /** When it was made, or changed last. */
  madeAt: number;
  /** Its place among the orders that reach the market. */
  turn: number;
  /** The instant from which it takes part: a bar that starts earlier is not for it, nor a quote or trade of then. */
  takesPartFrom: number;
  /** On quotes and trades: when its parent began to fill. */
  wokenAt: number;
  /** The session's opening in which its parent filled: that auction was over for it. */
  wokenAtOpenOf: number | undefined;
  readonly outsideRth: boolean;
  /** Of a limit, on quotes and trades: whether the market has seen it and left it there. */
  rested: boolean;
  /** Within the bar being matched alone. */
  birth: Birth | undefined;
  triedAtOpen: boolean;
  doneInside: boolean;
}

/** A run of the oracle: its orders, and what commands ask of the market they are made in. */
export interface Run {
  readonly orders: SimOrder[];
  now: number;
  turns: number;
  groups: number;
  bundles: number;
  /** Where an instrument stands, by which the prices of a story are told. */
  standsAt(instrument: number): number;
  /** The latest price that a strategy sees; undefined before the first. */
  lastPrice(instrument: number): number | undefined;
  /** What a stop made now begins to trail behind. */
  trailedPrice(instrument: number): number | undefined;
  /** When what is told the broker now reaches the market. */
  arrival(): number;
  /** Whether an order made now is held until its market opens. */
  isHeld(order: SimOrder): boolean;
  /** Whether orders made now are denied. */
  isDenied(order: SimOrder): boolean;
}

export function isAlive({ status }: SimOrder): boolean {
  return status === "held" || status === "working";
}

/** Whether it is an exit: a child on the other side of its parent's instrument. */
export function isExit({ parent, instrument, buy }: SimOrder): boolean {
  return parent !== undefined && parent.instrument === instrument && parent.buy !== buy;
}

export function childrenOf(run: Run, parent: SimOrder): SimOrder[] {
  return run.orders.filter((order) => order.parent === parent);
}

/** A child sleeps until its parent fills. */
export function isAwake({ parent }: SimOrder): boolean {
  return parent === undefined || parent.filled > 0;
}

/**
 * The units that may fill now. "Exits never close more than their entry has opened: they are active for as many units
 * as it has filled."
 */
export function activeUnits(run: Run, order: SimOrder): number {
  const left = order.quantity - order.filled;
  if (!isExit(order)) return isAwake(order) ? left : 0;
  return Math.min(left, openedBy(run, order.parent as SimOrder));
}

/** What an entry has opened and none of its exits has closed. */
export function openedBy(run: Run, entry: SimOrder): number {
  const exits = childrenOf(run, entry).filter(isExit);
  return entry.filled - exits.reduce((sum, { filled }) => sum + filled, 0);
}

/** How the orders stand at the end. */
export function endsOf({ orders }: Run): OrderEnd[] {
  return orders.map(({ status, filled, quantity }) => ({
    status: status === "held" ? "working" : status,
    filled,
    quantity,
  }));
}

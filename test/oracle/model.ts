import type { OrderType, TimeInForce } from "../../index.js";
import type { Outcome } from "./outcome.js";
import type { Slot } from "./slots.js";
import type { Story } from "./story.js";

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
  readonly trail: number | undefined;
  readonly trailPercent: number | undefined;
  readonly limitOffset: number;
  group: number | undefined;
  quantity: number;
  filled: number;
  limit: number | undefined;
  stop: number | undefined;
  status: "held" | "working" | "filled" | "cancelled" | "expired";
  /** A stop or touch price was met: from the next bar on it is a market order, or a limit order where it has a limit. */
  triggered: boolean;
  /** When it was made, or changed last. */
  madeAt: number;
  /** Its place among the orders that reach the market. */
  turn: number;
  /** The instant from which it takes part: a bar that starts earlier is not for it. */
  takesPartFrom: number;
  /** The session's opening in which its parent filled: that auction was over for it. */
  wokenAtOpenOf: number | undefined;
  /** Within the bar being matched alone. */
  birth: Birth | undefined;
  triedAtOpen: boolean;
  doneInside: boolean;
}

/** What the fills of a bar may still take of its volume. */
export interface Room {
  left: number;
}

/** A run of the oracle. */
export interface Run {
  readonly story: Story;
  readonly orders: SimOrder[];
  readonly fills: Outcome["fills"][number][];
  slot: Slot;
  turns: number;
  groups: number;
  bundles: number;
  /** By instrument: what its latest bar has left of its volume for fills. */
  readonly rooms: Room[];
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

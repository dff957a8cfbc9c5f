import type { Instant } from "../../core/market/bar-size.js";
import type { OrderRecord } from "../ledger/order-record.js";

/** An order as the strategy made it. */
export interface MadeOrder {
  readonly at: Instant;
  readonly symbol: string;
  /** +1 buys, -1 sells. */
  readonly side: number;
  readonly quantity: number;
  /** Whether it waits for a parent to fill: it adds to nothing by itself. */
  readonly isExit: boolean;
}

export function madeOrder({ intent }: OrderRecord): MadeOrder {
  const { madeAt, symbol, side, quantity, parent } = intent;
  return { at: madeAt, symbol, side, quantity, isExit: parent !== 0 };
}

/** An order in words, such as "buy 100 SYN1". */
export function inWords({ symbol, side, quantity }: MadeOrder): string {
  return `${side > 0 ? "buy" : "sell"} ${quantity} ${symbol}`;
}

/** Names an order, and no other of the same run. */
export function keyOf({ at, symbol, side, quantity }: MadeOrder): string {
  return `${at} ${symbol} ${side * quantity}`;
}

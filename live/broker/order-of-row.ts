import type { OrderId } from "../../brokers/tws/connection/ids.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { Fitted } from "../../brokers/tws/orders/order-port.js";
import { isExit } from "../../core/guards/guard.js";
import type { Instrument } from "../../core/market/instrument.js";
import { ORDER_TYPES, TIMES_IN_FORCE } from "../../core/orders/kinds.js";
import { CLOSES_ONLY, type OrderBook, OUTSIDE_RTH, PROTECTIVE, TRAIL_FRACTION } from "../../core/orders/order-book.js";

/** What an order is named by on its way. */
export interface OrderNames {
  readonly ref: string;
  readonly orderId: OrderId;
  readonly parent: OrderId | 0;
  readonly group: string;
}

/** The order at a row of the book as it is to be sent; field by field, for a spread costs an order more than all else. */
export function orderOfRow(book: OrderBook, row: number, instrument: Instrument, names: OrderNames): OrderIntent {
  const trails = book.trails(row);
  return {
    ref: names.ref,
    orderId: names.orderId,
    instrument,
    side: book.side[row],
    type: ORDER_TYPES[book.type[row]],
    tif: TIMES_IN_FORCE[book.tif[row]],
    quantity: book.quantity[row],
    limit: book.limit[row],
    stop: book.stop[row],
    trail: trails ? book.trail[row] : Number.NaN,
    isTrailFraction: (book.flags[row] & TRAIL_FRACTION) !== 0,
    limitOffset: trails ? book.limitOffset[row] : Number.NaN,
    goodTill: book.goodTillOf(row),
    outsideRth: (book.flags[row] & OUTSIDE_RTH) !== 0,
    isExit: (book.flags[row] & (CLOSES_ONLY | PROTECTIVE)) !== 0 || isExit(book, row),
    parent: names.parent,
    group: names.group,
  };
}

/** Writes into the book what was moved to a step that the exchange takes. */
export function writeFitted(book: OrderBook, row: number, changed: readonly Fitted[]): void {
  for (const { field, to } of changed) {
    if (field === "quantity") book.quantity[row] = to;
    else if (field === "limit") book.limit[row] = to;
    else if (field === "stop") book.stop[row] = to;
    else if (field === "trail") book.trail[row] = to;
    else book.limitOffset[row] = to;
  }
}

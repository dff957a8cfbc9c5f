import { ORDER_TYPES } from "../../core/orders/kinds.js";
import type { OrderBook } from "../../core/orders/order-book.js";
import type { IntentEntry } from "../ledger/entry.js";
import { priceCell, unitsCell } from "../screen/cells.js";

/** What is said of an order. */
type OrderSaid = Pick<IntentEntry, "side" | "quantity" | "symbol" | "type" | "limit" | "stop">;

/** An order as a person would say it: "buy 100 SPY", "sell 100 SPY stop 505.00". */
export function orderInWords({ side, quantity, symbol, type, limit, stop }: OrderSaid): string {
  const prices = [stop, limit].filter((price) => price === price).map(priceCell);
  const kind = type === "market" ? "" : ` ${type} ${prices.join("/")}`.trimEnd();
  return `${side > 0 ? "buy" : "sell"} ${unitsCell(quantity)} ${symbol}${kind}`;
}

/** Orders that only another client can cancel: "buy 100 SPY limit 90.00, which only client id 3 can cancel". */
export function othersInWords(orders: readonly { readonly intent: IntentEntry }[]): string {
  return orders
    .map(({ intent }) => `${orderInWords(intent)}, which only client id ${intent.clientId} can cancel`)
    .join(", and ");
}

/** A row of the book in the same words. */
export function rowInWords({ side, quantity, type, limit, stop }: OrderBook, row: number, symbol: string): string {
  const terms = { side: side[row], quantity: quantity[row], limit: limit[row], stop: stop[row] };
  return orderInWords({ ...terms, symbol, type: ORDER_TYPES[type[row]] });
}

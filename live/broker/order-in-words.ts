import { AUX_PRICE_IS, HAS_LIMIT, orderTypeOf } from "../../brokers/ib/order-names.js";
import { ORDER_TYPES } from "../../core/orders/kinds.js";
import type { OrderBook } from "../../core/orders/order-book.js";
import type { ForeignOrderEntry, IntentEntry } from "../ledger/entry.js";
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

/** The same of an order that is not the session's; of a type that nobody here has, in the broker's word for it. */
export function foreignInWords({ action, quantity, symbol, orderType, tif, limit, aux }: ForeignOrderEntry): string {
  const type = orderTypeOf(orderType, tif);
  const plain = { side: /^B/i.test(action) ? 1 : -1, quantity, symbol, type: "market" } as const;
  const none = { limit: Number.NaN, stop: Number.NaN };
  if (type === undefined) {
    // A broker tells 0 for a price that an order does not have.
    const prices = [aux, limit].filter((price) => price > 0 || price < 0).map(priceCell);
    return [orderInWords({ ...plain, ...none }), orderType, prices.join("/")].join(" ").trimEnd();
  }
  const hasStop = AUX_PRICE_IS[type] === "stop";
  const said = { limit: HAS_LIMIT.includes(type) ? limit : none.limit, stop: hasStop ? aux : none.stop };
  return orderInWords({ ...plain, type, ...said });
}

/** The same of a row of the book. */
export function rowInWords({ side, quantity, type, limit, stop }: OrderBook, row: number, symbol: string): string {
  const terms = { side: side[row], quantity: quantity[row], limit: limit[row], stop: stop[row] };
  return orderInWords({ ...terms, symbol, type: ORDER_TYPES[type[row]] });
}

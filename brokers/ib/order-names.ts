import type { OrderType, TimeInForce } from "../../core/orders/kinds.js";

/** What IB calls our order types. On-open orders are a plain type with the time in force OPG. */
export const IB_ORDER_TYPE: Readonly<Record<OrderType, string>> = {
  market: "MKT",
  limit: "LMT",
  stop: "STP",
  "stop-limit": "STP LMT",
  "trailing-stop": "TRAIL",
  "trailing-stop-limit": "TRAIL LIMIT",
  "market-if-touched": "MIT",
  "limit-if-touched": "LIT",
  "market-on-open": "MKT",
  "limit-on-open": "LMT",
  "market-on-close": "MOC",
  "limit-on-close": "LOC",
};

/** IB's names of times in force: the same words as ours. */
export const IB_TIMES_IN_FORCE: readonly TimeInForce[] = ["DAY", "GTC", "GTD", "IOC", "FOK", "OPG"];

/** Our type for what IB calls it; undefined for a type that Seatrial does not have. */
export function orderTypeOf(name: string, tif: string): OrderType | undefined {
  const upper = name.toUpperCase();
  if (tif === "OPG" && upper === "MKT") return "market-on-open";
  if (tif === "OPG" && upper === "LMT") return "limit-on-open";
  return TYPE_OF[upper];
}

const TYPE_OF: Readonly<Record<string, OrderType | undefined>> = {
  MKT: "market",
  LMT: "limit",
  STP: "stop",
  "STP LMT": "stop-limit",
  TRAIL: "trailing-stop",
  "TRAIL LIMIT": "trailing-stop-limit",
  MIT: "market-if-touched",
  LIT: "limit-if-touched",
  MOC: "market-on-close",
  LOC: "limit-on-close",
};

/** The types whose limit price is said with them; a trailing stop-limit's follows from its stop. */
export const HAS_LIMIT: readonly OrderType[] = [
  "limit",
  "stop-limit",
  "limit-if-touched",
  "limit-on-open",
  "limit-on-close",
];

/** Where IB keeps an order's second price. Of a trailing order it is the amount by which it trails. */
export const AUX_PRICE_IS: Readonly<Partial<Record<OrderType, "stop" | "trail">>> = {
  stop: "stop",
  "stop-limit": "stop",
  "market-if-touched": "stop",
  "limit-if-touched": "stop",
  "trailing-stop": "trail",
  "trailing-stop-limit": "trail",
};

/** How a group of orders behaves when one of them fills. */
export const OCA_TYPES = {
  /** Cancel the others, and let only one at a time reach an exchange. */
  cancelWithBlock: 1,
  /** Take as many units from the others. */
  reduceWithBlock: 2,
  /** The same, without holding the others back. */
  reduceWithoutBlock: 3,
} as const;

/** By which price a stop triggers. */
export const TRIGGER_METHODS = {
  default: 0,
  doubleBidAsk: 1,
  last: 2,
  doubleLast: 3,
  bidAsk: 4,
  lastOrBidAsk: 7,
  midpoint: 8,
} as const;

/** What became of a fill in the book it met. */
export const LIQUIDITY = { none: 0, added: 1, removed: 2, routedOut: 3 } as const;

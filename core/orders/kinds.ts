// The words of an order, and the small integers the columns hold them as: an integer is the word's place in its list.

export const ORDER_TYPES = [
  "market",
  "limit",
  "stop",
  "stop-limit",
  "trailing-stop",
  "trailing-stop-limit",
  "market-if-touched",
  "limit-if-touched",
  "market-on-open",
  "limit-on-open",
  "market-on-close",
  "limit-on-close",
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

export const MARKET = 0;
export const LIMIT = 1;
export const STOP = 2;
export const STOP_LIMIT = 3;
export const TRAILING_STOP = 4;
export const TRAILING_STOP_LIMIT = 5;
export const MARKET_IF_TOUCHED = 6;
export const LIMIT_IF_TOUCHED = 7;
export const MARKET_ON_OPEN = 8;
export const LIMIT_ON_OPEN = 9;
export const MARKET_ON_CLOSE = 10;
export const LIMIT_ON_CLOSE = 11;

/** Whether an order of this type waits at a stop that follows the market. */
export function isTrailing(type: number): boolean {
  return type === TRAILING_STOP || type === TRAILING_STOP_LIMIT;
}

/** Whether it waits for the market to come to its price from the better side, as a limit does, and then goes after it. */
export function isTouch(type: number): boolean {
  return type === MARKET_IF_TOUCHED || type === LIMIT_IF_TOUCHED;
}

export const TIMES_IN_FORCE = ["DAY", "GTC", "GTD", "IOC", "FOK", "OPG"] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

export const DAY_ORDER = 0;
export const GOOD_TILL_CANCELLED = 1;
export const GOOD_TILL_DATE = 2;
export const IMMEDIATE_OR_CANCEL = 3;
export const FILL_OR_KILL = 4;
export const AT_THE_OPENING = 5;

/** Whether what an order of this time in force does not fill at once is cancelled. */
export function isImmediate(tif: number): boolean {
  return tif === IMMEDIATE_OR_CANCEL || tif === FILL_OR_KILL;
}

/**
 * The life of an order: created, then denied (a guard stopped it here), held (its market is closed: it waits here for
 * the next session) or submitted; accepted by the broker or rejected; perhaps triggered and partially filled; at last
 * filled, cancelled or expired. Live, `unknown` means sent and without an answer; and an exit that counted as gone works
 * again where it turns up and protects something.
 */
export const ORDER_STATUSES = [
  "created",
  "denied",
  "held",
  "submitted",
  "accepted",
  "triggered",
  "partially filled",
  "pending cancel",
  "pending modify",
  "unknown",
  "filled",
  "cancelled",
  "expired",
  "rejected",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const CREATED = 0;
export const DENIED = 1;
export const HELD = 2;
export const SUBMITTED = 3;
export const ACCEPTED = 4;
export const TRIGGERED = 5;
export const PARTIALLY_FILLED = 6;
export const PENDING_CANCEL = 7;
export const PENDING_MODIFY = 8;
export const UNKNOWN = 9;
export const FILLED = 10;
export const CANCELLED = 11;
export const EXPIRED = 12;
export const REJECTED = 13;

/** Whether an order of this status can still fill, held ones included. */
export function isWorking(status: number): boolean {
  return status >= HELD && status <= UNKNOWN;
}

/** Whether it has been sent and can still fill. */
export function isSent(status: number): boolean {
  return status >= SUBMITTED && status <= UNKNOWN;
}

export type Side = "buy" | "sell";

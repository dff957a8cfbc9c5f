import type { Instant } from "../market/bar-size.js";
import type { Instrument } from "../market/instrument.js";
import { nearest } from "../nearest.js";
import { asGiven } from "./as-given.js";
import { OrderError } from "./errors.js";
import {
  AT_THE_OPENING,
  GOOD_TILL_DATE,
  isTrailing,
  LIMIT,
  LIMIT_IF_TOUCHED,
  LIMIT_ON_CLOSE,
  LIMIT_ON_OPEN,
  MARKET,
  MARKET_IF_TOUCHED,
  MARKET_ON_CLOSE,
  MARKET_ON_OPEN,
  ORDER_TYPES,
  type OrderType,
  type Side,
  STOP,
  STOP_LIMIT,
  TIMES_IN_FORCE,
  type TimeInForce,
  TRAILING_STOP,
  TRAILING_STOP_LIMIT,
} from "./kinds.js";
import type { Order } from "./order.js";
import { roundToStep } from "./quantity-step.js";

/** How an order is to be worked. Prices are in the instrument's currency. */
export interface OrderOptions {
  /** Left out, it follows from the prices: a limit alone is a limit order, a stop alone a stop, both a stop-limit. */
  readonly type?: OrderType;
  readonly limit?: number;
  /** Where a stop triggers, or the price that must be touched. Of a trailing stop, where it starts. */
  readonly stop?: number;
  /** How far a trailing stop follows behind the best price: an amount, */
  readonly trail?: number;
  /** or a fraction of the price, such as 0.02. */
  readonly trailPercent?: number;
  /** Of a trailing stop-limit: how far beyond the stop its limit lies, in front of it where it is negative. Default 0. */
  readonly limitOffset?: number;
  /** Default DAY; exits of a bracket GTC; on-open orders OPG. */
  readonly tif?: TimeInForce;
  /** End of a GTD order, epoch ms UTC. */
  readonly goodTill?: Instant;
  readonly outsideRth?: boolean;
  /** May be made in the last seconds before the close, which `guards.session.lastSeconds` otherwise keeps free. */
  readonly nearClose?: boolean;
  /** A word of your own, shown in the report. */
  readonly tag?: string;
  /** The order becomes active when this one fills (one triggers the other). */
  readonly parent?: Order;
}

type PriceOptions = Pick<OrderOptions, "limit" | "stop" | "trail" | "trailPercent" | "limitOffset">;

/** A whole order, for `submit`. */
export interface OrderRequest extends OrderOptions {
  readonly instrument: Instrument | string;
  readonly side: Side;
  /** Units, above zero. */
  readonly quantity: number;
}

const OPTION_KEYS = [
  "type",
  "limit",
  "stop",
  "trail",
  "trailPercent",
  "limitOffset",
  "tif",
  "goodTill",
  "outsideRth",
  "nearClose",
  "tag",
  "parent",
];
const KEYS: Readonly<Record<"order" | "request" | "bracket" | "modify", ReadonlySet<string>>> = {
  order: new Set(OPTION_KEYS),
  request: new Set(["instrument", "side", "quantity", ...OPTION_KEYS]),
  bracket: new Set([...OPTION_KEYS, "stopLoss", "takeProfit", "trailingStop", "exitTif"]),
  modify: new Set(["quantity", "limit", "stop", "trail", "trailPercent"]),
};
/** The same in words. */
const KEYS_OF = { order: "an order", request: "an order", bracket: "a bracket", modify: "a change of an order" };

/** Options without which an order is another order. */
const DECISIVE: ReadonlySet<string> = new Set([
  "quantity",
  "limit",
  "stop",
  "trail",
  "trailPercent",
  "limitOffset",
  "goodTill",
  "parent",
  "stopLoss",
  "takeProfit",
  "trailingStop",
]);

/**
 * User files run without a type check: neither a slip in the name of an option nor a value that is not there yet may turn
 * a limit order into a market order, or leave a bracket without its stop.
 * @throws OrderError OPTION_UNKNOWN, OPTION_UNDEFINED
 */
export function checkKeys(what: keyof typeof KEYS, options: object): void {
  const keys = KEYS[what];
  for (const key in options) {
    if (keys.has(key)) {
      if (DECISIVE.has(key) && (options as Record<string, unknown>)[key] === undefined)
        throw new OrderError("OPTION_UNDEFINED", { what: KEYS_OF[what], key });
      continue;
    }
    const near = nearest(key, [...keys]);
    const hint = near === undefined ? `It takes ${[...keys].join(", ")}.` : `Did you mean "${near}"?`;
    throw new OrderError("OPTION_UNKNOWN", { what: KEYS_OF[what], key, hint });
  }
}

/** The order type as an integer: the one named, or the one its prices imply. */
export function resolveType(options: OrderOptions): number {
  if (options.type !== undefined) {
    const type = ORDER_TYPES.indexOf(options.type);
    if (type >= 0) return type;
    const near = nearest(options.type, ORDER_TYPES);
    throw new OrderError("ORDER_TYPE_UNKNOWN", {
      type: options.type,
      hint: near === undefined ? `It is one of ${ORDER_TYPES.join(", ")}.` : `Did you mean "${near}"?`,
    });
  }
  if (options.trail !== undefined || options.trailPercent !== undefined) {
    return options.limitOffset === undefined ? TRAILING_STOP : TRAILING_STOP_LIMIT;
  }
  if (options.stop !== undefined) return options.limit === undefined ? STOP : STOP_LIMIT;
  return options.limit === undefined ? MARKET : LIMIT;
}

function needsLimit(type: number): boolean {
  switch (type) {
    case LIMIT:
    case STOP_LIMIT:
    case LIMIT_IF_TOUCHED:
    case LIMIT_ON_OPEN:
    case LIMIT_ON_CLOSE:
      return true;
    default:
      return false;
  }
}

function needsStop(type: number): boolean {
  switch (type) {
    case STOP:
    case STOP_LIMIT:
    case MARKET_IF_TOUCHED:
    case LIMIT_IF_TOUCHED:
      return true;
    default:
      return false;
  }
}

/** @throws OrderError for a price that is missing or cannot be one. */
export function checkPrices(instrument: Instrument, type: number, options: OrderOptions): void {
  const { limit, stop, trail, trailPercent, limitOffset } = options;
  if (limit === undefined && needsLimit(type)) refuseMissing(instrument, type, "limit");
  if (stop === undefined && needsStop(type)) refuseMissing(instrument, type, "stop");
  if (trail === undefined && trailPercent === undefined && isTrailing(type)) {
    refuseMissing(instrument, type, "trail or trailPercent");
  }
  if (trail !== undefined && trailPercent !== undefined) refuseUnused(instrument, type, "trailPercent beside trail");
  checkUnused(instrument, type, options);
  checkPrice(instrument, "limit", limit, instrument.negativePrices);
  checkPrice(instrument, "stop", stop, instrument.negativePrices);
  checkPrice(instrument, "trail", trail, false);
  checkPrice(instrument, "trailPercent", trailPercent, false);
  checkTrailPercent(instrument, trailPercent);
  if (limitOffset !== undefined) checkPrice(instrument, "limitOffset", limitOffset, true);
}

function refuseMissing({ symbol }: Instrument, type: number, field: string): never {
  throw new OrderError("PRICE_MISSING", { type: ORDER_TYPES[type], symbol, field });
}

/**
 * A price that the type does not use is a mistake that would disarm what looks at it.
 * @throws OrderError PRICE_UNUSED
 */
export function checkUnused(
  instrument: Instrument,
  type: number,
  { limit, stop, trail, trailPercent, limitOffset }: PriceOptions,
): void {
  if (limit !== undefined && !needsLimit(type)) refuseUnused(instrument, type, "limit");
  if (stop !== undefined && !needsStop(type) && !isTrailing(type)) refuseUnused(instrument, type, "stop");
  if (trail !== undefined && !isTrailing(type)) refuseUnused(instrument, type, "trail");
  if (trailPercent !== undefined && !isTrailing(type)) refuseUnused(instrument, type, "trailPercent");
  if (limitOffset !== undefined && type !== TRAILING_STOP_LIMIT) refuseUnused(instrument, type, "limitOffset");
}

function refuseUnused({ symbol }: Instrument, type: number, field: string): never {
  throw new OrderError("PRICE_UNUSED", { type: ORDER_TYPES[type], symbol, field });
}

/** A fraction: 0.02 is two per cent, and 2 would be a stop that can never be met. */
export function checkTrailPercent(instrument: Instrument, value: number | undefined): void {
  if (value === undefined || value < 1) return;
  throw new OrderError("PRICE_INVALID", {
    symbol: instrument.symbol,
    field: "trailPercent",
    value: asGiven(value),
    above: " above 0 and below 1, such as 0.02",
  });
}

export function checkPrice(instrument: Instrument, field: string, value: number | undefined, negative: boolean): void {
  if (value === undefined) return;
  if (Number.isFinite(value) && (negative || value > 0)) return;
  throw new OrderError("PRICE_INVALID", {
    symbol: instrument.symbol,
    field,
    value: asGiven(value),
    above: negative ? "" : " above 0",
  });
}

/** 1 to buy and -1 to sell: a slip in the word must not turn a purchase into a sale. @throws OrderError SIDE_UNKNOWN */
export function signOf(instrument: Instrument, side: Side): number {
  if (side === "buy") return 1;
  if (side === "sell") return -1;
  throw new OrderError("SIDE_UNKNOWN", { symbol: instrument.symbol, side: String(side) });
}

/** @throws OrderError QUANTITY_INVALID, QUANTITY_STEP */
export function checkQuantity(instrument: Instrument, quantity: number): void {
  if (typeof quantity !== "number" || !(quantity > 0 && quantity < Infinity)) {
    throw new OrderError("QUANTITY_INVALID", {
      symbol: instrument.symbol,
      quantity: asGiven(quantity),
    });
  }
  const step = instrument.quantityStep;
  const steps = quantity / step;
  if (step === 1 ? Math.floor(quantity) === quantity : Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, steps))
    return;
  throw new OrderError("QUANTITY_STEP", {
    symbol: instrument.symbol,
    quantity,
    step,
    nearest: roundToStep(Math.max(1, Math.round(steps)) * step),
  });
}

/** The time in force as an integer, held against the order type. */
export function resolveTif(
  instrument: Instrument,
  type: number,
  options: OrderOptions,
  now: Instant,
  fallback: number,
): number {
  const { symbol } = instrument;
  const usual = type === MARKET_ON_OPEN || type === LIMIT_ON_OPEN ? AT_THE_OPENING : fallback;
  const tif = options.tif === undefined ? usual : TIMES_IN_FORCE.indexOf(options.tif);
  if (tif < 0) throw new OrderError("TIF_UNKNOWN", { tif: String(options.tif) });
  if (options.goodTill !== undefined && tif !== GOOD_TILL_DATE) {
    throw new OrderError("GOOD_TILL_UNUSED", { symbol, tif: TIMES_IN_FORCE[tif] });
  }
  if (options.tif === undefined) return tif;
  if (tif === GOOD_TILL_DATE && !(options.goodTill !== undefined && options.goodTill > now)) {
    throw new OrderError("GOOD_TILL_MISSING", { symbol, value: options.goodTill ?? "nothing" });
  }
  const unfit = (hint: string): never => {
    throw new OrderError("TIF_UNFIT", { type: ORDER_TYPES[type], symbol, tif: options.tif as string, hint });
  };
  if (
    tif === AT_THE_OPENING &&
    type !== MARKET &&
    type !== LIMIT &&
    type !== MARKET_ON_OPEN &&
    type !== LIMIT_ON_OPEN
  ) {
    unfit("Only market and limit orders take part in the opening.");
  }
  const auction =
    type === MARKET_ON_OPEN || type === LIMIT_ON_OPEN || type === MARKET_ON_CLOSE || type === LIMIT_ON_CLOSE;
  if (auction && options.tif !== "DAY" && options.tif !== "OPG") unfit("Leave tif out: it takes part in one auction.");
  return tif;
}

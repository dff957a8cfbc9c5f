import type { OrderType, TimeInForce } from "../../../core/orders/kinds.js";
import { HAS_LIMIT, IB_TIMES_IN_FORCE, orderTypeOf } from "../../ib/order-names.js";
import type { Listing } from "../contracts/listing.js";
import { parseRequestTime } from "../request-time.js";
import { type ErrorText, refuse } from "../session/refusal.js";
import type { ZoneOf, ZoneTimes } from "../zones.js";
import type { OrderAttributes } from "./order-attributes.js";

/** Prices and times of an order, read and held to what an order can be. Prices are NaN where it has none. */
export interface CheckedOrder {
  readonly type: OrderType;
  readonly tif: TimeInForce;
  /** Units above zero. */
  readonly quantity: number;
  readonly limit: number;
  readonly stop: number;
  /** How far a trailing stop follows: an amount, or a fraction of the price. */
  readonly trail: number;
  readonly isTrailFraction: boolean;
  readonly limitOffset: number;
  /** Epoch ms UTC; NaN where it does not end by a date. */
  readonly goodTill: number;
}

/** What times of orders are read by. */
export interface OrderTimes {
  readonly zoneOf: ZoneOf;
  readonly operator: ZoneTimes;
  readonly now: number;
}

const NEEDS_STOP: readonly OrderType[] = ["stop", "stop-limit", "market-if-touched", "limit-if-touched"];

/** What the simulated exchange does not do; an order that asks for it is better refused than filled otherwise. */
const NOT_SIMULATED: readonly (readonly [attribute: string, what: string])[] = [
  ["algoStrategy", "IB algorithms are"],
  ["goodAfterTime", "Good-after times are"],
  ["hedgeType", "Hedges are"],
  ["faGroup", "Adviser groups are"],
  ["modelCode", "Models are"],
];

/** @throws Refusal with IB's code and text for an order that cannot be */
export function checkOrder(id: number, own: OrderAttributes, listing: Listing, times: OrderTimes): CheckedOrder {
  const no: (error: ErrorText) => never = (error) => refuse(id, error);
  const action = own.text("action").toUpperCase();
  if (action !== "BUY" && action !== "SELL") no(invalid(`Invalid action: ${action}`));
  const quantity = checkQuantity(id, own, listing);
  const tif = checkTif(id, own);
  const type = orderTypeOf(own.text("orderType"), tif);
  if (type === undefined) no({ code: 387, text: "Unsupported order type for this exchange and security type." });
  checkSupport(id, own);
  const trails = type === "trailing-stop" || type === "trailing-stop-limit";
  const limit = own.number("lmtPrice");
  const aux = own.number("auxPrice");
  const percent = own.number("trailingPercent");
  const hasPercent = percent > 0;
  if (HAS_LIMIT.includes(type) && !isPrice(limit, listing)) no(invalid("Missing or invalid limit price"));
  if (NEEDS_STOP.includes(type) && !isPrice(aux, listing)) no({ code: 403, text: "Invalid stop price." });
  if (trails && !(aux > 0) && !hasPercent) {
    no({ code: 158, text: "You must specify an offset amount or a percent offset value." });
  }
  const checked: CheckedOrder = {
    type,
    tif,
    quantity,
    limit: HAS_LIMIT.includes(type) ? limit : Number.NaN,
    stop: NEEDS_STOP.includes(type) ? aux : trails ? own.number("trailStopPrice") : Number.NaN,
    trail: trails ? (hasPercent ? percent / 100 : aux) : Number.NaN,
    isTrailFraction: trails && hasPercent,
    limitOffset: type === "trailing-stop-limit" ? own.number("lmtPriceOffset") || 0 : Number.NaN,
    goodTill: tif === "GTD" ? checkGoodTill(id, own, times) : Number.NaN,
  };
  for (const price of [checked.limit, checked.stop]) {
    if (price === price && !isOnTick(price, listing.instrument.tickSize)) {
      no({ code: 110, text: "The price does not conform to the minimum price variation for this contract." });
    }
  }
  return checked;
}

function checkQuantity(id: number, own: OrderAttributes, listing: Listing): number {
  const quantity = own.number("totalQuantity");
  const step = listing.instrument.quantityStep;
  if (!(quantity > 0)) refuse(id, { code: 434, text: "The order size cannot be zero." });
  if (quantity < step - 1e-9) refuse(id, { code: 388, text: "Order size is smaller than the minimum requirement." });
  const steps = quantity / step;
  if (Math.abs(steps - Math.round(steps)) < 1e-9) return quantity;
  if (step === 1) refuse(id, { code: 10318, text: "This order doesn't support fractional quantity trading" });
  return refuse(id, { code: 10250, text: "The size does not conform to the minimum variation of the contract" });
}

function checkTif(id: number, own: OrderAttributes): TimeInForce {
  const text = own.text("tif").toUpperCase();
  if (text === "") return "DAY";
  const tif = IB_TIMES_IN_FORCE.find((one) => one === text);
  const type = own.text("orderType").toUpperCase();
  if (tif === undefined) refuse(id, invalid("Invalid time in force:'tif'"));
  if (tif === "OPG" && type !== "MKT" && type !== "LMT") {
    refuse(id, { code: 111, text: "The TIF and the order type are incompatible." });
  }
  if ((type === "MOC" || type === "LOC") && tif !== "DAY") {
    refuse(id, { code: 113, text: "The Tif option should be set to DAY for MOC and LOC orders." });
  }
  return tif;
}

function checkGoodTill(id: number, own: OrderAttributes, { zoneOf, operator, now }: OrderTimes): number {
  const time = parseRequestTime(own.text("goodTillDate"), zoneOf, operator, now);
  if (time === undefined) {
    refuse(id, {
      code: 10330,
      text: "The expiry date/time format is invalid. The correct format is yyyyMMdd HH:mm:ss (operator or instrument time zone) or yyyyMMdd-HH:mm:ss (UTC time zone).",
    });
  }
  if (time.instant <= now) refuse(id, { code: 334, text: "Invalid Good Till Date order" });
  return time.instant;
}

function checkSupport(id: number, own: OrderAttributes): void {
  for (const [attribute, what] of NOT_SIMULATED) {
    if (own.text(attribute) !== "") notSimulated(id, what);
  }
  if (own.count("conditions") > 0) notSimulated(id, "Conditions are");
  if (own.number("cashQty") > 0) notSimulated(id, "Orders by amount of money are");
  for (const [attribute, code] of [
    ["eTradeOnly", 10268],
    ["firmQuoteOnly", 10269],
  ] as const) {
    if (!own.flag(attribute)) continue;
    const name = attribute === "eTradeOnly" ? "EtradeOnly" : attribute;
    refuse(id, { code, text: `The '${name}' order attribute is not supported.` });
  }
}

function notSimulated(id: number, what: string): never {
  return refuse(id, { code: 201, text: `Order rejected - reason:${what} not simulated` });
}

function isPrice(price: number, { instrument }: Listing): boolean {
  return Number.isFinite(price) && (instrument.negativePrices || price > 0);
}

function isOnTick(price: number, tick: number): boolean {
  if (tick === 0) return true;
  const steps = price / tick;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

function invalid(cause: string): ErrorText {
  return { code: 321, text: `Error validating request.-'bG' : cause - ${cause}` };
}

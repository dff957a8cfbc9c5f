import { roundPrice } from "../../../core/orders/tick.js";
import { TwsError } from "../errors.js";
import type { OrderIntent } from "./order-intent.js";
import type { Fitted, FittedIntent } from "./order-port.js";
import type { TradedContract } from "./traded-contract.js";

/** What binary arithmetic adds to a ratio that should be whole. */
const NOISE = 1e-7;

/**
 * Puts quantity and prices on the steps that the exchange takes, to the side on which the order risks no more than it
 * was meant to:
 *
 * - a quantity is rounded down;
 * - a limit, a limit offset, and a price that must be touched to where they are harder to meet: a buy pays no more, a
 *   sell gets no less;
 * - the stop of an entry away from the market, so that it does not begin sooner; its trailing distance up;
 * - the stop of an exit towards the market, so that it does not protect later; its trailing distance down, to a step at
 *   least.
 *
 * The step of a price is the one of its market rule, and never finer than the instrument's own.
 * @throws TwsError QUANTITY_TOO_SMALL, PRICE_TOO_SMALL
 */
export function fitOrder(intent: OrderIntent, contract: TradedContract): FittedIntent {
  const { side, type, isExit } = intent;
  const isTouched = type === "market-if-touched" || type === "limit-if-touched";
  const changed: Fitted[] = [];
  const note = (field: Fitted["field"], from: number, to: number, step: number): number => {
    if (!isSame(from, to, step)) changed.push({ field, from, to });
    return to;
  };
  const price = (field: "limit" | "stop", towards: number): number => {
    const from = intent[field];
    if (Number.isNaN(from)) return from;
    const { to, step } = onSteps(from, towards, intent, contract);
    if (!intent.instrument.negativePrices && to <= 0) throw nothingLeft(intent, field, step);
    return note(field, from, to, step);
  };
  const distance = (field: "trail" | "limitOffset", towards: number, least: number): number => {
    const from = intent[field];
    if (Number.isNaN(from)) return from;
    const step = distanceStep(intent, contract);
    return note(field, from, Math.max(toStep(from, step, towards), least * step), step);
  };
  const quantity = fitQuantity(intent, contract);
  return {
    intent: {
      ref: intent.ref,
      orderId: intent.orderId,
      instrument: intent.instrument,
      side,
      type,
      tif: intent.tif,
      quantity: note("quantity", intent.quantity, quantity.to, quantity.step),
      limit: price("limit", -side),
      stop: price("stop", isExit || isTouched ? -side : side),
      trail: intent.isTrailFraction ? intent.trail : distance("trail", isExit ? -1 : 1, 1),
      isTrailFraction: intent.isTrailFraction,
      limitOffset: distance("limitOffset", -1, Number.NEGATIVE_INFINITY),
      goodTill: intent.goodTill,
      outsideRth: intent.outsideRth,
      isExit,
      parent: intent.parent,
      group: intent.group,
    },
    changed,
  };
}

function fitQuantity({ quantity, instrument }: OrderIntent, { details }: TradedContract): { to: number; step: number } {
  const step = coarser(details.sizeIncrement, instrument.quantityStep);
  const to = toStep(quantity, step, -1);
  if (!(to > 0) || to < details.minSize) {
    const least = Math.max(details.minSize, step);
    throw new TwsError("QUANTITY_TOO_SMALL", { symbol: instrument.symbol, quantity, least });
  }
  return { to, step };
}

/** Rounding may lead to where the steps are larger, and then goes on. */
function onSteps(price: number, towards: number, { instrument }: OrderIntent, { steps }: TradedContract) {
  let to = price;
  for (;;) {
    const step = coarser(steps.at(to), instrument.tickSize);
    const rounded = toStep(to, step, towards);
    if (rounded === to) return { to, step };
    to = rounded;
  }
}

function toStep(value: number, step: number, towards: number): number {
  const near = roundPrice(value, step, 0);
  return isSame(value, near, step) ? near : roundPrice(value, step, towards);
}

/** Whether two numbers differ by no more than binary arithmetic adds: to a step, and to a number of many steps. */
function isSame(a: number, b: number, step: number): boolean {
  return Math.abs(a - b) <= NOISE * step + 1e-13 * Math.abs(a);
}

/** The step at the stop that it is a distance from; where that is not known yet the smallest. */
function distanceStep({ instrument, stop }: OrderIntent, { details, steps }: TradedContract): number {
  return coarser(stop === stop ? steps.at(stop) : details.minTick, instrument.tickSize);
}

/** The larger of two steps where it is made of the smaller, else the exchange's, which decides. 0 stands for none. */
function coarser(exchange: number, own: number): number {
  if (exchange === 0 || own === 0) return Math.max(exchange, own);
  if (own <= exchange) return exchange;
  const ratio = own / exchange;
  return Math.abs(ratio - Math.round(ratio)) < NOISE ? own : exchange;
}

function nothingLeft(intent: OrderIntent, field: "limit" | "stop", step: number): TwsError {
  return new TwsError("PRICE_TOO_SMALL", { symbol: intent.instrument.symbol, field, price: intent[field], step });
}

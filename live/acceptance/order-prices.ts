import type { Instrument } from "../../core/market/instrument.js";
import { NotShown } from "./sight.js";
import type { Walk } from "./walk.js";

// Where orders stand that must never fill, as a share of the market's price.

/** A limit to buy, and where it is moved to. */
export const FAR = 0.7;
export const FARTHER = 0.65;
/** A bracket's exits, around a fill that never comes. */
export const FAR_TARGET = 1.3;
export const FAR_STOP = 0.5;

/** The latest price of an instrument that the walk has seen. */
export function priceOf(walk: Walk, { symbol }: Instrument): number {
  const price = walk.prices.get(symbol);
  if (price === undefined || !(price > 0))
    throw new NotShown(`no price of ${symbol} is known, so no order of it is made`);
  return price;
}

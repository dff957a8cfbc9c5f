import type { Instrument } from "../../core/market/instrument.js";
import { NotShown } from "./sight.js";
import type { Walk } from "./walk.js";

/** How far above the market a target stands that must never fill, as a share of it. */
export const FAR_TARGET = 1.3;

/** The least that can be traded. */
export function oneUnit(walk: Walk, instrument: Instrument) {
  const { minSize, sizeIncrement } = walk.contractOf(instrument);
  return {
    instrument,
    tif: "DAY",
    quantity: Math.max(1, minSize, sizeIncrement),
    limit: Number.NaN,
    stop: Number.NaN,
    outsideRth: false,
    isExit: false,
    parent: 0,
  } as const;
}

/** The latest price of an instrument that the walk has seen. */
export function priceOf(walk: Walk, { symbol }: Instrument): number {
  const price = walk.prices.get(symbol);
  if (price === undefined || !(price > 0))
    throw new NotShown(`no price of ${symbol} is known, so no order of it is made`);
  return price;
}

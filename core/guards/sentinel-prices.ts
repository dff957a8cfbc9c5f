import type { Denial } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";

/**
 * Feeds say "no price" with numbers: -1, 0 with size 0, NaN, the largest double. Such a price is never traded on: the
 * market keeps it as missing, and a quote with a side missing denies.
 */
export class SentinelPrices implements Guard {
  readonly name = "sentinelPrices";
  readonly reducingPasses: boolean;

  constructor(reducingPasses = true) {
    this.reducingPasses = reducingPasses;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { market, index, reference } = order;
    if (market.hasQuotes[index]) {
      const quote = market.quotes[index];
      if (quote.bid !== quote.bid) return { code: "NO_PRICE", details: { side: "bid" } };
      if (quote.ask !== quote.ask) return { code: "NO_PRICE", details: { side: "ask" } };
    }
    if (reference === reference) return undefined;
    return { code: "NO_PRICE", details: { side: "last" } };
  }
}

/** Whether a number that a feed sent as a price is one. */
export function isPrice(price: number, size: number, negativePrices: boolean): boolean {
  if (!(Math.abs(price) < 1e300)) return false;
  if (price > 0) return true;
  if (!negativePrices) return false;
  // Where prices may be zero and below, the missing size tells the sentinel from the price.
  return !((price === -1 || price === 0) && !(size > 0));
}

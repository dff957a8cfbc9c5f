import { MARKET_RULES, type PriceIncrement } from "../../ib/market-rules.js";
import type { Listing } from "./listing.js";

/** Ids of rules that IB does not have, for ticks that no known rule gives. */
const OWN_RULES_FROM = 9_001;
/** A listing whose instrument has no tick. */
const ANY_PRICE = 1e-8;

/** The rule of prices of every listing, by IB's ids where they fit. */
export class MarketRuleBook {
  private readonly rules = new Map<number, readonly PriceIncrement[]>();

  constructor(listings: readonly Listing[]) {
    for (const listing of listings) this.idOf(listing);
  }

  get(id: number): readonly PriceIncrement[] | undefined {
    return this.rules.get(id) ?? MARKET_RULES.get(id);
  }

  idOf({ instrument }: Listing): number {
    const tick = instrument.tickSize === 0 ? ANY_PRICE : instrument.tickSize;
    for (const [id, rule] of MARKET_RULES) if (rule.length === 1 && rule[0].increment === tick) return id;
    for (const [id, rule] of this.rules) if (rule[0].increment === tick) return id;
    const id = OWN_RULES_FROM + this.rules.size;
    this.rules.set(id, [{ lowEdge: 0, increment: tick }]);
    return id;
  }

  /** The smallest step of prices, as contract details tell it. */
  minTick({ instrument }: Listing): number {
    return instrument.tickSize === 0 ? ANY_PRICE : instrument.tickSize;
  }
}

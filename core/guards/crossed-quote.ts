import type { Market } from "../market/market.js";
import { type Denial, priceDetail } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";
import type { QuoteWatch } from "./quote-watch.js";

export interface CrossedQuoteOptions {
  /** Seconds for which a bid above the ask is let pass. */
  readonly seconds?: number;
  /** Widest spread as a fraction of the middle, */
  readonly fraction?: number;
  /** or in ticks, whichever allows more. */
  readonly ticks?: number;
}

/** No order on a bid above the ask, or on a spread so wide that the middle says nothing. */
export class CrossedQuote implements Guard {
  readonly name = "crossedQuote";
  readonly reducingPasses: boolean;
  private readonly watch: QuoteWatch;
  private readonly seconds: number;
  private readonly fraction: number;
  private readonly ticks: number;

  constructor(watch: QuoteWatch, options: CrossedQuoteOptions = {}, reducingPasses = true) {
    this.watch = watch;
    this.seconds = options.seconds ?? 1;
    this.fraction = options.fraction ?? 0.01;
    this.ticks = options.ticks ?? 20;
    this.reducingPasses = reducingPasses;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { market, index, now } = order;
    // Without a bid and an ask nothing is known against the order.
    if (market.hasSides[index] === 0) return undefined;
    const bid = market.bid(index);
    const ask = market.ask(index);
    const spread = ask - bid;
    const { tickSize } = market.instruments[index];
    if (spread < 0) {
      const since = market.hasQuotes[index] ? this.watch.crossedSince[index] : Number.NEGATIVE_INFINITY;
      if (now - since <= this.seconds * 1000) return undefined;
      return { code: "CROSSED_QUOTE", details: { bid: priceDetail(bid, tickSize), ask: priceDetail(ask, tickSize) } };
    }
    const limit = this.widest(market, index);
    // A side that is missing makes the spread NaN: that is for the sentinel guard to say.
    if (!(spread > limit)) return undefined;
    return {
      code: "WIDE_QUOTE",
      details: { spread: priceDetail(spread, tickSize), limit: priceDetail(limit, tickSize) },
    };
  }

  /** Whether bid and ask say where the market is: neither crossed, however shortly, nor too wide apart. */
  isSound(market: Market, index: number): boolean {
    const spread = market.ask(index) - market.bid(index);
    return spread >= 0 && spread <= this.widest(market, index);
  }

  private widest(market: Market, index: number): number {
    const sum = market.ask(index) + market.bid(index);
    return Math.max(this.fraction * Math.abs(sum) * 0.5, this.ticks * market.instruments[index].tickSize);
  }
}

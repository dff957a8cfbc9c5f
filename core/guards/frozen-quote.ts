import { openTimeBetween } from "../calendar/session-time.js";
import type { Evidence } from "../evidence.js";
import type { Denial } from "../orders/denial.js";
import { type Guard, isThin, type OrderUnderTest } from "./guard.js";

export interface FrozenQuoteOptions {
  /** Seconds of open market for which bid, ask, last and sizes may stay the same. */
  readonly seconds?: number;
  /** The same for options and instruments that trade rarely. */
  readonly thin?: number;
}

/**
 * No order on a quote in which nothing has moved for too long: a feed can go on sending what it had. Only time in which
 * the market was open counts.
 */
export class FrozenQuote implements Guard {
  readonly name = "frozenQuote";
  readonly reducingPasses = false;
  private readonly evidence: Evidence;
  private readonly seconds: number;
  private readonly thin: number;

  constructor(evidence: Evidence, options: FrozenQuoteOptions = {}) {
    this.evidence = evidence;
    this.seconds = options.seconds ?? 300;
    this.thin = options.thin ?? 1800;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { market, index, now } = order;
    const since = this.evidence.unchangedSince(index);
    const limit = isThin(order.instrument) ? this.thin : this.seconds;
    // NaN where there has been no quote yet: that is for other guards to say.
    if (!(now - since >= limit * 1000)) return undefined;
    const age = openTimeBetween(market.sessions[index], since, now);
    if (age < limit * 1000) return undefined;
    return { code: "FROZEN_QUOTE", details: { age: `${Math.floor(age / 1000)}s`, limit: `${limit}s` } };
  }
}

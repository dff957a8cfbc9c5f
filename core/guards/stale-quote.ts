import { closesBetween, openTimeBetween } from "../calendar/session-time.js";
import { DAY, type Instant } from "../market/bar-size.js";
import type { Instrument } from "../market/instrument.js";
import type { Market } from "../market/market.js";
import type { Denial } from "../orders/denial.js";
import { type Guard, isThin, type OrderUnderTest } from "./guard.js";

export interface StaleQuoteOptions {
  /** Seconds after which a quote is too old, by kind of instrument. */
  readonly stock?: number;
  readonly future?: number;
  readonly forex?: number;
  /** Options and instruments that trade rarely. */
  readonly thin?: number;
  /** Seconds after which a live session warns of it. */
  readonly stockWarn?: number;
  readonly futureWarn?: number;
  readonly forexWarn?: number;
  readonly thinWarn?: number;
  /** Without quotes: bars of its own series that may be missing. */
  readonly bars?: number;
}

/**
 * No order on a price that is too old. Quotes and trades age in seconds; where an instrument has only bars, its age is
 * counted in bars of its own series by its own sessions, so that a night or a weekend does not age it.
 */
export class StaleQuote implements Guard {
  readonly name = "staleQuote";
  readonly reducingPasses: boolean;
  private readonly stock: number;
  private readonly future: number;
  private readonly forex: number;
  private readonly thin: number;
  private readonly stockWarn: number;
  private readonly futureWarn: number;
  private readonly forexWarn: number;
  private readonly thinWarn: number;
  private readonly bars: number;

  constructor(options: StaleQuoteOptions = {}, reducingPasses = true) {
    this.stock = options.stock ?? 60;
    this.future = options.future ?? 60;
    this.forex = options.forex ?? 30;
    this.thin = options.thin ?? 300;
    this.stockWarn = options.stockWarn ?? 15;
    this.futureWarn = options.futureWarn ?? 15;
    this.forexWarn = options.forexWarn ?? 10;
    this.thinWarn = options.thinWarn ?? 60;
    this.bars = options.bars ?? 2;
    this.reducingPasses = reducingPasses;
  }

  check(order: OrderUnderTest): Denial | undefined {
    return this.verdict(order.market, order.index, order.now);
  }

  /** Why what is known of an instrument's price is too old for an order now. */
  verdict(market: Market, index: number, now: Instant): Denial | undefined {
    if (market.hasQuotes[index] || market.hasTrades[index]) {
      return olderThan(this.seconds(market.instruments[index]), market, index, now);
    }
    const end = market.lastBarEnd(index);
    if (end === now) return undefined;
    const series = market.series[market.finest[index]];
    if (end !== end) return { code: "STALE_QUOTE", details: { age: "never", limit: `${this.bars}bars` } };
    if (now - end <= this.bars * series.size.ms) return undefined;
    const sessions = market.sessions[index];
    const age =
      series.size.ms >= DAY
        ? closesBetween(sessions, end, now) / series.size.count
        : openTimeBetween(sessions, end, now) / series.size.ms;
    if (age <= this.bars) return undefined;
    return { code: "STALE_QUOTE", details: { age: `${Math.round(age)}bars`, limit: `${this.bars}bars` } };
  }

  /** What there is to say of the age of an instrument's quotes or trades before it denies. */
  warning(market: Market, index: number, now: Instant): Denial | undefined {
    if (!market.hasQuotes[index] && !market.hasTrades[index]) return undefined;
    const instrument = market.instruments[index];
    return olderThan(Math.min(this.warnSeconds(instrument), this.seconds(instrument)), market, index, now);
  }

  private seconds(instrument: Instrument): number {
    if (isThin(instrument)) return this.thin;
    if (instrument.assetClass === "forex") return this.forex;
    if (instrument.assetClass === "future") return this.future;
    return this.stock;
  }

  private warnSeconds(instrument: Instrument): number {
    if (isThin(instrument)) return this.thinWarn;
    if (instrument.assetClass === "forex") return this.forexWarn;
    if (instrument.assetClass === "future") return this.futureWarn;
    return this.stockWarn;
  }
}

/** What an age of over so many seconds comes to; a quote goes before a trade. */
function olderThan(limit: number, market: Market, index: number, now: Instant): Denial | undefined {
  const known = market.hasQuotes[index] ? market.quotes[index].time : market.trades[index].time;
  if (now - known <= limit * 1000) return undefined;
  const age = known === known ? `${Math.round((now - known) / 1000)}s` : "never";
  return { code: "STALE_QUOTE", details: { age, limit: `${limit}s` } };
}

import { closesBetween, openTimeBetween } from "../calendar/session-time.js";
import { DAY } from "../market/bar-size.js";
import type { Instrument } from "../market/instrument.js";
import type { Denial } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";

export interface StaleQuoteOptions {
  /** Seconds after which a quote is too old, by kind of instrument. */
  readonly stock?: number;
  readonly future?: number;
  readonly forex?: number;
  /** Options and instruments that trade rarely. */
  readonly thin?: number;
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
  private readonly bars: number;

  constructor(options: StaleQuoteOptions = {}, reducingPasses = true) {
    this.stock = options.stock ?? 60;
    this.future = options.future ?? 60;
    this.forex = options.forex ?? 30;
    this.thin = options.thin ?? 300;
    this.bars = options.bars ?? 2;
    this.reducingPasses = reducingPasses;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { market, index, now } = order;
    if (market.hasQuotes[index] || market.hasTrades[index]) {
      const known = market.hasQuotes[index] ? market.quotes[index].time : market.trades[index].time;
      const limit = this.seconds(order.instrument);
      if (now - known <= limit * 1000) return undefined;
      if (known !== known) return { code: "STALE_QUOTE", details: { age: "never", limit: `${limit}s` } };
      return { code: "STALE_QUOTE", details: { age: `${Math.round((now - known) / 1000)}s`, limit: `${limit}s` } };
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

  private seconds(instrument: Instrument): number {
    if (instrument.thin || instrument.assetClass === "option") return this.thin;
    if (instrument.assetClass === "forex") return this.forex;
    if (instrument.assetClass === "future") return this.future;
    return this.stock;
  }
}

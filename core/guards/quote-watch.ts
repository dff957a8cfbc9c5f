import { closeAfter } from "../calendar/session-time.js";
import type { Market } from "../market/market.js";

export interface PriceJumpOptions {
  /** Largest move in one update, as a fraction. */
  readonly update?: number;
  /** Largest distance from the previous close, as a fraction. */
  readonly day?: number;
  /** Updates that must agree with a jump before it is believed. */
  readonly confirmations?: number;
}

/**
 * Follows quotes and trades as they come, for the guards that need more than the latest: since when a quote has been
 * crossed, and whether a jump in price still lacks confirmation. Bars do not come here.
 */
export class QuoteWatch {
  /** Since when the bid has been above the ask; NaN while it is not. */
  readonly crossedSince: Float64Array;
  /** Updates that a jump still waits for; 0 when the price is believed. */
  readonly unconfirmed: Int32Array;
  /** The last price that was believed. */
  readonly believed: Float64Array;
  /** Close of the session before; NaN while it is not known. */
  readonly previousClose: Float64Array;
  /** The price that a jump went to. */
  readonly jumpedTo: Float64Array;
  private readonly market: Market;
  private readonly update: number;
  private readonly day: number;
  private readonly confirmations: number;
  private readonly sessionEnd: Float64Array;

  constructor(market: Market, options: PriceJumpOptions = {}) {
    const count = market.instruments.length;
    this.market = market;
    this.update = options.update ?? 0.1;
    this.day = options.day ?? 0.2;
    this.confirmations = options.confirmations ?? 3;
    this.crossedSince = new Float64Array(count).fill(Number.NaN);
    this.unconfirmed = new Int32Array(count);
    this.believed = new Float64Array(count).fill(Number.NaN);
    this.previousClose = new Float64Array(count).fill(Number.NaN);
    this.jumpedTo = new Float64Array(count).fill(Number.NaN);
    this.sessionEnd = new Float64Array(count).fill(Number.NaN);
  }

  quote(index: number, now: number): void {
    const quote = this.market.quotes[index];
    if (quote.bid > quote.ask) {
      if (!(this.crossedSince[index] <= now)) this.crossedSince[index] = now;
    } else {
      this.crossedSince[index] = Number.NaN;
    }
    const mid = quote.mid;
    if (mid === mid) this.price(index, mid, now);
  }

  trade(index: number, price: number, now: number): void {
    // Where quotes come, they carry the watch: trades at bid and ask in turn would look like moves.
    if (!this.market.hasQuotes[index]) this.price(index, price, now);
  }

  /** Prices of an instrument are worth `factor` times what they were: a split is no jump. */
  rescale(index: number, factor: number): void {
    this.believed[index] *= factor;
    this.previousClose[index] *= factor;
    this.jumpedTo[index] *= factor;
  }

  private price(index: number, price: number, now: number): void {
    this.followSession(index, now);
    const believed = this.believed[index];
    const confirming = this.unconfirmed[index] > 0;
    if (confirming && !isFurther(price, this.jumpedTo[index], this.update)) {
      // The update agrees with the jump: one confirmation less to wait for.
      this.unconfirmed[index]--;
      this.jumpedTo[index] = price;
      if (this.unconfirmed[index] === 0) {
        this.believed[index] = price;
        this.previousClose[index] = Number.NaN;
      }
      return;
    }
    const jumped = isFurther(price, believed, this.update) || isFurther(price, this.previousClose[index], this.day);
    if (jumped) {
      this.unconfirmed[index] = this.confirmations;
      this.jumpedTo[index] = price;
      return;
    }
    this.unconfirmed[index] = 0;
    this.believed[index] = price;
  }

  private followSession(index: number, now: number): void {
    if (now < this.sessionEnd[index]) return;
    if (this.sessionEnd[index] === this.sessionEnd[index]) this.previousClose[index] = this.believed[index];
    this.sessionEnd[index] = closeAfter(this.market.sessions[index], now);
  }
}

/** Whether a price lies further than a fraction from another; no for one that is not known. */
function isFurther(price: number, from: number, fraction: number): boolean {
  return Math.abs(price - from) > fraction * Math.abs(from) * (1 + 1e-9);
}

import type { Instant } from "../market/bar-size.js";
import type { Market } from "../market/market.js";
import type { Portfolio } from "../portfolio/portfolio.js";
import type { CrossedQuote } from "./crossed-quote.js";
import type { QuoteWatch } from "./quote-watch.js";

/**
 * The prices that positions are held to by the loss limits. A limit may close everything, and peak and the day's start
 * stay for long: one bad quote must not do that. A quote or trade that jumps and is not confirmed, that is crossed or too
 * wide apart, or that comes while its market is closed leaves the price before it in place. Bars are taken as they are.
 */
export class BelievedPrices {
  private readonly market: Market;
  private readonly watch: QuoteWatch;
  private readonly sides: CrossedQuote | undefined;
  private readonly isAsked: boolean;
  /** The latest price that was believed; NaN before the first. */
  private readonly price: Float64Array;
  /** 1 where the instrument is marked at a price that is not believed. */
  private readonly isDoubted: Uint8Array;
  private doubts = 0;
  /** 1 where a position was taken over and nothing has told a price since: it is marked at what was paid. */
  private readonly isCarried: Uint8Array;

  /**
   * @param sides judges bid and ask; undefined where that guard was taken out, for they may lie apart by nature
   * @param isAsked whether a limit stands; without one every price is believed
   */
  constructor(market: Market, watch: QuoteWatch, sides: CrossedQuote | undefined, isAsked: boolean) {
    const count = market.instruments.length;
    this.market = market;
    this.watch = watch;
    this.sides = sides;
    this.isAsked = isAsked;
    this.price = new Float64Array(count).fill(Number.NaN);
    this.isDoubted = new Uint8Array(count);
    this.isCarried = new Uint8Array(count);
  }

  /** A quote or trade has marked an instrument. */
  marked(index: number, price: number, now: Instant): void {
    if (this.isAsked && !this.isBelievable(index, now)) this.doubt(index);
    else this.believe(index, price);
    this.isCarried[index] = 0;
  }

  /** A bar has. */
  markedByBar(index: number, price: number): void {
    this.believe(index, price);
    this.isCarried[index] = 0;
  }

  /** A position was taken over of which no market has told a price yet. */
  carried(index: number): void {
    this.price[index] = Number.NaN;
    this.isCarried[index] = 1;
    this.doubt(index);
  }

  /** Whether anything is marked at a price that is not believed. */
  get hasDoubts(): boolean {
    return this.doubts > 0;
  }

  /** Whether something is held of which no market has told a price since it was taken over. */
  isUnpriced(portfolio: Portfolio): boolean {
    if (this.doubts === 0) return false;
    return this.isCarried.some((is, i) => is === 1 && portfolio.quantity[i] !== 0);
  }

  /** What the account is worth at prices that are believed; NaN while there is none of something that is held. */
  equity(portfolio: Portfolio): number {
    let { equity } = portfolio;
    if (this.doubts === 0) return equity;
    for (let i = 0; i < this.isDoubted.length; i++) {
      if (this.isDoubted[i] === 1) equity += portfolio.gainTo(i, this.price[i]);
    }
    return equity;
  }

  /** Prices of an instrument are worth `factor` times what they were. */
  rescale(index: number, factor: number): void {
    this.price[index] *= factor;
  }

  private doubt(index: number): void {
    this.doubts += 1 - this.isDoubted[index];
    this.isDoubted[index] = 1;
  }

  private believe(index: number, price: number): void {
    this.price[index] = price;
    this.doubts -= this.isDoubted[index];
    this.isDoubted[index] = 0;
  }

  private isBelievable(index: number, now: Instant): boolean {
    const { market, watch, sides } = this;
    if (watch.unconfirmed[index] > 0 || !market.sessions[index].isOpenAt(now)) return false;
    return sides === undefined || !market.hasQuotes[index] || sides.isSound(market, index);
  }
}

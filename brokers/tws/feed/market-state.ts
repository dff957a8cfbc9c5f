import { isPrice } from "../../../core/guards/sentinel-prices.js";
import type { Instant } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";

/** Sides that have been told since the stream began or was found again. */
export const BID_TOLD = 1;
export const ASK_TOLD = 2;
export const BOTH_TOLD = 3;

/** What is known of each instrument's quotes now, in columns by its index. Prices are NaN while there are none. */
export class MarketState {
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly bidSize: Float64Array;
  readonly askSize: Float64Array;
  readonly last: Float64Array;
  readonly lastSize: Float64Array;
  readonly told: Uint8Array;
  /** 1 where a bid and an ask have come since the latest subscription. */
  readonly isFresh: Uint8Array;
  /** Type of the data; NaN before it was told. */
  readonly dataType: Float64Array;
  /** The halted tick: 0 for trading. */
  readonly halted: Int8Array;
  /**
   * When the stream was asked for, or found again; when a quote came, any tick, other values, and a proof of these. What
   * a break has come between and is told again counts as a tick alone.
   */
  readonly askedAt: Float64Array;
  readonly quoteAt: Float64Array;
  readonly tickAt: Float64Array;
  /** When a price, size or volume of trades came: the quotes tell of trades, wherever trades come from. */
  readonly tradedAt: Float64Array;
  readonly changedAt: Float64Array;
  readonly verifiedAt: Float64Array;
  /** The latest quote that was fresh before the latest break. */
  private readonly freshUntil: Float64Array;
  /** 1 where nothing has come since the latest break but what was known before it: that is no news. */
  private readonly repeats: Uint8Array;
  /** The quote and the last price before it, each as it was told last. */
  private readonly before: readonly (readonly [known: Float64Array, now: Float64Array])[];
  private readonly instruments: readonly Instrument[];
  /** What has come since the latest `settle`: the instruments, and for each what. */
  private readonly touched: Int32Array;
  private readonly touch: Uint8Array;
  private touchedCount = 0;

  constructor(instruments: readonly Instrument[]) {
    const { length } = instruments;
    const none = (): Float64Array => new Float64Array(length).fill(Number.NaN);
    this.instruments = instruments;
    this.bid = none();
    this.ask = none();
    this.bidSize = none();
    this.askSize = none();
    this.last = none();
    this.lastSize = none();
    this.told = new Uint8Array(length);
    this.isFresh = new Uint8Array(length);
    this.dataType = none();
    this.halted = new Int8Array(length);
    this.askedAt = none();
    this.quoteAt = none();
    this.tickAt = none();
    this.tradedAt = none();
    this.changedAt = none();
    this.verifiedAt = none();
    this.freshUntil = none();
    this.repeats = new Uint8Array(length);
    this.before = [this.bid, this.ask, this.bidSize, this.askSize, this.last].map(
      (column) => [none(), column] as const,
    );
    this.touched = new Int32Array(length);
    this.touch = new Uint8Array(length);
  }

  /** Notes a tick. @param what TICK, with what else it is */
  note(instrument: number, what: number): void {
    if (this.touch[instrument] === 0) this.touched[this.touchedCount++] = instrument;
    this.touch[instrument] |= what;
  }

  /** What has come since the last time came now. */
  settle(now: Instant): void {
    for (let t = 0; t < this.touchedCount; t++) {
      const i = this.touched[t];
      const what = this.hasNews(i) ? this.touch[i] : this.touch[i] & ~(QUOTED | CHANGED);
      this.touch[i] = 0;
      this.tickAt[i] = now;
      if ((what & QUOTED) !== 0) this.quoteAt[i] = now;
      if ((what & CHANGED) !== 0) this.changedAt[i] = now;
      if ((what & TRADED) !== 0) this.tradedAt[i] = now;
    }
    this.touchedCount = 0;
  }

  /**
   * Whether anything is known that was not known before the latest break. TWS begins a stream with what it knows, and
   * that may be as old as the break: told again it is no younger.
   */
  hasNews(i: number): boolean {
    if (this.repeats[i] === 0) return true;
    for (const [known, now] of this.before) {
      if (now[i] !== now[i] || now[i] === known[i]) continue;
      this.repeats[i] = 0;
      return true;
    }
    return false;
  }

  /** Nothing that was told counts any more: what comes never stands beside what was known before. */
  forget(instrument: number, now: Instant): void {
    this.remember(instrument);
    this.bid[instrument] = Number.NaN;
    this.ask[instrument] = Number.NaN;
    this.bidSize[instrument] = Number.NaN;
    this.askSize[instrument] = Number.NaN;
    this.last[instrument] = Number.NaN;
    this.lastSize[instrument] = Number.NaN;
    this.doubt(instrument, now);
  }

  private remember(i: number): void {
    this.repeats[i] = 1;
    for (const [known, now] of this.before) {
      // What was not told between two breaks is known from before the first.
      if (now[i] === now[i]) known[i] = now[i];
    }
  }

  /** What was told has to be told again before it counts as fresh. */
  doubt(instrument: number, now: Instant): void {
    this.freshUntil[instrument] = this.freshAt(instrument);
    this.told[instrument] = 0;
    this.isFresh[instrument] = 0;
    this.askedAt[instrument] = now;
  }

  /** The last price; NaN while there is none. */
  lastPrice(i: number): number {
    return isPrice(this.last[i], this.lastSize[i], this.instruments[i].negativePrices) ? this.last[i] : Number.NaN;
  }

  /** When a fresh quote came last: neither a break nor a stream that begins without prices is one. NaN for never. */
  freshAt(i: number): Instant {
    return this.isFresh[i] === 1 ? this.quoteAt[i] : this.freshUntil[i];
  }

  /** Looks whether what is known now makes a fresh quote. */
  refresh(i: number): void {
    if (this.isFresh[i] === 1 || this.told[i] !== BOTH_TOLD) return;
    const { negativePrices } = this.instruments[i];
    const isWhole =
      isPrice(this.bid[i], this.bidSize[i], negativePrices) && isPrice(this.ask[i], this.askSize[i], negativePrices);
    if (isWhole) this.isFresh[i] = 1;
  }
}

/** What a tick may be: any; of the quote; one that changes bid, ask, last or a size; of trades. */
export const TICK = 1;
export const QUOTED = 2;
export const CHANGED = 4;
export const TRADED = 8;

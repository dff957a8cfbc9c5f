import { type Feed, NOTHING, QUOTE, TRADE } from "../../../core/feed.js";
import type { BarSeries } from "../../../core/market/bar-series.js";
import type { Instrument } from "../../../core/market/instrument.js";
import { QuoteRecord } from "../../../core/market/quote.js";
import { TradeRecord } from "../../../core/market/trade.js";
import type { MarketTick } from "../simulation/market-events.js";

/** The simulated market as the engine of an account takes it: one tick at a time, its quote and then its trade. */
export class TickFeed implements Feed {
  readonly instruments: readonly Instrument[];
  readonly series: readonly BarSeries[] = [];
  readonly hasQuotes: readonly boolean[];
  readonly hasTrades: readonly boolean[];
  readonly seriesIndex = 0;
  readonly row = -1;
  readonly late = false;
  readonly ended = false;
  readonly instants = 0;
  readonly times = undefined;
  onReady: (() => void) | undefined = undefined;
  time = Number.NEGATIVE_INFINITY;
  quote: QuoteRecord;
  trade: TradeRecord;
  private readonly quotes: readonly QuoteRecord[];
  private readonly trades: readonly TradeRecord[];
  private pending: MarketTick | undefined;
  private isQuoteShown = false;

  /** @param finest the series that each instrument's ticks are made of */
  constructor(finest: readonly BarSeries[]) {
    this.instruments = finest.map((series) => series.instrument);
    this.hasQuotes = finest.map(() => true);
    this.hasTrades = finest.map((series) => series.source === "trades");
    this.quotes = this.instruments.map((instrument) => new QuoteRecord(instrument));
    this.trades = this.instruments.map((instrument) => new TradeRecord(instrument));
    this.quote = this.quotes[0];
    this.trade = this.trades[0];
  }

  /** The tick that the next calls of `next` show; it must not change until they have. */
  offer(tick: MarketTick): void {
    this.pending = tick;
    this.isQuoteShown = false;
  }

  next(): number {
    const tick = this.pending;
    if (tick === undefined) return NOTHING;
    this.time = tick.time;
    if (!this.isQuoteShown) {
      this.isQuoteShown = true;
      if (!(tick.last === tick.last)) this.pending = undefined;
      const quote = this.quotes[tick.instrument];
      quote.time = tick.time;
      quote.bid = tick.bid;
      quote.ask = tick.ask;
      quote.bidSize = tick.bidSize;
      quote.askSize = tick.askSize;
      this.quote = quote;
      return QUOTE;
    }
    this.pending = undefined;
    const trade = this.trades[tick.instrument];
    trade.time = tick.time;
    trade.price = tick.last;
    trade.size = tick.lastSize;
    this.trade = trade;
    return TRADE;
  }
}

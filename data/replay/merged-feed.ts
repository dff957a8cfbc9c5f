import { BAR, type Feed, NOTHING, QUOTE, TRADE } from "../../core/feed.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instrument } from "../../core/market/instrument.js";
import { QuoteRecord, type QuoteSeries } from "../../core/market/quote.js";
import { TradeRecord, type TradeSeries } from "../../core/market/trade.js";
import { type MergeOrder, mergeOrder } from "./merge-order.js";

/**
 * Replays many series of bars, quotes and trades in order of time. At one instant bars come first, smaller ones before
 * larger, then quotes, then trades, each by instrument: a bar that ends now was complete before the trade of now.
 */
export class MergedFeed implements Feed {
  readonly instruments: readonly Instrument[];
  readonly series: readonly BarSeries[];
  readonly hasQuotes: readonly boolean[];
  readonly hasTrades: readonly boolean[];
  readonly instants: number;
  readonly times: Float64Array;
  readonly late = false;
  onReady: (() => void) | undefined = undefined;
  time = Number.NEGATIVE_INFINITY;
  seriesIndex = 0;
  row = -1;
  quote: QuoteRecord;
  trade: TradeRecord;
  private readonly quotes: readonly QuoteSeries[];
  private readonly trades: readonly TradeSeries[];
  private readonly quoteRecords: readonly QuoteRecord[];
  private readonly tradeRecords: readonly TradeRecord[];
  private readonly order: Uint16Array;
  private readonly sourceTimes: readonly Float64Array[];
  private readonly rows: Int32Array;
  private readonly bars: number;
  private at = 0;

  /** `order` may come from an earlier run over the same data. */
  constructor(
    instruments: readonly Instrument[],
    series: readonly BarSeries[],
    quotes: readonly QuoteSeries[] = [],
    trades: readonly TradeSeries[] = [],
    order?: MergeOrder,
  ) {
    this.instruments = instruments;
    this.series = series;
    this.quotes = quotes;
    this.trades = trades;
    this.hasQuotes = instruments.map((instrument) => quotes.some((one) => one.instrument === instrument));
    this.hasTrades = instruments.map((instrument) => trades.some((one) => one.instrument === instrument));
    this.bars = series.length;
    const merged = order ?? orderOf(series, quotes, trades);
    this.order = merged.source;
    this.instants = merged.times.length;
    this.times = merged.times;
    this.sourceTimes = [
      ...series.map((one) => one.end),
      ...quotes.map((one) => one.time),
      ...trades.map((one) => one.time),
    ];
    this.rows = new Int32Array(this.sourceTimes.length).fill(-1);
    this.quoteRecords = quotes.map((one) => new QuoteRecord(one.instrument));
    this.tradeRecords = trades.map((one) => new TradeRecord(one.instrument));
    this.quote = this.quoteRecords[0] ?? new QuoteRecord(instruments[0]);
    this.trade = this.tradeRecords[0] ?? new TradeRecord(instruments[0]);
  }

  get ended(): boolean {
    return this.at >= this.order.length;
  }

  next(): number {
    const { at } = this;
    if (at >= this.order.length) return NOTHING;
    this.at = at + 1;
    const source = this.order[at];
    const row = this.rows[source] + 1;
    this.rows[source] = row;
    this.time = this.sourceTimes[source][row];
    if (source >= this.bars) return this.showTick(source - this.bars, row);
    this.seriesIndex = source;
    this.row = row;
    return BAR;
  }

  private showTick(source: number, row: number): number {
    if (source < this.quotes.length) {
      const from = this.quotes[source];
      const quote = this.quoteRecords[source];
      quote.time = from.time[row];
      quote.bid = from.bid[row];
      quote.ask = from.ask[row];
      quote.bidSize = from.bidSize[row];
      quote.askSize = from.askSize[row];
      this.quote = quote;
      return QUOTE;
    }
    const from = this.trades[source - this.quotes.length];
    const trade = this.tradeRecords[source - this.quotes.length];
    trade.time = from.time[row];
    trade.price = from.price[row];
    trade.size = from.size[row];
    this.trade = trade;
    return TRADE;
  }
}

/** The merge order of a set of data, to be computed once and handed to every run over it. */
export function orderOf(
  series: readonly BarSeries[],
  quotes: readonly QuoteSeries[],
  trades: readonly TradeSeries[],
): MergeOrder {
  return mergeOrder([...series.map((one) => ({ time: one.end, length: one.length })), ...quotes, ...trades]);
}

import { BAR, type Feed, NOTHING } from "../../core/feed.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instrument } from "../../core/market/instrument.js";
import { QuoteRecord } from "../../core/market/quote.js";
import { TradeRecord } from "../../core/market/trade.js";

/** Replays one series of bars: the shortest way from a column to the engine. */
export class SeriesFeed implements Feed {
  readonly instruments: readonly Instrument[];
  readonly series: readonly BarSeries[];
  readonly hasQuotes = [false];
  readonly hasTrades = [false];
  readonly instants: number;
  readonly times: Float64Array;
  readonly seriesIndex = 0;
  readonly late = false;
  readonly quote: QuoteRecord;
  readonly trade: TradeRecord;
  onReady: (() => void) | undefined = undefined;
  time = Number.NEGATIVE_INFINITY;
  row = -1;
  private readonly end: Float64Array;
  private readonly length: number;

  constructor(series: BarSeries) {
    this.instruments = [series.instrument];
    this.series = [series];
    this.end = series.end;
    this.length = series.length;
    this.instants = series.length;
    this.times = series.end.subarray(0, series.length);
    this.quote = new QuoteRecord(series.instrument);
    this.trade = new TradeRecord(series.instrument);
  }

  get ended(): boolean {
    return this.row + 1 >= this.length;
  }

  skipTo(row: number): void {
    this.row = row;
    this.time = this.end[row];
  }

  next(): number {
    const row = this.row + 1;
    if (row >= this.length) return NOTHING;
    this.row = row;
    this.time = this.end[row];
    return BAR;
  }
}

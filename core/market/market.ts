import type { Sessions } from "../calendar/sessions.js";
import type { BarSeries } from "./bar-series.js";
import type { Instrument } from "./instrument.js";
import { Quote, QuoteRecord } from "./quote.js";
import { Trade, TradeRecord } from "./trade.js";

/**
 * What is known of every instrument now, by its index: the latest bar of its finest series, its quote and its last
 * trade. The engine moves it; guards, brokers and the desk read it.
 */
export class Market {
  readonly instruments: readonly Instrument[];
  /** The same, frozen, for whoever could change them. Reading from a frozen list costs the loop a call each time. */
  readonly listed: readonly Instrument[];
  readonly series: readonly BarSeries[];
  /** For each instrument its finest series, or -1. */
  readonly finest: Int32Array;
  /** For each instrument the finest of the series that a strategy is handed, or -1. */
  readonly shown: Int32Array;
  /** For each series its latest known row; -1 before the first. */
  readonly row: Int32Array;
  readonly quotes: readonly QuoteRecord[];
  /** The same as strategies see them. */
  readonly quoteViews: readonly Quote[];
  readonly trades: readonly TradeRecord[];
  readonly tradeViews: readonly Trade[];
  readonly hasQuotes: readonly boolean[];
  readonly hasTrades: readonly boolean[];
  /** 1 where an instrument has a bid and an ask, from quotes or on the bars of its finest series. */
  readonly hasSides: Uint8Array;
  /** Sessions of each instrument. */
  readonly sessions: readonly Sessions[];
  /** Of an instrument that has been split since its latest bar: that bar's row, and what its prices are worth now. */
  private readonly splitRow: Int32Array;
  private readonly splitFactor: Float64Array;
  /** For each series, 1 where its bars are handed to a strategy; others only fill orders and make larger bars. */
  readonly handed: Uint8Array;
  /** The series from this one on are built out of the feed's bars and trades. */
  private readonly firstBuilt: number;

  /**
   * @param series those of the feed, and behind them those that are built
   * @param handed which of them a strategy is handed; default all
   */
  constructor(
    instruments: readonly Instrument[],
    series: readonly BarSeries[],
    sessions: readonly Sessions[],
    hasQuotes: readonly boolean[],
    hasTrades: readonly boolean[],
    built = 0,
    handed = new Uint8Array(series.length).fill(1),
  ) {
    this.instruments = [...instruments];
    this.listed = Object.freeze([...instruments]);
    this.series = series;
    this.sessions = sessions;
    this.hasQuotes = hasQuotes;
    this.hasTrades = hasTrades;
    this.firstBuilt = series.length - built;
    this.handed = handed;
    this.finest = finestSeries(instruments, series);
    this.shown = finestSeries(instruments, series, handed);
    this.hasSides = Uint8Array.from(instruments, (_, i) => {
      const finest = this.finest[i] < 0 ? undefined : series[this.finest[i]];
      return hasQuotes[i] || (finest?.bid !== undefined && finest.ask !== undefined) ? 1 : 0;
    });
    this.row = new Int32Array(series.length).fill(-1);
    this.splitRow = new Int32Array(instruments.length).fill(-1);
    this.splitFactor = new Float64Array(instruments.length).fill(1);
    this.quotes = instruments.map((instrument) => new QuoteRecord(instrument));
    this.trades = instruments.map((instrument) => new TradeRecord(instrument));
    this.quoteViews = this.quotes.map((record) => new Quote(record));
    this.tradeViews = this.trades.map((record) => new Trade(record));
  }

  /** Whether a series is what a strategy sees an instrument by: of the feed, or in place of what the feed has not. */
  isMain({ instrument }: BarSeries, series: number): boolean {
    if (this.handed[series] === 0) return false;
    return series < this.firstBuilt || this.shown[instrument.index] >= this.firstBuilt;
  }

  /** End of the latest bar of an instrument's finest series; NaN before the first. */
  lastBarEnd(instrument: number): number {
    const series = this.finest[instrument];
    const row = series < 0 ? -1 : this.row[series];
    return row < 0 ? Number.NaN : this.series[series].end[row];
  }

  /**
   * Whether a bar is of a coarser series than the finest of its instrument, and that one has none inside of it: then its
   * close is the latest price there is. Where there are quotes or trades, they alone tell prices.
   */
  fillsGap(series: number, row: number): boolean {
    const { instrument, start } = this.series[series];
    const { index } = instrument;
    if (this.finest[index] === series || this.hasQuotes[index] || this.hasTrades[index]) return false;
    return !(this.lastBarEnd(index) > start[row]);
  }

  /** The bid as it stands, of quotes or of quote bars; NaN where there is none. */
  bid(instrument: number): number {
    if (this.hasSides[instrument] === 0) return Number.NaN;
    return this.hasQuotes[instrument] ? this.quotes[instrument].bid : this.sideOfBar(instrument, false);
  }

  ask(instrument: number): number {
    if (this.hasSides[instrument] === 0) return Number.NaN;
    return this.hasQuotes[instrument] ? this.quotes[instrument].ask : this.sideOfBar(instrument, true);
  }

  /** Whether prices of an instrument come one by one, as quotes or trades: then bars of it only inform. */
  hasTicks(instrument: number): boolean {
    return this.hasQuotes[instrument] || this.hasTrades[instrument];
  }

  /**
   * Whether stops and touches of an instrument wait for its trades, as IB's default trigger methods have it; else for bid
   * and ask, or for bars: those of forex that is quoted, and where there are no trades.
   */
  triggersOnTrades(instrument: number): boolean {
    if (!this.hasTrades[instrument]) return false;
    return !this.hasQuotes[instrument] || this.instruments[instrument].assetClass !== "forex";
  }

  /** What a stop begins to trail behind: the latest price, be it a trade that moves it or the mark, of quotes or bars. */
  trailedPrice(instrument: number, mark: number): number {
    const { price, time } = this.trades[instrument];
    const isLatest = price === price && !(this.quotes[instrument].midTime > time);
    return isLatest && this.triggersOnTrades(instrument) ? price : mark;
  }

  /** Units traded in the latest bar; NaN before the first. */
  lastVolume(instrument: number): number {
    const series = this.finest[instrument];
    const row = series < 0 ? -1 : this.row[series];
    return row < 0 ? Number.NaN : this.series[series].volume[row];
  }

  /** After a split bid, ask and last trade are worth `factor` of what they were, until the market tells new ones. */
  split(instrument: number, factor: number): void {
    const quote = this.quotes[instrument];
    quote.bid *= factor;
    quote.ask *= factor;
    this.trades[instrument].price *= factor;
    const series = this.finest[instrument];
    if (series < 0) return;
    const row = this.row[series];
    const isSecond = this.splitRow[instrument] === row;
    this.splitFactor[instrument] = isSecond ? this.splitFactor[instrument] * factor : factor;
    this.splitRow[instrument] = row;
  }

  private sideOfBar(instrument: number, ask: boolean): number {
    const series = this.finest[instrument];
    const row = series < 0 ? -1 : this.row[series];
    if (row < 0) return Number.NaN;
    const prices = ask ? this.series[series].ask : this.series[series].bid;
    if (prices === undefined) return Number.NaN;
    return this.splitRow[instrument] === row ? prices.close[row] * this.splitFactor[instrument] : prices.close[row];
  }
}

function finestSeries(
  instruments: readonly Instrument[],
  series: readonly BarSeries[],
  among?: Uint8Array,
): Int32Array {
  const finest = new Int32Array(instruments.length).fill(-1);
  for (let s = 0; s < series.length; s++) {
    if (among?.[s] === 0) continue;
    const i = series[s].instrument.index;
    if (finest[i] < 0 || series[s].size.ms < series[finest[i]].size.ms) finest[i] = s;
  }
  return finest;
}

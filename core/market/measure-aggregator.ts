import type { Sessions } from "../calendar/sessions.js";
import { BarAggregator } from "./aggregation.js";
import type { BarSeries } from "./bar-series.js";
import type { Instant } from "./bar-size.js";
import type { TradeRecord } from "./trade.js";
import { TradingStretch } from "./trading-stretch.js";

/**
 * Builds bars that are complete when so much has been traded: so many trades, units, or so much money. A bar begins where
 * the one in front ended and stays inside of its stretch of trading: the last one of a session ends at the close with
 * what there is. A trade is never cut in two, and what happens at one instant is in one bar: the bar that reaches its
 * measure takes the trade that did it wholly, and the next begins with nothing.
 *
 * Out of smaller bars it takes each of these wholly; what was traded is their volume, at the mean of high, low and close.
 */
export class MeasureAggregator extends BarAggregator {
  private readonly stretch: TradingStretch;
  private readonly unit: string;
  private readonly enough: number;
  private readonly multiplier: number;
  /** What has been counted for the bar that is being built. */
  private measured = 0;

  constructor(from: BarSeries | undefined, into: BarSeries, sessions: Sessions) {
    super(from, into);
    this.stretch = new TradingStretch(sessions);
    this.unit = into.size.unit;
    this.enough = into.size.count;
    this.multiplier = into.instrument.multiplier;
  }

  takeBar(from: BarSeries, row: number): void {
    const { stretch } = this;
    const end = from.end[row];
    if (this.due === Infinity) {
      if (!stretch.seekBar(from.start[row], end)) return;
      this.enter(from.open[row]);
    }
    const high = from.high[row];
    const low = from.low[row];
    const close = from.close[row];
    this.add(high, low, close, from.volume[row]);
    this.count((high + low + close) / 3, from.volume[row], end);
    if (this.due < end) this.due = end;
  }

  takeTrade({ time, price, size }: TradeRecord): void {
    if (this.due === Infinity) {
      if (!this.stretch.seekTrade(time)) return;
      this.enter(price);
    }
    this.add(price, price, price, size);
    this.count(price, size, time);
  }

  /** Trades of one instant are in one bar, but for those of an open: in front of it there was other trading. */
  endsBefore({ time }: TradeRecord): boolean {
    return this.due <= time && this.due === this.stretch.to && !this.stretch.holdsEnd;
  }

  hoursChanged(): void {
    const { stretch } = this;
    // One that is full ends as it was.
    if (this.due === Infinity || this.due !== stretch.to) return;
    if (stretch.seekBar(this.start, this.start + 1)) this.due = stretch.to;
  }

  private enter(open: number): void {
    const { stretch } = this;
    this.begin(open);
    this.start = Math.max(stretch.from, this.lastEnd);
    this.due = stretch.to;
    this.measured = 0;
  }

  private count(price: number, size: number, now: Instant): void {
    if (this.unit === "tick") this.measured++;
    else if (size > 0) this.measured += this.unit === "volume" ? size : size * price * this.multiplier;
    // A bar that is full with the very open lasts a millisecond: none ends where it begins.
    if (this.measured >= this.enough) this.due = now > this.start ? now : this.start + 1;
  }
}

import type { BarSeries } from "./bar-series.js";
import type { TradeRecord } from "./trade.js";

/**
 * Builds the bars of one series, out of smaller bars or out of trades of the same instrument. A bar appears in its
 * series only once it is complete: when what completed it has arrived, and not before.
 */
export abstract class BarAggregator {
  /** The smaller bars it is built from; undefined where it is built from trades. */
  readonly from: BarSeries | undefined;
  readonly into: BarSeries;
  /** When the bar that is being built is complete; Infinity while there is none. */
  due = Infinity;
  /** When the last bar ended: no bar begins before the one in front has ended. */
  protected lastEnd = Number.NEGATIVE_INFINITY;
  protected start = Number.NaN;
  private open = Number.NaN;
  private high = Number.NaN;
  private low = Number.NaN;
  private close = Number.NaN;
  private volume = Number.NaN;

  constructor(from: BarSeries | undefined, into: BarSeries) {
    this.from = from;
    this.into = into;
  }

  /**
   * Takes the next smaller bar. Whoever calls has seen to it that a bar that was due before this one's end has been
   * completed.
   */
  abstract takeBar(from: BarSeries, row: number): void;

  /** Takes the next trade. Whoever calls has completed what was due before its time, and what it comes too late for. */
  abstract takeTrade(trade: TradeRecord): void;

  /** Whether the bar that is due at the very instant of a trade is complete without it. */
  abstract endsBefore(trade: TradeRecord): boolean;

  /** The sessions have changed: the bar that is being built may end at another time. */
  abstract hoursChanged(): void;

  /** What the bar holds so far is worth `factor` times what it was. */
  rescale(factor: number): void {
    this.open *= factor;
    this.high *= factor;
    this.low *= factor;
    this.close *= factor;
    this.volume /= factor;
  }

  /** Adds the bar that is due to its series, and returns its row. */
  complete(): number {
    const row = this.into.append(this.start, this.due, this.open, this.high, this.low, this.close, this.volume);
    this.lastEnd = this.due;
    this.due = Infinity;
    return row;
  }

  /** The first of the bars or trades that make a bar. */
  protected begin(open: number): void {
    this.open = open;
    this.high = open;
    this.low = open;
    this.volume = 0;
  }

  protected add(high: number, low: number, close: number, volume: number): void {
    if (high > this.high) this.high = high;
    if (low < this.low) this.low = low;
    this.close = close;
    // A trade whose size nobody knows, NaN, moves prices alone.
    if (volume > 0) this.volume += volume;
  }
}

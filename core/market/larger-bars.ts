import type { BarAggregator } from "./aggregation.js";
import { BarSeries } from "./bar-series.js";
import { type BarSize, isTimed } from "./bar-size.js";
import { BatchOrder } from "./batch-order.js";
import type { Instrument } from "./instrument.js";
import type { Market } from "./market.js";
import { MeasureAggregator } from "./measure-aggregator.js";
import { type Midnight, TimeAggregator } from "./time-aggregator.js";

/** A bar size that is asked for beside the bars of the feed, and the series it is built from; undefined for trades. */
export interface LargerSize {
  readonly instrument: Instrument;
  readonly size: BarSize;
  readonly from: BarSeries | undefined;
}

/** A series that is built on the way, empty yet. */
export interface BuiltSeries {
  readonly series: BarSeries;
  readonly from: BarSeries | undefined;
}

/** A series, empty yet, for each size that is asked for and that the feed does not bring itself. */
export function builtSeries(series: readonly BarSeries[], sizes: readonly LargerSize[]): BuiltSeries[] {
  const built: BuiltSeries[] = [];
  for (const { instrument, size, from } of sizes) {
    const all = [...series, ...built.map((one) => one.series)];
    const there = all.some((one) => one.instrument === instrument && one.size.label === size.label);
    if (!there) built.push({ series: new BarSeries(instrument, size, {}, from?.source), from });
  }
  return built;
}

/** The bars of a run that are built on the way, out of the finest series of their instrument or out of its trades. */
export class LargerBars {
  /** When the first of the bars that are being built is complete; Infinity for none. */
  due = Infinity;
  private readonly market: Market;
  private readonly aggregators: readonly BarAggregator[];
  private readonly batchOrder: BatchOrder;
  /** Where the series they build begin among those of the market. */
  private readonly first: number;

  /** @param midnight of each instrument, by its index */
  constructor(market: Market, built: readonly BuiltSeries[], midnight: (instrument: number) => Midnight) {
    this.market = market;
    this.first = market.series.length - built.length;
    this.batchOrder = new BatchOrder(market.series);
    this.aggregators = built.map(({ series, from }) => {
      const { index } = series.instrument;
      const sessions = market.sessions[index];
      if (!isTimed(series.size)) return new MeasureAggregator(from, series, sessions);
      return new TimeAggregator(from, series, sessions, midnight(index));
    });
  }

  get isUsed(): boolean {
    return this.aggregators.length > 0;
  }

  /** Takes the next bar of a series of the feed. */
  take(series: number, row: number): void {
    const bars = this.market.series[series];
    for (const aggregator of this.aggregators) {
      if (aggregator.from !== bars) continue;
      aggregator.takeBar(bars, row);
      if (aggregator.due < this.due) this.due = aggregator.due;
    }
  }

  /**
   * Takes the latest trade of an instrument, and completes the bars that end at its instant without it: writes their
   * series behind those of `batch`; its new length.
   */
  takeTrade(instrument: number, batch: Int32Array, length: number): number {
    const trade = this.market.trades[instrument];
    let count = length;
    for (let a = 0; a < this.aggregators.length; a++) {
      const aggregator = this.aggregators[a];
      if (aggregator.from !== undefined || aggregator.into.instrument !== trade.instrument) continue;
      if (aggregator.endsBefore(trade)) {
        this.market.row[this.first + a] = aggregator.complete();
        batch[count++] = this.first + a;
      }
      aggregator.takeTrade(trade);
      if (aggregator.due < this.due) this.due = aggregator.due;
    }
    return count;
  }

  /** Prices of an instrument are worth `factor` times what they were, also of the bars that are being built. */
  rescale(instrument: Instrument, factor: number): void {
    for (const aggregator of this.aggregators)
      if (aggregator.into.instrument === instrument) aggregator.rescale(factor);
  }

  /** Sessions have changed. */
  hoursChanged(): void {
    this.due = Infinity;
    for (const aggregator of this.aggregators) {
      aggregator.hoursChanged();
      if (aggregator.due < this.due) this.due = aggregator.due;
    }
  }

  /** Puts the built bars of an instant where they belong among all of it, smaller sizes first. */
  arrange(batch: Int32Array, length: number): void {
    this.batchOrder.arrange(batch, length);
  }

  /** Completes the bars that are due by now and writes their series behind those of `batch`; its new length. */
  complete(now: number, batch: Int32Array, length: number): number {
    let count = length;
    let next = Infinity;
    for (let a = 0; a < this.aggregators.length; a++) {
      const aggregator = this.aggregators[a];
      if (aggregator.due <= now) {
        this.market.row[this.first + a] = aggregator.complete();
        batch[count++] = this.first + a;
      } else if (aggregator.due < next) {
        next = aggregator.due;
      }
    }
    this.due = next;
    return count;
  }
}

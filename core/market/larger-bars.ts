import { BarAggregator } from "./aggregation.js";
import { BarSeries } from "./bar-series.js";
import type { BarSize } from "./bar-size.js";
import type { Instrument } from "./instrument.js";
import type { Market } from "./market.js";

/** A bar size that a strategy asked for beside the bars of the feed. */
export interface LargerSize {
  readonly instrument: Instrument;
  readonly size: BarSize;
}

/** A series, empty yet, for each size that is asked for and that the feed does not bring itself. */
export function largerSeries(series: readonly BarSeries[], sizes: readonly LargerSize[]): BarSeries[] {
  const larger: BarSeries[] = [];
  for (const { instrument, size } of sizes) {
    const there = [...series, ...larger].some((one) => one.instrument === instrument && one.size.label === size.label);
    if (!there) larger.push(new BarSeries(instrument, size));
  }
  return larger;
}

/** The larger bars of a run, each built from the finest series of its instrument. */
export class LargerBars {
  /** When the first of the bars that are being built is complete; Infinity for none. */
  due = Infinity;
  private readonly market: Market;
  private readonly aggregators: readonly BarAggregator[];
  /** Where the series they build begin among those of the market. */
  private readonly first: number;

  constructor(market: Market, first: number) {
    this.market = market;
    this.first = first;
    this.aggregators = market.series.slice(first).map((into) => {
      const { index } = into.instrument;
      return new BarAggregator(market.series[market.finest[index]], into, market.sessions[index]);
    });
  }

  get isUsed(): boolean {
    return this.aggregators.length > 0;
  }

  /** Takes the next bar of a finest series. */
  take(series: number, row: number): void {
    const bars = this.market.series[series];
    for (const aggregator of this.aggregators) {
      if (aggregator.from !== bars) continue;
      aggregator.take(row);
      if (aggregator.due < this.due) this.due = aggregator.due;
    }
  }

  /** Prices of an instrument are worth `factor` times what they were, also of the bars that are being built. */
  rescale(instrument: Instrument, factor: number): void {
    for (const aggregator of this.aggregators)
      if (aggregator.into.instrument === instrument) aggregator.rescale(factor);
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

import type { BarSeries } from "./bar-series.js";
import { isTimed } from "./bar-size.js";

/**
 * The order in which bars that become known at one instant are told: the smaller sizes first, those that are not of time
 * behind all that are, of one size in the order of the instruments.
 */
export class BatchOrder {
  /** Of each series its place among all. */
  private readonly place: Int32Array;

  constructor(series: readonly BarSeries[]) {
    const told = series.map((_, s) => s).sort((a, b) => compare(series[a], series[b]));
    this.place = new Int32Array(series.length);
    for (let at = 0; at < told.length; at++) this.place[told[at]] = at;
  }

  /** Brings the first `length` series of a batch into order. By insertion: they are few, or nearly in order already. */
  arrange(batch: Int32Array, length: number): void {
    const { place } = this;
    for (let b = 1; b < length; b++) {
      const series = batch[b];
      let at = b;
      for (; at > 0 && place[batch[at - 1]] > place[series]; at--) batch[at] = batch[at - 1];
      batch[at] = series;
    }
  }
}

function compare(a: BarSeries, b: BarSeries): number {
  const byTime = Number(isTimed(b.size)) - Number(isTimed(a.size));
  if (byTime !== 0) return byTime;
  return (isTimed(a.size) ? a.size.ms - b.size.ms : 0) || a.instrument.index - b.instrument.index;
}

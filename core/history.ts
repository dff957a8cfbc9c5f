import type { BarSeries } from "./market/bar-series.js";

/** Past bars as columns of their own, oldest first: copies, so nothing later can be reached through them. */
export interface History {
  readonly length: number;
  /** Instants, epoch ms UTC. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Prices in the instrument's currency. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Units. */
  readonly volume: Float64Array;
}

/** The last `count` bars up to and with `row`; fewer where there are fewer. Costs the number of bars copied. */
export function historyOf(series: BarSeries, row: number, count: number): History {
  const to = row + 1;
  const from = Math.max(0, to - Math.max(0, Math.floor(count)));
  return {
    length: to - from,
    start: series.start.slice(from, to),
    end: series.end.slice(from, to),
    open: series.open.slice(from, to),
    high: series.high.slice(from, to),
    low: series.low.slice(from, to),
    close: series.close.slice(from, to),
    volume: series.volume.slice(from, to),
  };
}

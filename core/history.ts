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
  const from = Math.max(0, to - count);
  return {
    length: to - from,
    start: copy(series.start, from, to),
    end: copy(series.end, from, to),
    open: copy(series.open, from, to),
    high: copy(series.high, from, to),
    low: copy(series.low, from, to),
    close: copy(series.close, from, to),
    volume: copy(series.volume, from, to),
  };
}

/** Number by number: a method of the whole column, called here, could have been replaced by the strategy that asks. */
function copy(column: Float64Array, from: number, to: number): Float64Array {
  const part = new Float64Array(to - from);
  for (let row = from; row < to; row++) part[row - from] = column[row];
  return part;
}

import type { BarSeries } from "../core/market/bar-series.js";

/** Bars put together into as many candles as a chart can use. Columns as in BarSeries; row r of a candle's bars. */
export interface Candles {
  readonly length: number;
  /** How many bars make a candle; the last one may have fewer. 1 where nothing was put together. */
  readonly barsEach: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** At most `limit` candles: each the open, high, low, close and volume of an equal number of bars in a row. */
export function candles(series: BarSeries, limit: number): Candles {
  const barsEach = Math.max(1, Math.ceil(series.length / limit));
  if (barsEach === 1) {
    const { length, start, end, open, high, low, close, volume } = series;
    return { length, barsEach, start, end, open, high, low, close, volume };
  }
  const length = Math.ceil(series.length / barsEach);
  const column = (): Float64Array => new Float64Array(length);
  const start = column();
  const end = column();
  const open = column();
  const high = column();
  const low = column();
  const close = column();
  const volume = column();
  for (let candle = 0; candle < length; candle++) {
    const first = candle * barsEach;
    const last = Math.min(first + barsEach, series.length) - 1;
    let highest = series.high[first];
    let lowest = series.low[first];
    let units = 0;
    for (let row = first; row <= last; row++) {
      if (series.high[row] > highest) highest = series.high[row];
      if (series.low[row] < lowest) lowest = series.low[row];
      units += series.volume[row];
    }
    start[candle] = series.start[first];
    end[candle] = series.end[last];
    open[candle] = series.open[first];
    high[candle] = highest;
    low[candle] = lowest;
    close[candle] = series.close[last];
    volume[candle] = units;
  }
  return { length, barsEach, start, end, open, high, low, close, volume };
}

/** The value at the last bar of each candle. */
export function atCandleEnds(values: Float64Array, bars: number, barsEach: number): Float64Array {
  if (barsEach === 1) return values.subarray(0, bars);
  const ends = new Float64Array(Math.ceil(bars / barsEach));
  for (let candle = 0; candle < ends.length; candle++) {
    ends[candle] = values[Math.min((candle + 1) * barsEach, bars) - 1];
  }
  return ends;
}

/**
 * Rows of an equity curve to draw, about `limit` of them at most: the first and the last, and of every stretch of
 * equal length the lowest and the highest equity, the deepest drawdown and the last point, so that no extreme of
 * either curve is lost. All rows where there are no more than `limit`.
 */
export function curveRows(value: Float64Array, drawdown: Float64Array, length: number, limit: number): Int32Array {
  if (length <= limit) {
    const all = new Int32Array(length);
    for (let row = 0; row < length; row++) all[row] = row;
    return all;
  }
  const stretch = Math.ceil(length / Math.floor(limit / 4));
  const rows = new Int32Array(4 * Math.ceil(length / stretch) + 1);
  let count = 1;
  for (let first = 1; first < length; first += stretch) {
    const last = Math.min(first + stretch, length) - 1;
    let lowest = first;
    let highest = first;
    let deepest = first;
    for (let row = first; row <= last; row++) {
      if (value[row] < value[lowest]) lowest = row;
      if (value[row] > value[highest]) highest = row;
      if (drawdown[row] > drawdown[deepest]) deepest = row;
    }
    for (const row of [lowest, highest, deepest, last].sort((a, b) => a - b)) {
      if (row !== rows[count - 1]) rows[count++] = row;
    }
  }
  return rows.subarray(0, count);
}

import { dateOf } from "./text.js";

/** Where things lie in time on a chart, which counts its points from 0. */

/** Seconds of the zone's wall clock, or of its dates alone; strictly rising even where clocks are put back. */
export function shownTimes(instants, clock, byDate) {
  const times = new Float64Array(instants.length);
  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < times.length; i++) {
    const wall = clock(instants[i]);
    before = Math.max(Math.floor((byDate ? dateOf(wall) : wall) / 1000), before + 1);
    times[i] = before;
  }
  return times;
}

/** The first point at or after a time; their number where there is none. */
export function firstAtOrAfter(times, time) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The candle of a series in which an instant lies that a candle of a finer series is shown at. */
export function candleAt(series, instant) {
  const { time, timeIs } = series;
  const after = firstAtOrAfter(time, instant + 1);
  // Candles shown at their end contain what comes before it; those shown at their start, what comes after.
  return timeIs === "end" ? Math.min(after, time.length - 1) : Math.max(after - 1, 0);
}

/** Rows of a series of trades as they lie on a series of candles: in which candle each begins and ends. */
export function tradesOn(run, series) {
  const { trades, finest, series: all } = run;
  const own = finest[series.instrument];
  if (all[own] === series) return trades;
  const moved = (candle) => (candle < 0 ? -1 : candleAt(series, all[own].time[candle]));
  return { ...trades, entryCandle: trades.entryCandle.map(moved), exitCandle: trades.exitCandle.map(moved) };
}

/** The trades of a series' instrument that have a place on its chart. */
export function tradeRowsOn(run, series) {
  const { trades } = run;
  const rows = new Int32Array(trades.count);
  let count = 0;
  for (let row = 0; row < trades.count; row++) {
    if (trades.instrument[row] === series.instrument && trades.entryCandle[row] >= 0) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

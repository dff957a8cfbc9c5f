import type { Engine } from "../core/engine.js";
import { filledAtClose } from "./close-fills.js";

/**
 * The share of the run's bars in a part of which something was held, 0 to 1; of several instruments, of the instants at
 * which any of them had a bar. An exit at a bar's open does not count that bar, nor does an entry at its close: nothing
 * was held while it went on.
 */
export function shareOfBarsHeld(engine: Engine): number | undefined {
  const { market, trades, equity } = engine;
  if (equity.length < 2) return undefined;
  const ends = barEnds(engine);
  if (ends.length === 0) return undefined;
  // How many trades more are held in a part of a bar than in the one before it.
  const changes = new Int32Array(ends.length + 1);
  const begin = (instrument: number, order: number, row: number, time: number): number => {
    if (row < 0) return firstAfter(ends, time);
    const end = market.series[market.finest[instrument]].end[row];
    return firstAtOrAfter(ends, end) + (filledAtClose(engine, order, time, end) ? 1 : 0);
  };
  const behind = (instrument: number, row: number, time: number): number => {
    if (row < 0) return firstAtOrAfter(ends, time) + 1;
    const { start, end } = market.series[market.finest[instrument]];
    return firstAtOrAfter(ends, end[row]) + (time > start[row] ? 1 : 0);
  };
  for (let t = 0; t < trades.length; t++) {
    const instrument = trades.instrument[t];
    const from = begin(instrument, trades.entryOrder[t], trades.entryRow[t], trades.entryTime[t]);
    const to = behind(instrument, trades.exitRow[t], trades.exitTime[t]);
    if (to <= from) continue;
    changes[Math.min(from, ends.length)]++;
    changes[Math.min(to, ends.length)]--;
  }
  for (const { index } of market.instruments) {
    for (const { order, row, time } of trades.openLots(index)) {
      changes[Math.min(begin(index, order, row, time), ends.length)]++;
    }
  }
  let open = 0;
  let held = 0;
  for (let k = 0; k < ends.length; k++) {
    open += changes[k];
    if (open > 0) held++;
  }
  return held / ends.length;
}

/** When the bars ended that the run was marked at, each instant once: epoch ms UTC, rising. */
function barEnds({ market, equity }: Engine): Float64Array {
  const [first] = equity.time;
  const columns = market.instruments.flatMap(({ index }) => {
    const place = market.finest[index];
    if (place < 0) return [];
    const series = market.series[place];
    return [series.end.subarray(series.firstEndingAfter(first), market.row[place] + 1)];
  });
  if (columns.length === 1) return columns[0];
  const ticks = market.instruments.some(({ index }) => market.hasQuotes[index] || market.hasTrades[index]);
  // Without ticks nothing else has marked it.
  if (!ticks) return equity.time.subarray(1, equity.length);
  return onceEach(columns);
}

/** The instants of several columns in order of time. */
function onceEach(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  all.sort();
  return all.filter((instant, place) => place === 0 || instant !== all[place - 1]);
}

function firstAfter(instants: Float64Array, instant: number): number {
  const place = firstAtOrAfter(instants, instant);
  return instants[place] === instant ? place + 1 : place;
}

function firstAtOrAfter(instants: Float64Array, instant: number): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (instants[middle] >= instant) high = middle;
    else low = middle + 1;
  }
  return low;
}

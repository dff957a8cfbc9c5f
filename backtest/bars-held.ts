import type { Engine } from "../core/engine.js";

/**
 * The share of the run's bars at whose end something was held, 0 to 1; of several instruments, of the instants at which
 * any of them had a bar. An entry at a bar's open counts that bar, an exit at a bar's open does not: nothing was held
 * while the bar went on.
 */
export function shareOfBarsHeld(engine: Engine): number | undefined {
  const { market, trades, equity } = engine;
  if (equity.length < 2) return undefined;
  const ends = barEnds(engine);
  if (ends.length === 0) return undefined;
  // How many trades more are open at the end of a bar than at the end of the one before it.
  const changes = new Int32Array(ends.length + 1);
  const knownAt = (instrument: number, row: number, time: number): number =>
    row < 0 ? time : market.series[market.finest[instrument]].end[row];
  for (let t = 0; t < trades.length; t++) {
    const instrument = trades.instrument[t];
    changes[firstAtOrAfter(ends, knownAt(instrument, trades.entryRow[t], trades.entryTime[t]))]++;
    changes[firstAtOrAfter(ends, knownAt(instrument, trades.exitRow[t], trades.exitTime[t]))]--;
  }
  for (const { index } of market.instruments) {
    for (const { row, time } of trades.openLots(index)) changes[firstAtOrAfter(ends, knownAt(index, row, time))]++;
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

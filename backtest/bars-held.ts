import type { Engine } from "../core/engine.js";

/**
 * The share of the run's bars at whose end something was held, over all instruments with bars: 0 to 1. An entry at a
 * bar's open counts that bar, an exit at a bar's open does not: nothing was held while the bar went on.
 */
export function shareOfBarsHeld(engine: Engine): number | undefined {
  const { market, trades, equity } = engine;
  if (equity.length < 2) return undefined;
  const first = equity.time[0];
  let bars = 0;
  let held = 0;
  for (const { index } of market.instruments) {
    const series = market.series[market.finest[index]];
    if (series === undefined) continue;
    const from = series.firstEndingAfter(first);
    const until = market.row[market.finest[index]] + 1;
    // How many trades more are open at the end of a row than at the end of the row before it.
    const changes = new Int32Array(Math.max(0, until - from) + 1);
    const place = (row: number): number => Math.min(changes.length - 1, Math.max(0, row - from));
    for (let t = 0; t < trades.length; t++) {
      if (trades.instrument[t] !== index || trades.entryRow[t] < 0 || trades.exitRow[t] < 0) continue;
      changes[place(trades.entryRow[t])]++;
      changes[place(trades.exitRow[t])]--;
    }
    for (const lot of trades.openLots(index)) if (lot.row >= 0) changes[place(lot.row)]++;
    let open = 0;
    for (let k = 0; k < changes.length - 1; k++) {
      open += changes[k];
      if (open > 0) held++;
    }
    bars += changes.length - 1;
  }
  return bars === 0 ? undefined : held / bars;
}

import { adjustmentSteps, applyAdjustment } from "../../core/market/adjustment.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { DAY, type Instant } from "../../core/market/bar-size.js";
import { type Adjustment, type Split, splitRatio } from "../../core/market/corporate-actions.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { BarStore } from "./bar-store.js";
import { StoreError } from "./errors.js";
import { KeptColumns } from "./kept-columns.js";
import type { BarRange, StoredSeries } from "./stored-series.js";

/** A price this much older than a dividend does not tell what it took from the price. */
const REFERENCE_DAYS = 10;

/**
 * Bars of a stored series as they look adjusted: reckoned while they are read, so that one stored series has all views.
 * Every split and dividend that the store knows counts, those after the range too.
 * @throws StoreError BLOCK_DAMAGED, REFERENCE_MISSING
 * @throws MarketError ADJUSTMENT_IMPOSSIBLE
 */
export function readAdjusted(
  store: BarStore,
  series: StoredSeries,
  adjustment: Adjustment,
  range: BarRange = {},
  instrument: Instrument = series.instrument,
): BarSeries {
  const bars = series.read(range, instrument);
  const from = series.key.adjustment;
  if (from === adjustment || bars.length === 0) return bars;
  const { splits, dividends } = store.actions.of(instrument.symbol, instrument.timeZone);
  // What happened before the first bar changes no bar.
  const told = { splits, dividends: dividends.filter(({ time }) => time > bars.start[0]) };
  applyAdjustment(bars, adjustmentSteps(told, from, adjustment, referenceIn(store, series, splits)));
  return bars;
}

/** The price before an instant, where a dividend does not tell it: of the series itself, else of its daily bars. */
function referenceIn(store: BarStore, series: StoredSeries, splits: readonly Split[]): (time: Instant) => number {
  const daily = store.find({ ...series.key, size: "1day" });
  const raw = series.key.adjustment === "raw";
  // Columns of its own: the bars that are adjusted may lie in those of somebody else.
  const into = new KeptColumns();
  return (time) => {
    for (const one of daily === undefined ? [series] : [series, daily]) {
      const last = one.read({ from: time, to: time, before: 1, into });
      if (last.length === 0 || time - last.end[0] > REFERENCE_DAYS * DAY) continue;
      // Where trading stood still over a split, the last price is for another number of units.
      const between = raw ? splits.filter((split) => split.time < time) : [];
      const { numerator, denominator } = splitRatio(between, last.end[0]);
      return (last.close[0] * denominator) / numerator;
    }
    const date = new Date(time).toISOString().slice(0, 10);
    throw new StoreError("REFERENCE_MISSING", { series: series.name, date });
  };
}

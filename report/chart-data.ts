import type { BacktestResult, IndicatorTrace } from "../backtest/result.js";
import type { BarSeries } from "../core/market/bar-series.js";
import { isDailyOrLarger } from "../core/market/bar-size.js";
import type { Instrument } from "../core/market/instrument.js";
import type { PackedColumn, PackedColumns } from "./packed-columns.js";
import { atCandleEnds, candles } from "./thinning.js";

/** More candles than this no screen shows, and drawing them takes longer than a reader waits. */
export const CANDLE_LIMIT = 20_000;

/** A series as the page draws it. */
export interface ChartSeries {
  readonly name: string;
  readonly instrument: number;
  /** Whether a candle stands for a date and not for a time of day. */
  readonly daily: boolean;
  readonly bars: number;
  readonly barsEach: number;
  /** Decimals of a price in print. */
  readonly decimals: number;
  /** The instant each candle is shown at: of bars of one day the end, since their date is that of the close. */
  readonly time: PackedColumn;
  readonly timeIs: "start" | "end";
  readonly open: PackedColumn;
  readonly high: PackedColumn;
  readonly low: PackedColumn;
  readonly close: PackedColumn;
  readonly volume: PackedColumn | undefined;
  readonly indicators: readonly ChartIndicator[];
}

export interface ChartIndicator {
  readonly name: string;
  readonly pane: "price" | "own";
  readonly outputs: readonly { readonly name: string; readonly apart: boolean; readonly values: PackedColumn }[];
}

/** Every series of the result with its indicators, at most CANDLE_LIMIT candles each. */
export function chartSeries(result: BacktestResult, packed: PackedColumns): ChartSeries[] {
  return result.series.map((series, index) =>
    oneSeries(
      series,
      result.indicators.filter((trace) => trace.series === index),
      packed,
    ),
  );
}

/** How many bars of an instrument's finest series make a candle. */
export function barsEach(series: BarSeries): number {
  return Math.max(1, Math.ceil(series.length / CANDLE_LIMIT));
}

/** Decimals in which prices of an instrument are printed: its tick's, and more where prices are small. */
export function priceDecimals(instrument: Instrument, price: number): number {
  const tick = instrument.tickSize > 0 ? (String(instrument.tickSize).split(".")[1]?.length ?? 0) : 2;
  const small = Math.abs(price) < 1 ? 5 : Math.abs(price) < 10 ? 4 : 2;
  return Math.min(8, instrument.assetClass === "future" ? tick : Math.max(tick, small));
}

function oneSeries(series: BarSeries, traces: readonly IndicatorTrace[], packed: PackedColumns): ChartSeries {
  const thin = candles(series, CANDLE_LIMIT);
  const { length } = thin;
  const daily = isDailyOrLarger(series.size);
  const byEnd = series.size.unit === "day" && series.size.count === 1;
  const volume = thin.volume.subarray(0, length).some((units) => units > 0);
  return {
    name: series.name,
    instrument: series.instrument.index,
    daily,
    bars: series.length,
    barsEach: thin.barsEach,
    decimals: priceDecimals(series.instrument, length > 0 ? thin.close[length - 1] : 0),
    time: packed.exact(byEnd ? thin.end : thin.start, length),
    timeIs: byEnd ? "end" : "start",
    open: packed.drawn(thin.open, length),
    high: packed.drawn(thin.high, length),
    low: packed.drawn(thin.low, length),
    close: packed.drawn(thin.close, length),
    volume: volume ? packed.drawn(thin.volume, length) : undefined,
    indicators: traces.map((trace) => ({
      name: trace.name,
      pane: trace.pane,
      outputs: trace.outputs.map(({ name, apart, values }) => ({
        name,
        apart,
        values: packed.drawn(atCandleEnds(values, series.length, thin.barsEach)),
      })),
    })),
  };
}

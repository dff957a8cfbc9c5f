import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BarChunk } from "../../core/indicators/bar-chunk.js";
import { evaluate } from "../../core/indicators/evaluate.js";
import { createKernel, type IndicatorSpec } from "../../core/indicators/indicator.js";
import { SharedKernels } from "../../core/indicators/shared-kernels.js";
import { type BarColumns, BarSeries } from "../../core/market/bar-series.js";
import { DAY, HOUR, parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { projectRoot } from "../shared-data.js";

const instrument = new Instrument({ symbol: "TEST" });

/** What a test says of one bar; what it leaves out follows from the close. */
export interface TestBar {
  start?: number;
  end?: number;
  open?: number;
  high?: number;
  low?: number;
  close: number;
  volume?: number;
}

/** Bars of one hour each, one after the other, unless they say when. */
export function seriesOf(bars: readonly TestBar[]): BarSeries {
  const series = new BarSeries(instrument, parseBarSize("1hour"));
  bars.forEach((bar, row) => {
    const start = bar.start ?? row * HOUR;
    series.append(
      start,
      bar.end ?? start + HOUR,
      bar.open ?? bar.close,
      bar.high ?? bar.close,
      bar.low ?? bar.close,
      bar.close,
      bar.volume ?? 1,
    );
  });
  return series;
}

/** Bars that are only a close. */
export function closes(...values: number[]): BarSeries {
  return seriesOf(values.map((close) => ({ close })));
}

/** Five bars small enough to compute every indicator of them by hand, and a sixth that turns the trend. */
export const SIX_BARS: BarSeries = seriesOf([
  { high: 12, low: 8, close: 10, volume: 100 },
  { high: 13, low: 10, close: 12, volume: 200 },
  { high: 15, low: 11, close: 14, volume: 300 },
  { high: 14, low: 12, close: 13, volume: 400 },
  { high: 13, low: 9, close: 10, volume: 500 },
  { high: 17, low: 13, close: 16, volume: 600 },
]);

/** The S&P 500 by days, 5,105 bars: the sample that ships with the project. */
export function sample(): BarSeries {
  const text = readFileSync(join(projectRoot, "data", "samples", "sp500-1day.csv"), "utf8");
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const column = (place: number): Float64Array => Float64Array.from(rows, (row) => Number(row[place]));
  const start = Float64Array.from(rows, (row) => Date.parse(`${row[0]}T14:30:00Z`));
  const columns: BarColumns = {
    start,
    end: start.map((instant) => instant + 6.5 * HOUR),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
  return new BarSeries(instrument, { label: "1day", count: 1, unit: "day", ms: DAY }, columns);
}

/** All outputs on every bar: `run(spec, bars).upper[3]` is the upper line on the fourth bar. */
export function run<Output extends string>(
  spec: IndicatorSpec<Output>,
  bars: BarSeries,
): Record<Output | "value", number[]> {
  const columns = evaluate(spec, bars).map((column) => [...column]);
  return Object.fromEntries(spec.outputs.map((name, place) => [name, columns[place]])) as Record<
    Output | "value",
    number[]
  >;
}

/** A running part that takes one row after the other, as with live bars; returns its outputs on each. */
export function stepping(spec: IndicatorSpec<string>): (bars: BarSeries, row: number) => number[] {
  const kernel = createKernel(spec, new SharedKernels());
  let chunk: BarChunk | undefined;
  return (bars, row) => {
    chunk ??= new BarChunk(bars);
    chunk.move(row, row + 1);
    kernel.run(chunk);
    return spec.outputs.map((_, o) => kernel.line(o)[1]);
  };
}

/** The numbers of the first output that are numbers. */
export function values(spec: IndicatorSpec<string>, bars: BarSeries): number[] {
  return run(spec, bars).value.filter((value) => !Number.isNaN(value));
}

/** A field of the bars as plain numbers. */
export function field(bars: BarSeries, name: "open" | "high" | "low" | "close" | "volume"): number[] {
  return [...bars[name].subarray(0, bars.length)];
}

/** How far apart two numbers are, as a share of the larger; 0 for two that are equal or both NaN. */
export function apart(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { checkPeriod } from "./parameters.js";
import { RangeInput, trueRangeOf } from "./range-input.js";
import { type SeededAverage, wilder } from "./seeded-average.js";
import { onSource } from "./source.js";

/**
 * Average directional index with both directional indicators, 0 to 100 (Wilder, New Concepts in Technical Trading
 * Systems, 1978). plusDi and minusDi = 100 x smoothed directional movement / smoothed true range; value = smoothed
 * 100 x |plusDi - minusDi| / (plusDi + minusDi). All smoothing is Wilder's, begun as a mean of the first `period`
 * (TA-Lib sums one value fewer first and differs until that has faded). Without any movement all three are, or tend
 * to, 0.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function adx(period = 14, options: SourceOptions = {}): IndicatorSpec<"value" | "plusDi" | "minusDi"> {
  checkPeriod("adx", "period", period);
  return onSource({
    title: "ADX",
    parameters: [period],
    outputs: ["value", "plusDi", "minusDi"],
    source: options.source,
    usual: "range",
    observations: 2 * period,
    pane: "own",
    create: () => new AdxKernel(period, options.source),
  });
}

class AdxKernel extends Kernel {
  private readonly range: RangeInput;
  private readonly plus: SeededAverage;
  private readonly minus: SeededAverage;
  private readonly width: SeededAverage;
  private readonly index: SeededAverage;
  private previousHigh: number;
  private previousLow: number;
  private previousClose: number;

  constructor(period: number, source: Source | undefined) {
    super(3);
    this.range = new RangeInput(source);
    this.plus = wilder(period);
    this.minus = wilder(period);
    this.width = wilder(period);
    this.index = wilder(period);
    this.previousHigh = Number.NaN;
    this.previousLow = Number.NaN;
    this.previousClose = Number.NaN;
  }

  update(bars: BarSeries, row: number): void {
    const range = this.range;
    if (!range.take(bars, row)) return;
    const up = range.high - this.previousHigh;
    const down = this.previousLow - range.low;
    const distance = trueRangeOf(range.high, range.low, this.previousClose);
    this.previousHigh = range.high;
    this.previousLow = range.low;
    this.previousClose = range.close;
    if (Number.isNaN(distance)) return;
    const plus = this.plus.push(up > down && up > 0 ? up : 0);
    const minus = this.minus.push(down > up && down > 0 ? down : 0);
    const width = this.width.push(distance);
    if (Number.isNaN(width)) return;
    const moved = plus + minus;
    const value = this.index.push(moved === 0 ? 0 : (100 * Math.abs(plus - minus)) / moved);
    if (Number.isNaN(value)) return;
    this.out[0] = value;
    this.out[1] = width === 0 ? 0 : (100 * plus) / width;
    this.out[2] = width === 0 ? 0 : (100 * minus) / width;
  }
}

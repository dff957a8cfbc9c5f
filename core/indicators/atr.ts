import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { checkPeriod } from "./parameters.js";
import { RangeInput, trueRangeOf } from "./range-input.js";
import { type SeededAverage, wilder } from "./seeded-average.js";
import { onSource } from "./source.js";

/**
 * Average true range: Wilder's smoothing of the true range (New Concepts in Technical Trading Systems, 1978), begun as
 * the mean of the first `period` true ranges, which begin with the second bar (TA-Lib). In the unit of the price.
 * Of a source: the average size of its change.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function atr(period = 14, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("atr", "period", period);
  return onSource({
    title: "ATR",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "range",
    observations: period + 1,
    pane: "own",
    create: () => new AtrKernel(period, options.source),
  });
}

/** Also the width of the channels of `keltner` and `supertrend`. */
export class AtrKernel extends Kernel {
  private readonly range: RangeInput;
  private readonly average: SeededAverage;
  private previousClose: number;

  constructor(period: number, source: Source | undefined) {
    super();
    this.range = new RangeInput(source);
    this.average = wilder(period);
    this.previousClose = Number.NaN;
  }

  update(bars: BarSeries, row: number): void {
    const range = this.range;
    if (!range.take(bars, row)) return;
    const distance = trueRangeOf(range.high, range.low, this.previousClose);
    this.previousClose = range.close;
    if (!Number.isNaN(distance)) this.out[0] = this.average.push(distance);
  }
}

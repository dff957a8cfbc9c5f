import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { RangeKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { trueRangeOf } from "./range-input.js";
import { averageStep, wilderWeight } from "./seeded-average.js";
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
export class AtrKernel extends RangeKernel {
  private readonly period: number;
  /** True ranges so far. */
  private ranges: number;
  private average: number;
  private previousClose: number;

  constructor(period: number, source: Source | undefined) {
    super(1, source);
    this.period = period;
    this.ranges = 0;
    this.average = Number.NaN;
    this.previousClose = Number.NaN;
  }

  protected observe(first: number, end: number): void {
    const { period } = this;
    const weight = wilderWeight(period);
    const { high, low, close, shift } = this.range;
    const out = this.lines[0];
    let { ranges, average, previousClose } = this;
    for (let place = first; place < end; place++) {
      const distance = trueRangeOf(high[shift + place], low[shift + place], previousClose);
      previousClose = close[shift + place];
      if (distance === distance) average = averageStep(average, distance, ++ranges, period, weight);
      out[place] = ranges < period ? Number.NaN : average;
    }
    this.ranges = ranges;
    this.average = average;
    this.previousClose = previousClose;
  }
}

import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { RangeKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { trueRangeOf } from "./range-input.js";
import { type SeededAverage, wilder } from "./seeded-average.js";
import type { SharedKernels } from "./shared-kernels.js";
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
    create: (source, kernels) => atrOf(period, source, kernels),
  });
}

/** Also the width of `adx` and of the channels of `keltner` and `supertrend`. */
export class AtrKernel extends RangeKernel {
  private readonly average: SeededAverage;
  private previousClose: number;

  constructor(period: number, source: Source | undefined, kernels: SharedKernels) {
    super(1, source, kernels);
    this.average = wilder(period);
    this.previousClose = Number.NaN;
  }

  protected observe(first: number, end: number): void {
    const { average } = this;
    const { high, low, close, shift } = this.range;
    const out = this.lines[0];
    let { previousClose } = this;
    let place = first;
    for (; place < end && !average.isSeeded; place++) {
      const distance = trueRangeOf(high[shift + place], low[shift + place], previousClose);
      previousClose = close[shift + place];
      if (distance === distance) average.push(distance);
      out[place] = average.isSeeded ? average.value : Number.NaN;
    }
    const { weight } = average;
    let { value } = average;
    for (; place < end; place++) {
      value += weight * (trueRangeOf(high[shift + place], low[shift + place], previousClose) - value);
      previousClose = close[shift + place];
      out[place] = value;
    }
    average.value = value;
    this.previousClose = previousClose;
  }
}

/** The one of a period and source that all on the series share. */
export function atrOf(period: number, source: Source | undefined, kernels: SharedKernels): AtrKernel {
  return kernels.share(source, `ATR(${period})`, () => new AtrKernel(period, source, kernels));
}

import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { exponential, type SeededAverage } from "./seeded-average.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";

/**
 * Exponential moving average with the weight 2 / (period + 1), begun as the simple average of the first `period`
 * values (TA-Lib). What is left of that beginning fades with (1 - weight) a bar: after three periods it is 5 %.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function ema(period: number, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("ema", "period", period);
  return onSource({
    title: "EMA",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: period,
    pane: "source",
    create: (source = "close", kernels) => new EmaKernel(period, source, kernels),
  });
}

class EmaKernel extends LineKernel {
  private readonly average: SeededAverage;

  constructor(period: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.average = exponential(period);
  }

  protected observe(first: number, end: number): void {
    const { average } = this;
    const { values, shift } = this.input;
    const out = this.lines[0];
    let place = first;
    for (; place < end && !average.isSeeded; place++) {
      average.push(values[shift + place]);
      out[place] = average.isSeeded ? average.value : Number.NaN;
    }
    const { weight } = average;
    let { value } = average;
    for (; place < end; place++) {
      value += weight * (values[shift + place] - value);
      out[place] = value;
    }
    average.value = value;
  }
}

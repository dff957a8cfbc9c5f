import { newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";
import type { DeviationOptions } from "./stdev.js";
import { WindowDeviation } from "./window-deviation.js";

/**
 * How many standard deviations the latest value lies from the mean of the latest `period` values, itself included:
 * (value - mean) / deviation; 0 where they are equal.
 * @throws IndicatorError PERIOD_INVALID (a sample needs two values), OPTION_UNKNOWN
 */
export function zscore(period: number, options: DeviationOptions = {}): IndicatorSpec {
  const sample = options.sample === true;
  checkPeriod("zscore", "period", period, sample ? 2 : 1);
  return onSource({
    title: "ZScore",
    parameters: sample ? [period, "sample"] : [period],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: period,
    pane: "own",
    create: () => new ZscoreKernel(period, sample, options.source ?? "close"),
  });
}

class ZscoreKernel extends LineKernel {
  private readonly window: WindowDeviation;
  private readonly means: Float64Array;
  private readonly deviations: Float64Array;

  constructor(period: number, sample: boolean, source: Source) {
    super(1, source);
    this.window = new WindowDeviation(period, sample);
    this.means = newLine();
    this.deviations = newLine();
  }

  protected observe(first: number, end: number): void {
    const { input, window, means, deviations } = this;
    const out = this.lines[0];
    window.run(input.values, input.shift, first, end, means, deviations, out);
    for (let place = first; place < end; place++) {
      const deviation = deviations[place];
      out[place] = deviation === 0 ? 0 : out[place] / deviation;
    }
  }
}

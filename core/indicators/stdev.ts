import { newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";
import { WindowDeviation } from "./window-deviation.js";

export interface DeviationOptions extends SourceOptions {
  /** Divide by period - 1 (sample) and not by period (population). Default false, as TA-Lib and Bollinger do. */
  readonly sample?: boolean;
}

/**
 * Standard deviation of the latest `period` values, from their mean in the same window; 0 where they are equal.
 * @throws IndicatorError PERIOD_INVALID (a sample needs two values), OPTION_UNKNOWN
 */
export function stdev(period: number, options: DeviationOptions = {}): IndicatorSpec {
  const sample = options.sample === true;
  checkPeriod("stdev", "period", period, sample ? 2 : 1);
  return onSource({
    title: "StDev",
    parameters: sample ? [period, "sample"] : [period],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: period,
    pane: "own",
    create: () => new StdevKernel(period, sample, options.source ?? "close"),
  });
}

class StdevKernel extends LineKernel {
  private readonly window: WindowDeviation;
  private readonly means: Float64Array;
  private readonly distances: Float64Array;

  constructor(period: number, sample: boolean, source: Source) {
    super(1, source);
    this.window = new WindowDeviation(period, sample);
    this.means = newLine();
    this.distances = newLine();
  }

  protected observe(first: number, end: number): void {
    const { input, window, means, distances } = this;
    window.run(input.values, input.shift, first, end, means, this.lines[0], distances);
  }
}

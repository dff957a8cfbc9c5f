import { DEVIATION, deviationOf } from "./deviation-kernel.js";
import type { IndicatorSpec, SourceOptions } from "./indicator.js";
import { checkPeriod } from "./parameters.js";
import { OutputKernel, onSource } from "./source.js";

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
    create: (source = "close", kernels) => new OutputKernel(deviationOf(period, sample, source, kernels), DEVIATION),
  });
}

import { ExtremeKernel } from "./extreme-kernel.js";
import type { IndicatorSpec, SourceOptions } from "./indicator.js";
import { checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";

/**
 * The highest of the latest `period` values, this bar included. Source: "high" unless another is named.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function highest(period: number, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("highest", "period", period);
  return onSource({
    title: "Highest",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "high",
    observations: period,
    pane: "source",
    create: (source = "high", kernels) => new ExtremeKernel(period, 1, source, kernels),
  });
}

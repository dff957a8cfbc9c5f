import { ExtremeKernel } from "./extreme-kernel.js";
import type { IndicatorSpec, SourceOptions } from "./indicator.js";
import { checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";

/**
 * The lowest of the latest `period` values, this bar included. Source: "low" unless another is named.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function lowest(period: number, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("lowest", "period", period);
  return onSource({
    title: "Lowest",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "low",
    observations: period,
    pane: "source",
    create: (source = "low", kernels) => new ExtremeKernel(period, -1, source, kernels),
  });
}

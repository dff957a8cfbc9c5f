import { newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";
import { WindowExtremes } from "./window-extremes.js";

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
    create: (source = "low", kernels) => new LowestKernel(period, source, kernels),
  });
}

class LowestKernel extends LineKernel {
  private readonly window: WindowExtremes;
  private readonly others: Float64Array;

  constructor(period: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.window = new WindowExtremes(period);
    this.others = newLine();
  }

  protected observe(first: number, end: number): void {
    const { values, shift } = this.input;
    this.window.run(values, values, shift, first, end, this.others, this.lines[0]);
  }
}

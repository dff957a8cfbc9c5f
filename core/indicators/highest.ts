import { newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";
import { WindowExtremes } from "./window-extremes.js";

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
    create: (source = "high", kernels) => new HighestKernel(period, source, kernels),
  });
}

class HighestKernel extends LineKernel {
  private readonly window: WindowExtremes;
  private readonly others: Float64Array;

  constructor(period: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.window = new WindowExtremes(period);
    this.others = newLine();
  }

  protected observe(first: number, end: number): void {
    const { values, shift } = this.input;
    this.window.run(values, values, shift, first, end, this.lines[0], this.others);
  }
}

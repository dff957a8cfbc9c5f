import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";
import { WindowMean } from "./window-mean.js";

/**
 * Simple moving average: the mean of the latest `period` values. Of equal values it is exactly that value.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function sma(period: number, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("sma", "period", period);
  return onSource({
    title: "SMA",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: period,
    pane: "source",
    create: (source = "close", kernels) => new SmaKernel(period, source, kernels),
  });
}

class SmaKernel extends LineKernel {
  private readonly window: WindowMean;

  constructor(period: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.window = new WindowMean(period);
  }

  protected observe(first: number, end: number): void {
    this.window.run(this.input.values, this.input.shift, first, end, this.lines[0]);
  }
}

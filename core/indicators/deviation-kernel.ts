import type { Source } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import type { SharedKernels } from "./shared-kernels.js";
import { WindowDeviation } from "./window-deviation.js";

/** The lines of a DeviationKernel. */
export const MEAN = 0;
export const DEVIATION = 1;
export const DISTANCE = 2;

/** Mean, standard deviation, and the latest value's distance from the mean: what Bollinger bands and z-scores are of. */
export class DeviationKernel extends LineKernel {
  private readonly window: WindowDeviation;

  constructor(period: number, sample: boolean, source: Source, kernels: SharedKernels) {
    super(3, source, kernels);
    this.window = new WindowDeviation(period, sample);
  }

  protected observe(first: number, end: number): void {
    const { input, window, lines } = this;
    window.run(input.values, input.shift, first, end, lines[MEAN], lines[DEVIATION], lines[DISTANCE]);
  }
}

/** The one of a period and source that all on the series share. */
export function deviationOf(period: number, sample: boolean, source: Source, kernels: SharedKernels): DeviationKernel {
  const name = `Deviation(${period}${sample ? ", sample" : ""})`;
  return kernels.share(source, name, () => new DeviationKernel(period, sample, source, kernels));
}

import { newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";
import { WindowDistances } from "./window-distances.js";

/** Lambert's constant, chosen so that most values lie between -100 and 100. */
const SCALE = 0.015;

/**
 * Commodity channel index (Lambert, Commodities magazine, 1980): (value - mean) / (0.015 x mean absolute deviation)
 * of the latest `period` values; 0 where these are equal. Source: "hlc3" unless another is named. The deviation
 * is from a mean that moves with every bar, so one update looks at the whole window: O(period).
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function cci(period = 20, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("cci", "period", period);
  return onSource({
    title: "CCI",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "hlc3",
    observations: period,
    pane: "own",
    create: (source = "hlc3", kernels) => new CciKernel(period, source, kernels),
  });
}

class CciKernel extends LineKernel {
  private readonly window: WindowDistances;
  private readonly deviations: Float64Array;

  constructor(period: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.window = new WindowDistances(period);
    this.deviations = newLine();
  }

  protected observe(first: number, end: number): void {
    const { input, window, deviations } = this;
    const out = this.lines[0];
    window.run(input.values, input.shift, first, end, out, deviations);
    for (let place = first; place < end; place++) {
      const deviation = deviations[place];
      out[place] = deviation === 0 ? 0 : -out[place] / (SCALE * deviation);
    }
  }
}

import type { BarChunk } from "./bar-chunk.js";
import { DEVIATION, type DeviationKernel, DISTANCE, deviationOf } from "./deviation-kernel.js";
import type { IndicatorSpec } from "./indicator.js";
import { Kernel } from "./kernel.js";
import { checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";
import type { DeviationOptions } from "./stdev.js";

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
    create: (source = "close", kernels) => new ZscoreKernel(deviationOf(period, sample, source, kernels)),
  });
}

class ZscoreKernel extends Kernel {
  private readonly window: DeviationKernel;

  constructor(window: DeviationKernel) {
    super(1);
    this.window = window;
  }

  protected compute(chunk: BarChunk): void {
    const { window } = this;
    window.run(chunk);
    const deviations = window.line(DEVIATION);
    const distances = window.line(DISTANCE);
    const out = this.lines[0];
    for (let place = 1; place <= chunk.count; place++) {
      const deviation = deviations[place];
      out[place] = deviation === 0 ? 0 : distances[place] / deviation;
    }
  }
}

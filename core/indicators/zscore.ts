import { sqrt } from "./arithmetic.js";
import { newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";
import type { DeviationOptions } from "./stdev.js";
import { WindowDeviation } from "./window-deviation.js";

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
    create: () => new ZscoreKernel(period, sample, options.source ?? "close"),
  });
}

class ZscoreKernel extends LineKernel {
  private readonly window: WindowDeviation;
  /** What the sum of squares is divided by. */
  private readonly freedom: number;
  private readonly means: Float64Array;
  private readonly squares: Float64Array;

  constructor(period: number, sample: boolean, source: Source) {
    super(1, source);
    this.window = new WindowDeviation(period);
    this.freedom = sample ? period - 1 : period;
    this.means = newLine();
    this.squares = newLine();
  }

  protected observe(first: number, end: number): void {
    const { input, window, freedom, squares } = this;
    const out = this.lines[0];
    window.run(input.values, input.shift, first, end, this.means, squares, out);
    for (let place = first; place < end; place++) {
      const deviation = sqrt(squares[place] / freedom);
      out[place] = deviation === 0 ? 0 : out[place] / deviation;
    }
  }
}

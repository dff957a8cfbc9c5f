import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source } from "./indicator.js";
import { Input } from "./input.js";
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

class ZscoreKernel extends Kernel {
  private readonly input: Input;
  private readonly window: WindowDeviation;
  private readonly sample: boolean;

  constructor(period: number, sample: boolean, source: Source) {
    super();
    this.input = new Input(source);
    this.window = new WindowDeviation(period);
    this.sample = sample;
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    if (!Number.isFinite(value)) return;
    this.window.push(value);
    const deviation = this.window.deviation(this.sample);
    this.out[0] = deviation === 0 ? 0 : this.window.distance / deviation;
  }
}

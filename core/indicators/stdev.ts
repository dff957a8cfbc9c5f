import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";
import { WindowDeviation } from "./window-deviation.js";

export interface DeviationOptions extends SourceOptions {
  /** Divide by period - 1 (sample) and not by period (population). Default false, as TA-Lib and Bollinger do. */
  readonly sample?: boolean;
}

/**
 * Standard deviation of the latest `period` values, from their mean in the same window; 0 where they are equal.
 * @throws IndicatorError PERIOD_INVALID (a sample needs two values), OPTION_UNKNOWN
 */
export function stdev(period: number, options: DeviationOptions = {}): IndicatorSpec {
  const sample = options.sample === true;
  checkPeriod("stdev", "period", period, sample ? 2 : 1);
  return onSource({
    title: "StDev",
    parameters: sample ? [period, "sample"] : [period],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: period,
    pane: "own",
    create: () => new StdevKernel(period, sample, options.source ?? "close"),
  });
}

class StdevKernel extends Kernel {
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
    this.out[0] = this.window.deviation(this.sample);
  }
}

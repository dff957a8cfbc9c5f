import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkPeriod } from "./parameters.js";
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
    create: () => new SmaKernel(period, options.source ?? "close"),
  });
}

class SmaKernel extends Kernel {
  private readonly input: Input;
  private readonly window: WindowMean;

  constructor(period: number, source: Source) {
    super();
    this.input = new Input(source);
    this.window = new WindowMean(period);
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    if (Number.isFinite(value)) this.out[0] = this.window.push(value);
  }
}

import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkPeriod } from "./parameters.js";
import { exponential, type SeededAverage } from "./seeded-average.js";
import { onSource } from "./source.js";

/**
 * Exponential moving average with the weight 2 / (period + 1), begun as the simple average of the first `period`
 * values (TA-Lib). What is left of that beginning fades with (1 - weight) a bar: after three periods it is 5 %.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function ema(period: number, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("ema", "period", period);
  return onSource({
    title: "EMA",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: period,
    pane: "source",
    create: () => new EmaKernel(period, options.source ?? "close"),
  });
}

class EmaKernel extends Kernel {
  private readonly input: Input;
  private readonly average: SeededAverage;

  constructor(period: number, source: Source) {
    super();
    this.input = new Input(source);
    this.average = exponential(period);
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    if (Number.isFinite(value)) this.out[0] = this.average.push(value);
  }
}

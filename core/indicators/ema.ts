import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { averageStep, exponentialWeight } from "./seeded-average.js";
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

class EmaKernel extends LineKernel {
  private readonly period: number;
  private readonly weight: number;
  private average: number;

  constructor(period: number, source: Source) {
    super(1, source);
    this.period = period;
    this.weight = exponentialWeight(period);
    this.average = Number.NaN;
  }

  protected observe(first: number, end: number): void {
    const { period, weight } = this;
    const { values, shift } = this.input;
    const out = this.lines[0];
    let { seen, average } = this;
    for (let place = first; place < end; place++) {
      average = averageStep(average, values[shift + place], ++seen, period, weight);
      out[place] = seen < period ? Number.NaN : average;
    }
    this.average = average;
  }
}

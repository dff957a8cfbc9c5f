import { newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkFactor, checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";
import { WindowDeviation } from "./window-deviation.js";

/**
 * Bollinger bands (Bollinger on Bollinger Bands, 2001): value = the mean of the latest `period` values, upper and
 * lower = `deviations` population standard deviations from it. percentB = where the latest value lies between them, 0
 * at the lower and 1 at the upper, 0.5 where the bands have no width; bandwidth = (upper - lower) / value, a ratio,
 * 0 where they have none. Around a mean of exactly 0 (a spread, never a price) a bandwidth is not a number.
 * @throws IndicatorError PERIOD_INVALID, FACTOR_INVALID, OPTION_UNKNOWN
 */
export function bollinger(
  period = 20,
  deviations = 2,
  options: SourceOptions = {},
): IndicatorSpec<"value" | "upper" | "lower" | "percentB" | "bandwidth"> {
  checkPeriod("bollinger", "period", period);
  checkFactor("bollinger", "deviations", deviations, 2);
  return onSource({
    title: "Bollinger",
    parameters: [period, deviations],
    outputs: ["value", "upper", "lower", "percentB", "bandwidth"],
    source: options.source,
    usual: "close",
    observations: period,
    pane: "source",
    create: () => new BollingerKernel(period, deviations, options.source ?? "close"),
  });
}

class BollingerKernel extends LineKernel {
  private readonly window: WindowDeviation;
  private readonly deviations: number;
  private readonly reaches: Float64Array;
  private readonly distances: Float64Array;

  constructor(period: number, deviations: number, source: Source) {
    super(5, source);
    this.window = new WindowDeviation(period);
    this.deviations = deviations;
    this.reaches = newLine();
    this.distances = newLine();
  }

  protected observe(first: number, end: number): void {
    const { input, window, deviations, reaches, distances } = this;
    const middle = this.lines[0];
    const upper = this.lines[1];
    const lower = this.lines[2];
    const percentB = this.lines[3];
    const bandwidth = this.lines[4];
    window.run(input.values, input.shift, first, end, middle, reaches, distances);
    for (let place = first; place < end; place++) {
      const mean = middle[place];
      const reach = deviations * reaches[place];
      upper[place] = mean + reach;
      lower[place] = mean - reach;
      percentB[place] = reach === 0 ? 0.5 : 0.5 + distances[place] / (2 * reach);
      bandwidth[place] = reach === 0 ? 0 : mean === 0 ? Number.NaN : (2 * reach) / mean;
    }
  }
}

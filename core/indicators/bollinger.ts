import type { BarChunk } from "./bar-chunk.js";
import { DEVIATION, type DeviationKernel, DISTANCE, deviationOf, MEAN } from "./deviation-kernel.js";
import type { IndicatorSpec, SourceOptions } from "./indicator.js";
import { Kernel, newLines } from "./kernel.js";
import { checkFactor, checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";

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
    create: (source = "close", kernels) => new BollingerKernel(deviationOf(period, false, source, kernels), deviations),
  });
}

class BollingerKernel extends Kernel {
  private readonly window: DeviationKernel;
  private readonly deviations: number;

  constructor(window: DeviationKernel, deviations: number) {
    const own = newLines(4);
    super([window.lines[MEAN], ...own], own);
    this.window = window;
    this.deviations = deviations;
  }

  protected compute(chunk: BarChunk): void {
    const { window, deviations, lines } = this;
    window.run(chunk);
    const middle = window.lines[MEAN];
    const reaches = window.lines[DEVIATION];
    const distances = window.lines[DISTANCE];
    const upper = lines[1];
    const lower = lines[2];
    const percentB = lines[3];
    const bandwidth = lines[4];
    for (let place = 1; place <= chunk.count; place++) {
      const mean = middle[place];
      const reach = deviations * reaches[place];
      upper[place] = mean + reach;
      lower[place] = mean - reach;
      percentB[place] = reach === 0 ? 0.5 : 0.5 + distances[place] / (2 * reach);
      bandwidth[place] = reach === 0 ? 0 : mean === 0 ? Number.NaN : (2 * reach) / mean;
    }
  }
}

import { type BarChunk, newLine } from "./bar-chunk.js";
import { DEVIATION, type DeviationKernel, DISTANCE, deviationOf, MEAN } from "./deviation-kernel.js";
import type { IndicatorSpec, SourceOptions } from "./indicator.js";
import { Kernel } from "./kernel.js";
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
    apart: ["percentB", "bandwidth"],
    create: (source = "close", kernels) => new BollingerKernel(deviationOf(period, false, source, kernels), deviations),
  });
}

class BollingerKernel extends Kernel {
  private readonly window: DeviationKernel;
  private readonly deviations: number;
  /** Of the outputs behind the first. */
  private readonly bands: readonly Float64Array[];
  private places: number;
  private hasBands: boolean;

  constructor(window: DeviationKernel, deviations: number) {
    super(0);
    this.window = window;
    this.deviations = deviations;
    this.bands = [newLine(), newLine(), newLine(), newLine()];
    this.places = 1;
    this.hasBands = true;
  }

  override line(output: number): Float64Array {
    if (output === 0) return this.window.line(MEAN);
    if (!this.hasBands) this.computeBands();
    return this.bands[output - 1];
  }

  protected compute(chunk: BarChunk): void {
    this.window.run(chunk);
    this.places = chunk.count + 1;
    this.hasBands = false;
  }

  private computeBands(): void {
    const { window, deviations, bands, places } = this;
    const middle = window.line(MEAN);
    const reaches = window.line(DEVIATION);
    const distances = window.line(DISTANCE);
    const upper = bands[0];
    const lower = bands[1];
    const percentB = bands[2];
    const bandwidth = bands[3];
    for (let place = 0; place < places; place++) {
      const mean = middle[place];
      const reach = deviations * reaches[place];
      upper[place] = mean + reach;
      lower[place] = mean - reach;
      percentB[place] = reach === 0 ? 0.5 : 0.5 + distances[place] / (2 * reach);
      bandwidth[place] = reach === 0 ? 0 : mean === 0 ? Number.NaN : (2 * reach) / mean;
    }
    this.hasBands = true;
  }
}

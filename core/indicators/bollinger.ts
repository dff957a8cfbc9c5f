import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
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

class BollingerKernel extends Kernel {
  private readonly input: Input;
  private readonly window: WindowDeviation;
  private readonly deviations: number;

  constructor(period: number, deviations: number, source: Source) {
    super(5);
    this.input = new Input(source);
    this.window = new WindowDeviation(period);
    this.deviations = deviations;
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    if (!Number.isFinite(value)) return;
    const { window, out } = this;
    window.push(value);
    const middle = window.mean;
    const reach = this.deviations * window.deviation(false);
    out[0] = middle;
    out[1] = middle + reach;
    out[2] = middle - reach;
    out[3] = reach === 0 ? 0.5 : 0.5 + window.distance / (2 * reach);
    out[4] = reach === 0 ? 0 : middle === 0 ? Number.NaN : (2 * reach) / middle;
  }
}

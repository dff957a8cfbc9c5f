import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { checkPeriod } from "./parameters.js";
import { RangeInput } from "./range-input.js";
import { onSource } from "./source.js";
import { WindowExtreme } from "./window-extreme.js";
import { WindowMean } from "./window-mean.js";

/**
 * Stochastic oscillator (Lane, 1950s), 0 to 100: where the close lies between the lowest low and the highest high of
 * the latest `period` bars, 50 where these are equal. value (%K) = its simple average over `slowing` bars (1: the fast
 * form; 3: the slow form), d = the simple average of %K over `signal` bars. The order is TA-Lib's STOCH.
 * Of a source it is where that line lies within its own range: `stochastic(14, 3, 3, { source: rsi(14) })`.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function stochastic(
  period = 14,
  slowing = 1,
  signal = 3,
  options: SourceOptions = {},
): IndicatorSpec<"value" | "d"> {
  checkPeriod("stochastic", "period", period);
  checkPeriod("stochastic", "slowing", slowing);
  checkPeriod("stochastic", "signal", signal);
  return onSource({
    title: "Stochastic",
    parameters: [period, slowing, signal],
    outputs: ["value", "d"],
    source: options.source,
    usual: "range",
    observations: period + slowing + signal - 2,
    pane: "own",
    create: () => new StochasticKernel(period, slowing, signal, options.source),
  });
}

class StochasticKernel extends Kernel {
  private readonly range: RangeInput;
  private readonly highs: WindowExtreme;
  private readonly lows: WindowExtreme;
  private readonly slowing: WindowMean;
  private readonly signal: WindowMean;

  constructor(period: number, slowing: number, signal: number, source: Source | undefined) {
    super(2);
    this.range = new RangeInput(source);
    this.highs = new WindowExtreme(period, 1);
    this.lows = new WindowExtreme(period, -1);
    this.slowing = new WindowMean(slowing);
    this.signal = new WindowMean(signal);
  }

  update(bars: BarSeries, row: number): void {
    const range = this.range;
    if (!range.take(bars, row)) return;
    const highest = this.highs.push(range.high);
    const lowest = this.lows.push(range.low);
    if (Number.isNaN(highest)) return;
    const k = this.slowing.push(highest === lowest ? 50 : (100 * (range.close - lowest)) / (highest - lowest));
    if (Number.isNaN(k)) return;
    const d = this.signal.push(k);
    if (Number.isNaN(d)) return;
    this.out[0] = k;
    this.out[1] = d;
  }
}

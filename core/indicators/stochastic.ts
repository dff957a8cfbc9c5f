import { newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { RangeKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";
import { WindowExtremes } from "./window-extremes.js";
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
    create: (source, kernels) => new StochasticKernel(period, slowing, signal, source, kernels),
  });
}

class StochasticKernel extends RangeKernel {
  private readonly window: WindowExtremes;
  private readonly slowing: WindowMean;
  private readonly signal: WindowMean;
  private readonly highest: Float64Array;
  private readonly lowest: Float64Array;

  constructor(period: number, slowing: number, signal: number, source: Source | undefined, kernels: SharedKernels) {
    super(2, source, kernels);
    this.window = new WindowExtremes(period);
    this.slowing = new WindowMean(slowing);
    this.signal = new WindowMean(signal);
    this.highest = newLine();
    this.lowest = newLine();
  }

  protected observe(first: number, end: number): void {
    const { range, highest, lowest } = this;
    const { close, shift } = range;
    const k = this.lines[0];
    const d = this.lines[1];
    const full = this.window.run(range.high, range.low, shift, first, end, highest, lowest);
    for (let place = full; place < end; place++) {
      const top = highest[place];
      const bottom = lowest[place];
      k[place] = top === bottom ? 50 : (100 * (close[shift + place] - bottom)) / (top - bottom);
    }
    const slowed = this.slowing.run(k, 0, full, end, k);
    const ready = this.signal.run(k, 0, slowed, end, d);
    for (let place = first; place < ready; place++) {
      k[place] = Number.NaN;
      d[place] = Number.NaN;
    }
  }
}

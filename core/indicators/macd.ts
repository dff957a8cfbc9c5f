import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkOrder, checkPeriod } from "./parameters.js";
import { averageStep, exponentialWeight } from "./seeded-average.js";
import { onSource } from "./source.js";

/**
 * Moving average convergence divergence (Appel, 1979): value = EMA(fast) - EMA(slow), signal = EMA(signal) of that,
 * histogram = value - signal. Each average begins with its own first values, so the value is exactly the difference
 * of `ema(fast)` and `ema(slow)`; TA-Lib begins the fast one later, which differs until it has faded.
 * @throws IndicatorError PERIOD_INVALID, PARAMETERS_CROSSED, OPTION_UNKNOWN
 */
export function macd(
  fast = 12,
  slow = 26,
  signal = 9,
  options: SourceOptions = {},
): IndicatorSpec<"value" | "signal" | "histogram"> {
  checkPeriod("macd", "fast", fast);
  checkPeriod("macd", "slow", slow);
  checkPeriod("macd", "signal", signal);
  checkOrder("macd", ["fast", fast], ["slow", slow]);
  return onSource({
    title: "MACD",
    parameters: [fast, slow, signal],
    outputs: ["value", "signal", "histogram"],
    source: options.source,
    usual: "close",
    observations: slow + signal - 1,
    pane: "own",
    create: () => new MacdKernel(fast, slow, signal, options.source ?? "close"),
  });
}

class MacdKernel extends LineKernel {
  private readonly fastPeriod: number;
  private readonly slowPeriod: number;
  private readonly signalPeriod: number;
  private fast: number;
  private slow: number;
  private signal: number;

  constructor(fast: number, slow: number, signal: number, source: Source) {
    super(3, source);
    this.fastPeriod = fast;
    this.slowPeriod = slow;
    this.signalPeriod = signal;
    this.fast = Number.NaN;
    this.slow = Number.NaN;
    this.signal = Number.NaN;
  }

  protected observe(first: number, end: number): void {
    const { fastPeriod, slowPeriod, signalPeriod } = this;
    const fastWeight = exponentialWeight(fastPeriod);
    const slowWeight = exponentialWeight(slowPeriod);
    const signalWeight = exponentialWeight(signalPeriod);
    const { values, shift } = this.input;
    const out = this.lines[0];
    const signals = this.lines[1];
    const histogram = this.lines[2];
    let { seen, fast, slow, signal } = this;
    for (let place = first; place < end; place++) {
      const price = values[shift + place];
      seen++;
      fast = averageStep(fast, price, seen, fastPeriod, fastWeight);
      slow = averageStep(slow, price, seen, slowPeriod, slowWeight);
      const value = fast - slow;
      // The signal counts the values of this line, which begins with the slow average.
      const count = seen - slowPeriod + 1;
      if (count > 0) signal = averageStep(signal, value, count, signalPeriod, signalWeight);
      const ready = count >= signalPeriod;
      out[place] = ready ? value : Number.NaN;
      signals[place] = ready ? signal : Number.NaN;
      histogram[place] = ready ? value - signal : Number.NaN;
    }
    this.fast = fast;
    this.slow = slow;
    this.signal = signal;
  }
}

import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkOrder, checkPeriod } from "./parameters.js";
import { exponential, type SeededAverage } from "./seeded-average.js";
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

class MacdKernel extends Kernel {
  private readonly input: Input;
  private readonly fast: SeededAverage;
  private readonly slow: SeededAverage;
  private readonly signal: SeededAverage;

  constructor(fast: number, slow: number, signal: number, source: Source) {
    super(3);
    this.input = new Input(source);
    this.fast = exponential(fast);
    this.slow = exponential(slow);
    this.signal = exponential(signal);
  }

  update(bars: BarSeries, row: number): void {
    const price = this.input.read(bars, row);
    if (!Number.isFinite(price)) return;
    const value = this.fast.push(price) - this.slow.push(price);
    if (Number.isNaN(value)) return;
    const signal = this.signal.push(value);
    if (Number.isNaN(signal)) return;
    this.out[0] = value;
    this.out[1] = signal;
    this.out[2] = value - signal;
  }
}

import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkOrder, checkPeriod } from "./parameters.js";
import { exponential, type SeededAverage } from "./seeded-average.js";
import type { SharedKernels } from "./shared-kernels.js";
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
    create: (source = "close", kernels) => new MacdKernel(fast, slow, signal, source, kernels),
  });
}

class MacdKernel extends LineKernel {
  private readonly fast: SeededAverage;
  private readonly slow: SeededAverage;
  private readonly signal: SeededAverage;

  constructor(fast: number, slow: number, signal: number, source: Source, kernels: SharedKernels) {
    super(3, source, kernels);
    this.fast = exponential(fast);
    this.slow = exponential(slow);
    this.signal = exponential(signal);
  }

  protected observe(first: number, end: number): void {
    const { values, shift } = this.input;
    const out = this.lines[0];
    const signals = this.lines[1];
    const histogram = this.lines[2];
    let place = first;
    for (; place < end && !this.signal.isSeeded; place++) this.begin(values[shift + place], place);
    const fastWeight = this.fast.weight;
    const slowWeight = this.slow.weight;
    const signalWeight = this.signal.weight;
    let fast = this.fast.value;
    let slow = this.slow.value;
    let signal = this.signal.value;
    for (; place < end; place++) {
      const price = values[shift + place];
      fast += fastWeight * (price - fast);
      slow += slowWeight * (price - slow);
      const value = fast - slow;
      signal += signalWeight * (value - signal);
      out[place] = value;
      signals[place] = signal;
      histogram[place] = value - signal;
    }
    this.fast.value = fast;
    this.slow.value = slow;
    this.signal.value = signal;
  }

  private begin(price: number, place: number): void {
    const { fast, slow, signal, lines } = this;
    fast.push(price);
    slow.push(price);
    const value = fast.value - slow.value;
    if (slow.isSeeded) signal.push(value);
    const ready = signal.isSeeded;
    lines[0][place] = ready ? value : Number.NaN;
    lines[1][place] = ready ? signal.value : Number.NaN;
    lines[2][place] = ready ? value - signal.value : Number.NaN;
  }
}

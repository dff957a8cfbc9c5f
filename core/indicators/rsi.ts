import { abs } from "./arithmetic.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { type SeededAverage, wilder } from "./seeded-average.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";

/**
 * Relative strength index, 0 to 100: 100 x gains / (gains + losses), each averaged by Wilder's smoothing (New Concepts
 * in Technical Trading Systems, 1978). Not rounded. While nothing has moved it is 50: neither side is stronger.
 * Counts the changes from bar to bar, so it needs one bar more than its period.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function rsi(period = 14, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("rsi", "period", period);
  return onSource({
    title: "RSI",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: period + 1,
    pane: "own",
    create: (source = "close", kernels) => new RsiKernel(period, source, kernels),
  });
}

class RsiKernel extends LineKernel {
  private readonly gains: SeededAverage;
  private readonly losses: SeededAverage;
  private previous: number;

  constructor(period: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.gains = wilder(period);
    this.losses = wilder(period);
    this.previous = Number.NaN;
  }

  protected observe(first: number, end: number): void {
    const { gains, losses } = this;
    const { values, shift } = this.input;
    const out = this.lines[0];
    let place = first;
    for (; place < end && !losses.isSeeded; place++) out[place] = this.begin(values[shift + place]);
    const { weight } = gains;
    let gain = gains.value;
    let loss = losses.value;
    let { previous } = this;
    for (; place < end; place++) {
      const value = values[shift + place];
      const change = value - previous;
      previous = value;
      gain += weight * (gainOf(change) - gain);
      loss += weight * (lossOf(change) - loss);
      out[place] = strengthOf(gain, loss);
    }
    gains.value = gain;
    losses.value = loss;
    this.previous = previous;
  }

  private begin(value: number): number {
    const { gains, losses } = this;
    const change = value - this.previous;
    this.previous = value;
    if (change !== change) return Number.NaN;
    gains.push(gainOf(change));
    losses.push(lossOf(change));
    return losses.isSeeded ? strengthOf(gains.value, losses.value) : Number.NaN;
  }
}

// Multiplied by 1 or 0 and not chosen: prices rise or fall as a coin does, and no processor guesses that.
function gainOf(change: number): number {
  return abs(change) * +(change > 0);
}

function lossOf(change: number): number {
  return abs(change) * +(change < 0);
}

function strengthOf(gain: number, loss: number): number {
  const moved = gain + loss;
  return moved === 0 ? 50 : (100 * gain) / moved;
}

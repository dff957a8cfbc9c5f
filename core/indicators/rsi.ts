import { abs } from "./arithmetic.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { averageStep, wilderWeight } from "./seeded-average.js";
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
    create: () => new RsiKernel(period, options.source ?? "close"),
  });
}

class RsiKernel extends LineKernel {
  private readonly period: number;
  private gain: number;
  private loss: number;
  private previous: number;

  constructor(period: number, source: Source) {
    super(1, source);
    this.period = period;
    this.gain = Number.NaN;
    this.loss = Number.NaN;
    this.previous = Number.NaN;
  }

  protected observe(first: number, end: number): void {
    const { period } = this;
    const weight = wilderWeight(period);
    const { values, shift } = this.input;
    const out = this.lines[0];
    let { gain, loss, previous } = this;
    let changes = this.seen - 1;
    for (let place = first; place < end; place++) {
      const value = values[shift + place];
      const change = value - previous;
      previous = value;
      if (++changes > 0) {
        // Multiplied by 1 or 0 and not chosen: prices rise or fall as a coin does, and no processor guesses that.
        const size = abs(change);
        gain = averageStep(gain, size * +(change > 0), changes, period, weight);
        loss = averageStep(loss, size * +(change < 0), changes, period, weight);
      }
      const moved = gain + loss;
      out[place] = changes < period ? Number.NaN : moved === 0 ? 50 : (100 * gain) / moved;
    }
    this.gain = gain;
    this.loss = loss;
    this.previous = previous;
  }
}

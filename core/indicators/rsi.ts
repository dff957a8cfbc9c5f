import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkPeriod } from "./parameters.js";
import { type SeededAverage, wilder } from "./seeded-average.js";
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

class RsiKernel extends Kernel {
  private readonly input: Input;
  private readonly gains: SeededAverage;
  private readonly losses: SeededAverage;
  private previous: number;

  constructor(period: number, source: Source) {
    super();
    this.input = new Input(source);
    this.gains = wilder(period);
    this.losses = wilder(period);
    this.previous = Number.NaN;
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    if (!Number.isFinite(value)) return;
    const change = value - this.previous;
    this.previous = value;
    if (Number.isNaN(change)) return;
    const gain = this.gains.push(change > 0 ? change : 0);
    const loss = this.losses.push(change < 0 ? -change : 0);
    const moved = gain + loss;
    this.out[0] = moved === 0 ? 50 : (100 * gain) / moved;
  }
}

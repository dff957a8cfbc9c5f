import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { checkPeriod } from "./parameters.js";
import { RangeInput } from "./range-input.js";
import { onSource } from "./source.js";
import { WindowExtreme } from "./window-extreme.js";

/**
 * Donchian channel: upper = the highest high and lower = the lowest low of the latest `period` bars, value = the
 * middle of the two. This bar is one of them, so its close is never outside: a breakout is a close above the upper
 * line of the bar before.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function donchian(period = 20, options: SourceOptions = {}): IndicatorSpec<"value" | "upper" | "lower"> {
  checkPeriod("donchian", "period", period);
  return onSource({
    title: "Donchian",
    parameters: [period],
    outputs: ["value", "upper", "lower"],
    source: options.source,
    usual: "range",
    observations: period,
    pane: "source",
    create: () => new DonchianKernel(period, options.source),
  });
}

class DonchianKernel extends Kernel {
  private readonly range: RangeInput;
  private readonly highs: WindowExtreme;
  private readonly lows: WindowExtreme;

  constructor(period: number, source: Source | undefined) {
    super(3);
    this.range = new RangeInput(source);
    this.highs = new WindowExtreme(period, 1);
    this.lows = new WindowExtreme(period, -1);
  }

  update(bars: BarSeries, row: number): void {
    const range = this.range;
    if (!range.take(bars, row)) return;
    const upper = this.highs.push(range.high);
    const lower = this.lows.push(range.low);
    this.out[0] = (upper + lower) / 2;
    this.out[1] = upper;
    this.out[2] = lower;
  }
}

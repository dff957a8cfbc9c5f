import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { RangeKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";
import { WindowExtremes } from "./window-extremes.js";

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
    create: (source, kernels) => new DonchianKernel(period, source, kernels),
  });
}

class DonchianKernel extends RangeKernel {
  private readonly window: WindowExtremes;

  constructor(period: number, source: Source | undefined, kernels: SharedKernels) {
    super(3, source, kernels);
    this.window = new WindowExtremes(period);
  }

  protected observe(first: number, end: number): void {
    const { high, low, shift } = this.range;
    const middle = this.lines[0];
    const upper = this.lines[1];
    const lower = this.lines[2];
    this.window.run(high, low, shift, first, end, upper, lower);
    for (let place = first; place < end; place++) middle[place] = (upper[place] + lower[place]) / 2;
  }
}

import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { RangeInput, trueRangeOf } from "./range-input.js";
import { onSource } from "./source.js";

/**
 * True range: how far the price went since the close before, gap included (Wilder, 1978). Begins with the second
 * bar, as TA-Lib does: the first has no close before it. Of a source: the size of its change.
 * @throws IndicatorError OPTION_UNKNOWN
 */
export function trueRange(options: SourceOptions = {}): IndicatorSpec {
  return onSource({
    title: "TrueRange",
    parameters: [],
    outputs: ["value"],
    source: options.source,
    usual: "range",
    observations: 2,
    pane: "own",
    create: () => new TrueRangeKernel(options.source),
  });
}

class TrueRangeKernel extends Kernel {
  private readonly range: RangeInput;
  private previousClose: number;

  constructor(source: Source | undefined) {
    super();
    this.range = new RangeInput(source);
    this.previousClose = Number.NaN;
  }

  update(bars: BarSeries, row: number): void {
    const range = this.range;
    if (!range.take(bars, row)) return;
    this.out[0] = trueRangeOf(range.high, range.low, this.previousClose);
    this.previousClose = range.close;
  }
}

import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { RangeKernel } from "./observing-kernel.js";
import { trueRangeOf } from "./range-input.js";
import type { SharedKernels } from "./shared-kernels.js";
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
    create: (source, kernels) => new TrueRangeKernel(source, kernels),
  });
}

class TrueRangeKernel extends RangeKernel {
  private previousClose: number;

  constructor(source: Source | undefined, kernels: SharedKernels) {
    super(1, source, kernels);
    this.previousClose = Number.NaN;
  }

  protected observe(first: number, end: number): void {
    const { high, low, close, shift } = this.range;
    const out = this.lines[0];
    let { previousClose } = this;
    for (let place = first; place < end; place++) {
      out[place] = trueRangeOf(high[shift + place], low[shift + place], previousClose);
      previousClose = close[shift + place];
    }
    this.previousClose = previousClose;
  }
}

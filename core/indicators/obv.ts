import type { BarChunk } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";

/**
 * On-balance volume in units (Granville, 1963): the volume of bars that rose minus the volume of bars that fell, from 0
 * on the first bar. Only its changes mean something (TA-Lib begins with the first bar's volume). With a source named,
 * that line decides what rose and fell.
 * @throws IndicatorError OPTION_UNKNOWN
 */
export function obv(options: SourceOptions = {}): IndicatorSpec {
  return onSource({
    title: "OBV",
    parameters: [],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: 1,
    pane: "own",
    create: (source = "close", kernels) => new ObvKernel(source, kernels),
  });
}

class ObvKernel extends LineKernel {
  private previous: number;
  private balance: number;

  constructor(source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.previous = Number.NaN;
    this.balance = 0;
  }

  protected observe(first: number, end: number, { bars, before }: BarChunk): void {
    const { volume } = bars;
    const { values, shift } = this.input;
    const out = this.lines[0];
    let { previous, balance } = this;
    for (let place = first; place < end; place++) {
      const value = values[shift + place];
      // Multiplied by 1, 0 or -1 and not chosen: no processor guesses whether a price rises.
      balance += volume[before + place] * (+(value > previous) - +(value < previous));
      previous = value;
      out[place] = balance;
    }
    this.previous = previous;
    this.balance = balance;
  }
}

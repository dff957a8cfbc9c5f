import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";

/**
 * Rate of change in per cent: 100 x (value - value `period` bars before) / value `period` bars before. From a value of
 * exactly 0 it is 0, as in TA-Lib.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function roc(period = 10, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("roc", "period", period);
  return onSource({
    title: "ROC",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: period + 1,
    pane: "own",
    create: (source = "close", kernels) => new RocKernel(period, source, kernels),
  });
}

class RocKernel extends LineKernel {
  private readonly ring: Float64Array;
  private at: number;

  constructor(period: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.ring = new Float64Array(period).fill(Number.NaN);
    this.at = 0;
  }

  protected observe(first: number, end: number): void {
    const { ring } = this;
    const { values, shift } = this.input;
    const out = this.lines[0];
    let { at } = this;
    for (let place = first; place < end; place++) {
      const value = values[shift + place];
      const before = ring[at];
      ring[at] = value;
      at = at + 1 === ring.length ? 0 : at + 1;
      out[place] = before === 0 ? 0 : (100 * (value - before)) / before;
    }
    this.at = at;
  }
}

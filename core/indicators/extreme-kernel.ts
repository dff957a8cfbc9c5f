import { newLine } from "./bar-chunk.js";
import type { Source } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import type { SharedKernels } from "./shared-kernels.js";
import { WindowExtremes } from "./window-extremes.js";

/** The running part of `highest` (sign 1) and `lowest` (sign -1). */
export class ExtremeKernel extends LineKernel {
  private readonly window: WindowExtremes;
  private readonly sign: 1 | -1;
  /** The extremes on the other side, which are found along with these. */
  private readonly others: Float64Array;

  constructor(period: number, sign: 1 | -1, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.window = new WindowExtremes(period);
    this.sign = sign;
    this.others = newLine();
  }

  protected observe(first: number, end: number): void {
    const { values, shift } = this.input;
    const highest = this.sign > 0 ? this.lines[0] : this.others;
    const lowest = this.sign > 0 ? this.others : this.lines[0];
    this.window.run(values, values, shift, first, end, highest, lowest);
  }
}

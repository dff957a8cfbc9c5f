import type { Source } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { WindowExtreme } from "./window-extreme.js";

/** The running part of `highest` (sign 1) and `lowest` (sign -1). */
export class ExtremeKernel extends LineKernel {
  private readonly window: WindowExtreme;

  constructor(period: number, sign: 1 | -1, source: Source) {
    super(1, source);
    this.window = new WindowExtreme(period, sign);
  }

  protected observe(first: number, end: number): void {
    this.window.run(this.input.values, this.input.shift, first, end, this.lines[0]);
  }
}

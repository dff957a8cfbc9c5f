import type { BarSeries } from "../market/bar-series.js";
import { Kernel, type Source } from "./indicator.js";
import { Input } from "./input.js";
import { WindowExtreme } from "./window-extreme.js";

/** The running part of `highest` (sign 1) and `lowest` (sign -1). */
export class ExtremeKernel extends Kernel {
  private readonly input: Input;
  private readonly window: WindowExtreme;

  constructor(period: number, sign: 1 | -1, source: Source) {
    super();
    this.input = new Input(source);
    this.window = new WindowExtreme(period, sign);
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    if (Number.isFinite(value)) this.out[0] = this.window.push(value);
  }
}

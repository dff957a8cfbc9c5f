import type { BarSeries } from "../market/bar-series.js";
import { createKernel, type Kernel } from "./indicator.js";
import type { Reading } from "./reading.js";

/** The running parts of all indicators of a run, by the series they follow. */
export class IndicatorSet {
  private readonly series: readonly BarSeries[];
  private readonly kernels: Kernel[][];
  private readonly before: Float64Array[][];
  /** Bars that each series has yet to deliver before all that follows it is warm. */
  private readonly missing: Int32Array;

  constructor(series: readonly BarSeries[]) {
    this.series = series;
    this.kernels = series.map(() => []);
    this.before = series.map(() => []);
    this.missing = new Int32Array(series.length);
  }

  attach(reading: Reading<string>, series: number, pinned: boolean, counts: boolean): void {
    const { spec } = reading;
    const kernel = createKernel(spec);
    const before = new Float64Array(1).fill(Number.NaN);
    this.kernels[series].push(kernel);
    this.before[series].push(before);
    reading.attach(series, kernel.out, before, pinned);
    if (counts) this.require(series, spec.warmup);
  }

  /** Asks for at least so many bars of a series before the strategy begins. */
  require(series: number, bars: number): void {
    this.missing[series] = Math.max(this.missing[series], bars);
  }

  /** Whether there is any indicator. */
  get isUsed(): boolean {
    return this.kernels.some((kernels) => kernels.length > 0);
  }

  /** Takes a bar: called once for every bar, before any handler sees it. */
  update(series: number, row: number): void {
    const kernels = this.kernels[series];
    const before = this.before[series];
    const bars = this.series[series];
    for (let k = 0; k < kernels.length; k++) {
      const kernel = kernels[k];
      before[k][0] = kernel.out[0];
      kernel.update(bars, row);
    }
  }

  /** Counts a warm-up bar. */
  warm(series: number): void {
    if (this.missing[series] > 0) this.missing[series]--;
  }

  get isWarm(): boolean {
    for (let s = 0; s < this.missing.length; s++) if (this.missing[s] > 0) return false;
    return true;
  }
}

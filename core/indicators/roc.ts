import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkPeriod } from "./parameters.js";
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
    create: () => new RocKernel(period, options.source ?? "close"),
  });
}

class RocKernel extends Kernel {
  private readonly input: Input;
  private readonly ring: Float64Array;
  private at: number;

  constructor(period: number, source: Source) {
    super();
    this.input = new Input(source);
    this.ring = new Float64Array(period).fill(Number.NaN);
    this.at = 0;
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    if (!Number.isFinite(value)) return;
    const before = this.ring[this.at];
    this.ring[this.at] = value;
    this.at = this.at + 1 === this.ring.length ? 0 : this.at + 1;
    this.out[0] = before === 0 ? 0 : (100 * (value - before)) / before;
  }
}

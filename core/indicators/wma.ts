import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";

/**
 * Weighted moving average: weights 1 for the oldest of the latest `period` values to `period` for the newest.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function wma(period: number, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("wma", "period", period);
  return onSource({
    title: "WMA",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: period,
    pane: "source",
    create: () => new WmaKernel(period, options.source ?? "close"),
  });
}

class WmaKernel extends Kernel {
  private readonly input: Input;
  private readonly window: WindowWeightedMean;

  constructor(period: number, source: Source) {
    super();
    this.input = new Input(source);
    this.window = new WindowWeightedMean(period);
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    if (Number.isFinite(value)) this.out[0] = this.window.push(value);
  }
}

/**
 * The linearly weighted mean of the latest `length` values, in blocks like WindowMean. With n = length and d the
 * distance of a value from its part's origin, place `at` of the newer block sees
 * - newer: weight n - at + i for place i, so (n - at) x sum(d) + sum(i x d);
 * - older: weight j - at for place j > at, one more for each step backwards, so the sum of the sums behind it.
 */
class WindowWeightedMean {
  private readonly length: number;
  private readonly last: number;
  private readonly weights: number;
  private readonly cells: Float64Array;
  private at: number;
  private newer: number;
  private newerByPlace: number;
  private newerOrigin: number;
  private olderOrigin: number;

  constructor(length: number) {
    this.length = length;
    this.last = length - 1;
    this.weights = (length * (length + 1)) / 2;
    this.cells = new Float64Array(length);
    this.at = 0;
    this.newer = Number.NaN;
    this.newerByPlace = Number.NaN;
    this.newerOrigin = Number.NaN;
    this.olderOrigin = Number.NaN;
  }

  push(value: number): number {
    const at = this.at;
    if (at === 0) {
      this.newerOrigin = value;
      this.newer = 0;
      this.newerByPlace = 0;
    } else {
      const distance = value - this.newerOrigin;
      this.newer += distance;
      this.newerByPlace += at * distance;
    }
    const newer = (this.length - at) * this.newer + this.newerByPlace;
    const older = this.cells[at];
    this.cells[at] = value;
    if (at === this.last) {
      this.turn();
      return this.newerOrigin + newer / this.weights;
    }
    this.at = at + 1;
    const left = this.last - at;
    const apart = ((left * (left + 1)) / 2) * (this.olderOrigin - this.newerOrigin);
    return this.newerOrigin + (apart + older + newer) / this.weights;
  }

  private turn(): void {
    const cells = this.cells;
    const origin = cells[this.last];
    let sum = 0;
    let weighted = 0;
    for (let place = this.last; place >= 0; place--) {
      const value = cells[place];
      cells[place] = weighted;
      sum += value - origin;
      weighted += sum;
    }
    this.olderOrigin = origin;
    this.at = 0;
  }
}

import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
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
    create: (source = "close", kernels) => new WmaKernel(period, source, kernels),
  });
}

class WmaKernel extends LineKernel {
  private readonly window: WindowWeightedMean;

  constructor(period: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.window = new WindowWeightedMean(period);
  }

  protected observe(first: number, end: number): void {
    this.window.run(this.input.values, this.input.shift, first, end, this.lines[0]);
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

  /** Like that of WindowMean. */
  run(values: Float64Array, shift: number, first: number, end: number, out: Float64Array): void {
    const { length, last, weights, cells } = this;
    let { at, newer, newerByPlace, newerOrigin, olderOrigin } = this;
    for (let place = first; place < end; place++) {
      const value = values[shift + place];
      if (at === 0) {
        newerOrigin = value;
        newer = 0;
        newerByPlace = 0;
      } else {
        const distance = value - newerOrigin;
        newer += distance;
        newerByPlace += at * distance;
      }
      const sum = (length - at) * newer + newerByPlace;
      const older = cells[at];
      cells[at] = value;
      if (at < last) {
        at++;
        const left = length - at;
        const apart = ((left * (left + 1)) / 2) * (olderOrigin - newerOrigin);
        out[place] = newerOrigin + (apart + older + sum) / weights;
      } else {
        at = 0;
        olderOrigin = value;
        this.turn();
        out[place] = newerOrigin + sum / weights;
      }
    }
    this.at = at;
    this.newer = newer;
    this.newerByPlace = newerByPlace;
    this.newerOrigin = newerOrigin;
    this.olderOrigin = olderOrigin;
  }

  private turn(): void {
    const { cells, last } = this;
    const origin = cells[last];
    let sum = 0;
    let weighted = 0;
    for (let place = last; place >= 0; place--) {
      const value = cells[place];
      cells[place] = weighted;
      sum += value - origin;
      weighted += sum;
    }
  }
}

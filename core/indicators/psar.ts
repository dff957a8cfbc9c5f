import { max, min } from "./arithmetic.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { RangeKernel } from "./observing-kernel.js";
import { checkFactor, checkOrder } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";

/**
 * Parabolic stop and reverse (Wilder, New Concepts in Technical Trading Systems, 1978). value = the stop in force on
 * this bar, direction = 1 while long (the stop below the price), -1 while short. The stop moves a fraction of the way
 * to the trade's extreme each bar; the fraction begins at `step`, grows by `step` with every new extreme and stays at
 * `maximum` at most; the stop never enters the range of the latest two bars. A touch reverses it.
 *
 * The first trade begins on the second bar as in TA-Lib: short if the low fell by more than the high rose, else long,
 * with the stop at the other end of the first bar.
 * @throws IndicatorError FACTOR_INVALID, PARAMETERS_CROSSED, OPTION_UNKNOWN
 */
export function psar(step = 0.02, maximum = 0.2, options: SourceOptions = {}): IndicatorSpec<"value" | "direction"> {
  checkFactor("psar", "step", step, 0.02);
  checkFactor("psar", "maximum", maximum, 0.2);
  checkOrder("psar", ["step", step], ["maximum", maximum], true);
  return onSource({
    title: "PSAR",
    parameters: [step, maximum],
    outputs: ["value", "direction"],
    source: options.source,
    usual: "range",
    observations: 2,
    pane: "source",
    apart: ["direction"],
    create: (source, kernels) => new PsarKernel(step, maximum, source, kernels),
  });
}

class PsarKernel extends RangeKernel {
  private readonly step: number;
  private readonly maximum: number;
  /** 1 long, -1 short, 0 before the second bar. */
  private direction: number;
  /** The stop in force on the next bar. */
  private stop: number;
  private extreme: number;
  private fraction: number;
  private previousHigh: number;
  private previousLow: number;

  constructor(step: number, maximum: number, source: Source | undefined, kernels: SharedKernels) {
    super(2, source, kernels);
    this.step = step;
    this.maximum = maximum;
    this.direction = 0;
    this.stop = Number.NaN;
    this.extreme = Number.NaN;
    this.fraction = step;
    this.previousHigh = Number.NaN;
    this.previousLow = Number.NaN;
  }

  protected observe(first: number, end: number): void {
    const { high, low, shift } = this.range;
    for (let place = first; place < end; place++) this.take(high[shift + place], low[shift + place], place);
  }

  private take(high: number, low: number, place: number): void {
    if (this.previousHigh === this.previousHigh) {
      if (this.direction === 0) this.begin(high, low);
      if (this.direction > 0) this.long(high, low, place);
      else this.short(high, low, place);
    }
    this.previousHigh = high;
    this.previousLow = low;
  }

  private begin(high: number, low: number): void {
    const fall = this.previousLow - low;
    const falling = fall > 0 && fall > high - this.previousHigh;
    this.direction = falling ? -1 : 1;
    this.stop = falling ? this.previousHigh : this.previousLow;
    this.extreme = falling ? low : high;
    // The stop taken from the first bar must hold on the second, and the range it may not enter is the second's alone.
    this.previousHigh = high;
    this.previousLow = low;
  }

  private long(high: number, low: number, place: number): void {
    if (low <= this.stop) {
      this.reverse(max(this.extreme, high), low, place);
      this.stop = max(this.towards(), this.previousHigh, high);
      return;
    }
    this.show(this.stop, place);
    if (high > this.extreme) this.follow(high);
    this.stop = min(this.towards(), this.previousLow, low);
  }

  private short(high: number, low: number, place: number): void {
    if (high >= this.stop) {
      this.reverse(min(this.extreme, low), high, place);
      this.stop = min(this.towards(), this.previousLow, low);
      return;
    }
    this.show(this.stop, place);
    if (low < this.extreme) this.follow(low);
    this.stop = max(this.towards(), this.previousHigh, high);
  }

  private reverse(stop: number, extreme: number, place: number): void {
    this.direction = -this.direction;
    this.stop = stop;
    this.extreme = extreme;
    this.fraction = this.step;
    this.show(stop, place);
  }

  private follow(extreme: number): void {
    this.extreme = extreme;
    this.fraction = min(this.fraction + this.step, this.maximum);
  }

  private towards(): number {
    return this.stop + this.fraction * (this.extreme - this.stop);
  }

  private show(stop: number, place: number): void {
    this.lines[0][place] = stop;
    this.lines[1][place] = this.direction;
  }
}

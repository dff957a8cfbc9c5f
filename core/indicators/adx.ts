import { abs } from "./arithmetic.js";
import { type AtrKernel, atrOf } from "./atr.js";
import { type BarChunk, newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { RangeKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { type SeededAverage, wilder } from "./seeded-average.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";

/**
 * Average directional index with both directional indicators, 0 to 100 (Wilder, New Concepts in Technical Trading
 * Systems, 1978). plusDi and minusDi = 100 x smoothed directional movement / smoothed true range; value = smoothed
 * 100 x |plusDi - minusDi| / (plusDi + minusDi). All smoothing is Wilder's, begun as a mean of the first `period`
 * (TA-Lib sums one value fewer first and differs until that has faded). Without any movement all three are, or tend
 * to, 0.
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function adx(period = 14, options: SourceOptions = {}): IndicatorSpec<"value" | "plusDi" | "minusDi"> {
  checkPeriod("adx", "period", period);
  return onSource({
    title: "ADX",
    parameters: [period],
    outputs: ["value", "plusDi", "minusDi"],
    source: options.source,
    usual: "range",
    observations: 2 * period,
    pane: "own",
    create: (source, kernels) => new AdxKernel(period, source, kernels),
  });
}

/** Its lines are the index and the two smoothed movements, of which the directional indicators are made. */
class AdxKernel extends RangeKernel {
  private readonly atr: AtrKernel;
  private readonly plus: SeededAverage;
  private readonly minus: SeededAverage;
  private readonly index: SeededAverage;
  private previousHigh: number;
  private previousLow: number;
  private readonly plusDi: Float64Array;
  private readonly minusDi: Float64Array;
  private places: number;
  private hasDirections: boolean;

  constructor(period: number, source: Source | undefined, kernels: SharedKernels) {
    super(3, source, kernels);
    this.atr = atrOf(period, source, kernels);
    this.plus = wilder(period);
    this.minus = wilder(period);
    this.index = wilder(period);
    this.previousHigh = Number.NaN;
    this.previousLow = Number.NaN;
    this.plusDi = newLine();
    this.minusDi = newLine();
    this.places = 1;
    this.hasDirections = true;
  }

  override line(output: number): Float64Array {
    if (output === 0) return this.lines[0];
    if (!this.hasDirections) this.computeDirections();
    return output === 1 ? this.plusDi : this.minusDi;
  }

  protected override compute(chunk: BarChunk): void {
    this.atr.run(chunk);
    super.compute(chunk);
    this.places = chunk.count + 1;
    this.hasDirections = false;
  }

  protected observe(first: number, end: number): void {
    const { high, low, shift } = this.range;
    const out = this.lines[0];
    const pluses = this.lines[1];
    const minuses = this.lines[2];
    let place = first;
    for (; place < end && !this.index.isSeeded; place++) this.begin(high[shift + place], low[shift + place], place);
    const { weight } = this.index;
    let plus = this.plus.value;
    let minus = this.minus.value;
    let index = this.index.value;
    let { previousHigh, previousLow } = this;
    for (; place < end; place++) {
      const top = high[shift + place];
      const bottom = low[shift + place];
      const up = top - previousHigh;
      const down = previousLow - bottom;
      previousHigh = top;
      previousLow = bottom;
      plus += weight * (movementOf(up, down) - plus);
      minus += weight * (movementOf(down, up) - minus);
      index += weight * (differenceOf(plus, minus) - index);
      out[place] = index;
      pluses[place] = plus;
      minuses[place] = minus;
    }
    this.plus.value = plus;
    this.minus.value = minus;
    this.index.value = index;
    this.previousHigh = previousHigh;
    this.previousLow = previousLow;
  }

  private begin(high: number, low: number, place: number): void {
    const { plus, minus, index } = this;
    const up = high - this.previousHigh;
    const down = this.previousLow - low;
    this.previousHigh = high;
    this.previousLow = low;
    // The first bar has none before it.
    if (up === up) {
      plus.push(movementOf(up, down));
      minus.push(movementOf(down, up));
      if (minus.isSeeded) index.push(differenceOf(plus.value, minus.value));
    }
    const ready = index.isSeeded;
    this.lines[0][place] = ready ? index.value : Number.NaN;
    this.lines[1][place] = ready ? plus.value : Number.NaN;
    this.lines[2][place] = ready ? minus.value : Number.NaN;
  }

  private computeDirections(): void {
    const { plusDi, minusDi, places } = this;
    const pluses = this.lines[1];
    const minuses = this.lines[2];
    const widths = this.atr.line(0);
    for (let place = 0; place < places; place++) {
      const width = widths[place];
      plusDi[place] = directionOf(pluses[place], width);
      minusDi[place] = directionOf(minuses[place], width);
    }
    this.hasDirections = true;
  }
}

/** What a bar goes beyond the one before on one side, if it goes further there than on the other; else 0. */
function movementOf(size: number, other: number): number {
  // Multiplied by 1 or 0 and not chosen: no processor guesses which side it will be.
  return abs(size) * (+(size > other) & +(size > 0));
}

function differenceOf(plus: number, minus: number): number {
  const moved = plus + minus;
  return moved === 0 ? 0 : (100 * abs(plus - minus)) / moved;
}

function directionOf(movement: number, width: number): number {
  // Times 0 and not 0: while there is no value yet there is none of a flat market either.
  return width === 0 ? 0 * movement : (100 * movement) / width;
}

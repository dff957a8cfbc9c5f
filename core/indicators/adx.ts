import { abs } from "./arithmetic.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { RangeKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { trueRangeOf } from "./range-input.js";
import { averageStep, wilderWeight } from "./seeded-average.js";
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
    create: () => new AdxKernel(period, options.source),
  });
}

class AdxKernel extends RangeKernel {
  private readonly period: number;
  /** Moves from bar to bar so far. */
  private moves: number;
  private plus: number;
  private minus: number;
  private width: number;
  private index: number;
  private previousHigh: number;
  private previousLow: number;
  private previousClose: number;

  constructor(period: number, source: Source | undefined) {
    super(3, source);
    this.period = period;
    this.moves = 0;
    this.plus = Number.NaN;
    this.minus = Number.NaN;
    this.width = Number.NaN;
    this.index = Number.NaN;
    this.previousHigh = Number.NaN;
    this.previousLow = Number.NaN;
    this.previousClose = Number.NaN;
  }

  protected observe(first: number, end: number): void {
    const { period } = this;
    const weight = wilderWeight(period);
    const { high, low, close, shift } = this.range;
    const out = this.lines[0];
    const plusDi = this.lines[1];
    const minusDi = this.lines[2];
    let { moves, plus, minus, width, index, previousHigh, previousLow, previousClose } = this;
    for (let place = first; place < end; place++) {
      const top = high[shift + place];
      const bottom = low[shift + place];
      const up = top - previousHigh;
      const down = previousLow - bottom;
      const distance = trueRangeOf(top, bottom, previousClose);
      previousHigh = top;
      previousLow = bottom;
      previousClose = close[shift + place];
      if (distance !== distance) {
        this.repeat(place);
        continue;
      }
      moves++;
      // Multiplied by 1 or 0 and not chosen: no processor guesses which side a bar goes beyond the one before.
      plus = averageStep(plus, abs(up) * (+(up > down) & +(up > 0)), moves, period, weight);
      minus = averageStep(minus, abs(down) * (+(down > up) & +(down > 0)), moves, period, weight);
      width = averageStep(width, distance, moves, period, weight);
      const count = moves - period + 1;
      if (count > 0) {
        const moved = plus + minus;
        index = averageStep(index, moved === 0 ? 0 : (100 * abs(plus - minus)) / moved, count, period, weight);
      }
      const ready = count >= period;
      out[place] = ready ? index : Number.NaN;
      plusDi[place] = ready ? (width === 0 ? 0 : (100 * plus) / width) : Number.NaN;
      minusDi[place] = ready ? (width === 0 ? 0 : (100 * minus) / width) : Number.NaN;
    }
    this.moves = moves;
    this.plus = plus;
    this.minus = minus;
    this.width = width;
    this.index = index;
    this.previousHigh = previousHigh;
    this.previousLow = previousLow;
    this.previousClose = previousClose;
  }
}

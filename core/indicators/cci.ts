import { abs } from "./arithmetic.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";

/** Lambert's constant, chosen so that most values lie between -100 and 100. */
const SCALE = 0.015;

/**
 * Commodity channel index (Lambert, Commodities magazine, 1980): (value - mean) / (0.015 x mean absolute deviation)
 * of the latest `period` values; 0 where these are equal. Source: "hlc3" unless another is named. The deviation
 * is from a mean that moves with every bar, so one update looks at the whole window: O(period).
 * @throws IndicatorError PERIOD_INVALID, OPTION_UNKNOWN
 */
export function cci(period = 20, options: SourceOptions = {}): IndicatorSpec {
  checkPeriod("cci", "period", period);
  return onSource({
    title: "CCI",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "hlc3",
    observations: period,
    pane: "own",
    create: () => new CciKernel(period, options.source ?? "hlc3"),
  });
}

class CciKernel extends LineKernel {
  private readonly ring: Float64Array;
  private at: number;

  constructor(period: number, source: Source) {
    super(1, source);
    this.ring = new Float64Array(period).fill(Number.NaN);
    this.at = 0;
  }

  protected observe(first: number, end: number): void {
    const { ring } = this;
    const { length } = ring;
    const { values, shift } = this.input;
    const out = this.lines[0];
    let { at } = this;
    for (let place = first; place < end; place++) {
      const value = values[shift + place];
      ring[at] = value;
      at = at + 1 === length ? 0 : at + 1;
      // Everything as a distance from the latest value: no digits are lost between values that lie close together.
      let sum = 0;
      for (let cell = 0; cell < length; cell++) sum += ring[cell] - value;
      const mean = sum / length;
      let distances = 0;
      for (let cell = 0; cell < length; cell++) distances += abs(ring[cell] - value - mean);
      out[place] = distances === 0 ? 0 : -mean / (SCALE * (distances / length));
    }
    this.at = at;
  }
}

import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
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

class CciKernel extends Kernel {
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
    const ring = this.ring;
    ring[this.at] = value;
    this.at = this.at + 1 === ring.length ? 0 : this.at + 1;
    // Everything as a distance from the latest value: no digits are lost between values that lie close together.
    let sum = 0;
    for (let place = 0; place < ring.length; place++) sum += ring[place] - value;
    const mean = sum / ring.length;
    let distances = 0;
    for (let place = 0; place < ring.length; place++) distances += Math.abs(ring[place] - value - mean);
    this.out[0] = distances === 0 ? 0 : -mean / (SCALE * (distances / ring.length));
  }
}

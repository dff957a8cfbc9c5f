import { AtrKernel } from "./atr.js";
import type { BarChunk } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkFactor, checkPeriod } from "./parameters.js";
import { averageStep, exponentialWeight } from "./seeded-average.js";
import { onSource } from "./source.js";

/**
 * Keltner channel in Raschke's form: value = EMA(period), upper and lower = `multiplier` x ATR(atrPeriod) from it. A
 * source is what the EMA is of; the ATR is always the bars' own.
 * @throws IndicatorError PERIOD_INVALID, FACTOR_INVALID, OPTION_UNKNOWN
 */
export function keltner(
  period = 20,
  atrPeriod = 10,
  multiplier = 2,
  options: SourceOptions = {},
): IndicatorSpec<"value" | "upper" | "lower"> {
  checkPeriod("keltner", "period", period);
  checkPeriod("keltner", "atrPeriod", atrPeriod);
  checkFactor("keltner", "multiplier", multiplier, 2);
  return onSource({
    title: "Keltner",
    parameters: [period, atrPeriod, multiplier],
    outputs: ["value", "upper", "lower"],
    source: options.source,
    usual: "close",
    observations: period,
    bars: atrPeriod + 1,
    pane: "source",
    create: () => new KeltnerKernel(period, atrPeriod, multiplier, options.source ?? "close"),
  });
}

class KeltnerKernel extends LineKernel {
  private readonly atr: AtrKernel;
  private readonly period: number;
  private readonly multiplier: number;
  private average: number;

  constructor(period: number, atrPeriod: number, multiplier: number, source: Source) {
    super(3, source);
    this.atr = new AtrKernel(atrPeriod, undefined);
    this.period = period;
    this.multiplier = multiplier;
    this.average = Number.NaN;
  }

  protected override compute(chunk: BarChunk): void {
    this.atr.run(chunk);
    super.compute(chunk);
  }

  protected observe(first: number, end: number): void {
    const { period, multiplier } = this;
    const weight = exponentialWeight(period);
    const { values, shift } = this.input;
    const widths = this.atr.lines[0];
    const middle = this.lines[0];
    const upper = this.lines[1];
    const lower = this.lines[2];
    let { seen, average } = this;
    for (let place = first; place < end; place++) {
      average = averageStep(average, values[shift + place], ++seen, period, weight);
      const reach = multiplier * widths[place];
      const ready = seen >= period && reach === reach;
      middle[place] = ready ? average : Number.NaN;
      upper[place] = ready ? average + reach : Number.NaN;
      lower[place] = ready ? average - reach : Number.NaN;
    }
    this.average = average;
  }
}

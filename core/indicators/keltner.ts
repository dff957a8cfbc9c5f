import { type AtrKernel, atrOf } from "./atr.js";
import type { BarChunk } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkFactor, checkPeriod } from "./parameters.js";
import { exponential, type SeededAverage } from "./seeded-average.js";
import type { SharedKernels } from "./shared-kernels.js";
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
    create: (source = "close", kernels) => new KeltnerKernel(period, atrPeriod, multiplier, source, kernels),
  });
}

class KeltnerKernel extends LineKernel {
  private readonly atr: AtrKernel;
  private readonly average: SeededAverage;
  private readonly multiplier: number;

  constructor(period: number, atrPeriod: number, multiplier: number, source: Source, kernels: SharedKernels) {
    super(3, source, kernels);
    this.atr = atrOf(atrPeriod, undefined, kernels);
    this.average = exponential(period);
    this.multiplier = multiplier;
  }

  protected override compute(chunk: BarChunk): void {
    this.atr.run(chunk);
    super.compute(chunk);
  }

  protected observe(first: number, end: number): void {
    const { average, multiplier } = this;
    const { values, shift } = this.input;
    const widths = this.atr.line(0);
    const middle = this.lines[0];
    const upper = this.lines[1];
    const lower = this.lines[2];
    for (let place = first; place < end; place++) {
      average.push(values[shift + place]);
      const reach = multiplier * widths[place];
      const value = average.isSeeded && reach === reach ? average.value : Number.NaN;
      middle[place] = value;
      upper[place] = value + reach;
      lower[place] = value - reach;
    }
  }
}

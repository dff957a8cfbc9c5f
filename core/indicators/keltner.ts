import type { BarSeries } from "../market/bar-series.js";
import { AtrKernel } from "./atr.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkFactor, checkPeriod } from "./parameters.js";
import { exponential, type SeededAverage } from "./seeded-average.js";
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

class KeltnerKernel extends Kernel {
  private readonly input: Input;
  private readonly average: SeededAverage;
  private readonly atr: AtrKernel;
  private readonly multiplier: number;

  constructor(period: number, atrPeriod: number, multiplier: number, source: Source) {
    super(3);
    this.input = new Input(source);
    this.average = exponential(period);
    this.atr = new AtrKernel(atrPeriod, undefined);
    this.multiplier = multiplier;
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    this.atr.update(bars, row);
    if (!Number.isFinite(value)) return;
    const middle = this.average.push(value);
    const reach = this.multiplier * this.atr.out[0];
    if (Number.isNaN(middle + reach)) return;
    this.out[0] = middle;
    this.out[1] = middle + reach;
    this.out[2] = middle - reach;
  }
}

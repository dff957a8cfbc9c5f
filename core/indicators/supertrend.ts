import type { BarSeries } from "../market/bar-series.js";
import { AtrKernel } from "./atr.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkFactor, checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";

/**
 * Supertrend (Seban), by the rules of TradingView's ta.supertrend. Two bands lie `multiplier` x ATR(period) above and
 * below the source ("hl2" unless another is named). The upper band only falls and the lower only rises, until a close
 * beyond it lets it go. The trend is up (direction 1, value = the lower band) from a close above the upper band to one
 * below the lower; then it is down (direction -1, value = the upper band). It begins as down. The ATR is always the
 * bars' own.
 * @throws IndicatorError PERIOD_INVALID, FACTOR_INVALID, OPTION_UNKNOWN
 */
export function supertrend(
  period = 10,
  multiplier = 3,
  options: SourceOptions = {},
): IndicatorSpec<"value" | "direction"> {
  checkPeriod("supertrend", "period", period);
  checkFactor("supertrend", "multiplier", multiplier, 3);
  return onSource({
    title: "Supertrend",
    parameters: [period, multiplier],
    outputs: ["value", "direction"],
    source: options.source,
    usual: "hl2",
    observations: 1,
    bars: period + 1,
    pane: "price",
    create: () => new SupertrendKernel(period, multiplier, options.source ?? "hl2"),
  });
}

class SupertrendKernel extends Kernel {
  private readonly input: Input;
  private readonly atr: AtrKernel;
  private readonly multiplier: number;
  private upper: number;
  private lower: number;
  private direction: number;
  private previousClose: number;

  constructor(period: number, multiplier: number, source: Source) {
    super(2);
    this.input = new Input(source);
    this.atr = new AtrKernel(period, undefined);
    this.multiplier = multiplier;
    this.upper = Infinity;
    this.lower = -Infinity;
    this.direction = -1;
    this.previousClose = Number.NaN;
  }

  update(bars: BarSeries, row: number): void {
    const middle = this.input.read(bars, row);
    this.atr.update(bars, row);
    const reach = this.multiplier * this.atr.out[0];
    if (!Number.isFinite(middle + reach)) return;
    const upper = middle + reach;
    const lower = middle - reach;
    if (upper < this.upper || this.previousClose > this.upper) this.upper = upper;
    if (lower > this.lower || this.previousClose < this.lower) this.lower = lower;
    const close = bars.close[row];
    if (this.direction < 0 ? close > this.upper : close < this.lower) this.direction = -this.direction;
    this.previousClose = close;
    this.out[0] = this.direction > 0 ? this.lower : this.upper;
    this.out[1] = this.direction;
  }
}

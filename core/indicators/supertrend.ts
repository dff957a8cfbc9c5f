import { type AtrKernel, atrOf } from "./atr.js";
import type { BarChunk } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkFactor, checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
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
    apart: ["direction"],
    create: (source = "hl2", kernels) => new SupertrendKernel(period, multiplier, source, kernels),
  });
}

class SupertrendKernel extends LineKernel {
  private readonly atr: AtrKernel;
  private readonly multiplier: number;
  private upper: number;
  private lower: number;
  private direction: number;
  private previousClose: number;

  constructor(period: number, multiplier: number, source: Source, kernels: SharedKernels) {
    super(2, source, kernels);
    this.atr = atrOf(period, undefined, kernels);
    this.multiplier = multiplier;
    this.upper = Infinity;
    this.lower = -Infinity;
    this.direction = -1;
    this.previousClose = Number.NaN;
  }

  protected override compute(chunk: BarChunk): void {
    this.atr.run(chunk);
    super.compute(chunk);
  }

  protected observe(first: number, end: number, { bars, before }: BarChunk): void {
    const { multiplier } = this;
    const { close } = bars;
    const { values, shift } = this.input;
    const widths = this.atr.line(0);
    const out = this.lines[0];
    const directions = this.lines[1];
    let { upper, lower, direction, previousClose } = this;
    for (let place = first; place < end; place++) {
      const middle = values[shift + place];
      const reach = multiplier * widths[place];
      const top = middle + reach;
      const bottom = middle - reach;
      // Not finite: the ATR has no value yet.
      if (top - top !== 0) {
        this.repeat(place);
        continue;
      }
      if (top < upper || previousClose > upper) upper = top;
      if (bottom > lower || previousClose < lower) lower = bottom;
      previousClose = close[before + place];
      if (direction < 0 ? previousClose > upper : previousClose < lower) direction = -direction;
      out[place] = direction > 0 ? lower : upper;
      directions[place] = direction;
    }
    this.upper = upper;
    this.lower = lower;
    this.direction = direction;
    this.previousClose = previousClose;
  }
}

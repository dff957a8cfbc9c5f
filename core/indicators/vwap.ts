import type { BarSeries } from "../market/bar-series.js";
import { DAY, HOUR } from "../market/bar-size.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { checkFactor, checkOption, checkPeriod } from "./parameters.js";
import { onSource } from "./source.js";

/** Where a cumulative VWAP begins anew. */
export type VwapAnchor = "run" | "session" | "utcDay";

export interface VwapOptions extends SourceOptions {
  /**
   * "run" (default): never, it is cumulative since the first bar. "session": after a pause of more than `pause`
   * between two bars. "utcDay": with the first bar that starts on another calendar day, UTC.
   */
  readonly anchor?: VwapAnchor;
  /**
   * Milliseconds without a bar that part two sessions; for the anchor "session". Default six hours, which is a night
   * for stocks with or without their extended hours; a future with an hour's break a day needs 30 minutes.
   */
  readonly pause?: number;
}

const ANCHORS = ["run", "session", "utcDay"] as const satisfies readonly VwapAnchor[];

/**
 * Volume-weighted average price: sum(price x volume) / sum(volume). `vwap(20)` is of the latest 20 bars; `vwap()` is
 * cumulative since the run began, `vwap({ anchor: "session" })` since the session did. Source: "hlc3" unless another is
 * named. Bars without volume do not move it; while there was no volume at all it is the latest price.
 *
 * Known limitation: sessions are told by the pause between bars, not by a calendar. On daily bars every bar is a
 * session of its own.
 * @throws IndicatorError PERIOD_INVALID, FACTOR_INVALID, OPTION_UNKNOWN
 */
export function vwap(period: number, options?: SourceOptions): IndicatorSpec;
export function vwap(options?: VwapOptions): IndicatorSpec;
export function vwap(first: number | VwapOptions = {}, rest: SourceOptions = {}): IndicatorSpec {
  return typeof first === "number" ? rollingVwap(first, rest) : anchoredVwap(first);
}

function rollingVwap(period: number, options: SourceOptions): IndicatorSpec {
  checkPeriod("vwap", "period", period);
  return onSource({
    title: "VWAP",
    parameters: [period],
    outputs: ["value"],
    source: options.source,
    usual: "hlc3",
    observations: period,
    pane: "source",
    create: () => new RollingVwapKernel(period, options.source ?? "hlc3"),
  });
}

function anchoredVwap(options: VwapOptions): IndicatorSpec {
  const anchor = options.anchor ?? "run";
  const pause = options.pause ?? 6 * HOUR;
  checkOption("vwap", "anchor", anchor, ANCHORS);
  checkFactor("vwap", "pause", pause, 6 * HOUR);
  return onSource({
    title: "VWAP",
    parameters: anchor === "run" ? [] : [anchor],
    outputs: ["value"],
    source: options.source,
    usual: "hlc3",
    observations: 1,
    pane: "source",
    create: () => new AnchoredVwapKernel(ANCHORS.indexOf(anchor), pause, options.source ?? "hlc3"),
  });
}

class AnchoredVwapKernel extends Kernel {
  private readonly input: Input;
  /** Place in ANCHORS. */
  private readonly anchor: number;
  private readonly pause: number;
  private previousEnd: number;
  private day: number;
  private volume: number;

  constructor(anchor: number, pause: number, source: Source) {
    super();
    this.input = new Input(source);
    this.anchor = anchor;
    this.pause = pause;
    this.previousEnd = Number.NaN;
    this.day = Number.NaN;
    this.volume = 0;
  }

  update(bars: BarSeries, row: number): void {
    if (this.anchor !== 0 && this.beginsAnew(bars, row)) this.volume = 0;
    const price = this.input.read(bars, row);
    if (!Number.isFinite(price)) return;
    const volume = bars.volume[row];
    if (this.volume === 0) this.out[0] = price;
    this.volume += volume;
    // As a step towards the price: stays within the prices it is of, and exactly on one that does not move.
    if (volume > 0) this.out[0] += (price - this.out[0]) * (volume / this.volume);
  }

  private beginsAnew(bars: BarSeries, row: number): boolean {
    const start = bars.start[row];
    if (this.anchor === 1) {
      const paused = start - this.previousEnd > this.pause;
      this.previousEnd = bars.end[row];
      return paused;
    }
    const day = Math.floor(start / DAY);
    const next = day !== this.day;
    this.day = day;
    return next;
  }
}

/** In blocks like WindowMean, with (volume, mean price) as the state of each part. */
class RollingVwapKernel extends Kernel {
  private readonly input: Input;
  private readonly last: number;
  /** From `at` on: means and volumes of the older block behind that place. In front of it: this block's bars. */
  private readonly prices: Float64Array;
  private readonly volumes: Float64Array;
  private at: number;
  private newerPrice: number;
  private newerVolume: number;

  constructor(period: number, source: Source) {
    super();
    this.input = new Input(source);
    this.last = period - 1;
    this.prices = new Float64Array(period).fill(Number.NaN);
    this.volumes = new Float64Array(period);
    this.at = 0;
    this.newerPrice = Number.NaN;
    this.newerVolume = Number.NaN;
  }

  update(bars: BarSeries, row: number): void {
    const price = this.input.read(bars, row);
    if (!Number.isFinite(price)) return;
    const at = this.at;
    const volume = bars.volume[row];
    if (at === 0 || this.newerVolume === 0) {
      this.newerPrice = price;
      this.newerVolume = volume;
    } else if (volume > 0) {
      this.newerVolume += volume;
      this.newerPrice += (price - this.newerPrice) * (volume / this.newerVolume);
    }
    const olderPrice = this.prices[at];
    const olderVolume = this.volumes[at];
    this.prices[at] = price;
    this.volumes[at] = volume;
    if (at === this.last) {
      this.turn();
      this.out[0] = this.newerPrice;
      return;
    }
    this.at = at + 1;
    const total = olderVolume + this.newerVolume;
    const share = total === 0 ? 0 : olderVolume / total;
    this.out[0] = this.newerPrice + (olderPrice - this.newerPrice) * share;
  }

  private turn(): void {
    const { prices, volumes } = this;
    let mean = 0;
    let total = 0;
    for (let place = this.last; place >= 0; place--) {
      const price = prices[place];
      const volume = volumes[place];
      prices[place] = mean;
      volumes[place] = total;
      if (volume > 0) {
        total += volume;
        mean += (price - mean) * (volume / total);
      }
    }
    this.at = 0;
  }
}

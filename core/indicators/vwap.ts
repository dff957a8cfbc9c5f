import type { BarSeries } from "../market/bar-series.js";
import { DAY, HOUR } from "../market/bar-size.js";
import { floor } from "./arithmetic.js";
import { type BarChunk, newLine } from "./bar-chunk.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { LineKernel } from "./observing-kernel.js";
import { checkFactor, checkOption, checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
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
    create: (source = "hlc3", kernels) => new RollingVwapKernel(period, source, kernels),
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
    create: (source = "hlc3", kernels) => new AnchoredVwapKernel(ANCHORS.indexOf(anchor), pause, source, kernels),
  });
}

class AnchoredVwapKernel extends LineKernel {
  /** Place in ANCHORS. */
  private readonly anchor: number;
  private readonly pause: number;
  /** The stretch that each row of the chunk belongs to, counted on from the first: it changes where all begins anew. */
  private readonly stretches: Float64Array;
  private latest: number;
  private previousEnd: number;
  private day: number;
  /** Of the stretch that the latest observation belonged to. */
  private stretch: number;
  private volume: number;
  private price: number;

  constructor(anchor: number, pause: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.anchor = anchor;
    this.pause = pause;
    this.stretches = newLine();
    this.latest = 0;
    this.previousEnd = Number.NaN;
    this.day = Number.NaN;
    this.stretch = 0;
    this.volume = 0;
    this.price = Number.NaN;
  }

  protected override compute(chunk: BarChunk): void {
    const { bars, before, count } = chunk;
    for (let place = 1; place <= count; place++) {
      if (this.anchor !== 0 && this.beginsAnew(bars, before + place)) this.latest++;
      this.stretches[place] = this.latest;
    }
    super.compute(chunk);
  }

  protected observe(first: number, end: number, { bars, before }: BarChunk): void {
    const { stretches } = this;
    const volumes = bars.volume;
    const { values, shift } = this.input;
    const out = this.lines[0];
    let { stretch, volume, price } = this;
    for (let place = first; place < end; place++) {
      if (stretches[place] !== stretch) {
        stretch = stretches[place];
        volume = 0;
      }
      const value = values[shift + place];
      const traded = volumes[before + place];
      if (volume === 0) price = value;
      volume += traded;
      // As a step towards the price: stays within the prices it is of, and exactly on one that does not move.
      if (traded > 0) price += (value - price) * (traded / volume);
      out[place] = price;
    }
    this.stretch = stretch;
    this.volume = volume;
    this.price = price;
  }

  private beginsAnew(bars: BarSeries, row: number): boolean {
    const start = bars.start[row];
    if (this.anchor === 1) {
      const paused = start - this.previousEnd > this.pause;
      this.previousEnd = bars.end[row];
      return paused;
    }
    const day = floor(start / DAY);
    const next = day !== this.day;
    this.day = day;
    return next;
  }
}

/** In blocks like WindowMean, with (volume, mean price) as the state of each part. */
class RollingVwapKernel extends LineKernel {
  private readonly last: number;
  /** From `at` on: means and volumes of the older block behind that place. In front of it: this block's bars. */
  private readonly prices: Float64Array;
  private readonly volumes: Float64Array;
  private at: number;
  private newerPrice: number;
  private newerVolume: number;

  constructor(period: number, source: Source, kernels: SharedKernels) {
    super(1, source, kernels);
    this.last = period - 1;
    this.prices = new Float64Array(period).fill(Number.NaN);
    this.volumes = new Float64Array(period);
    this.at = 0;
    this.newerPrice = Number.NaN;
    this.newerVolume = Number.NaN;
  }

  protected observe(first: number, end: number, { bars, before }: BarChunk): void {
    const { last, prices, volumes } = this;
    const { values, shift } = this.input;
    const out = this.lines[0];
    let { at, newerPrice, newerVolume } = this;
    for (let place = first; place < end; place++) {
      const price = values[shift + place];
      const volume = bars.volume[before + place];
      if (at === 0 || newerVolume === 0) {
        newerPrice = price;
        newerVolume = volume;
      } else if (volume > 0) {
        newerPrice = meanOf(newerPrice, newerVolume, price, volume);
        newerVolume += volume;
      }
      const olderPrice = prices[at];
      const olderVolume = volumes[at];
      prices[at] = price;
      volumes[at] = volume;
      if (at < last) {
        at++;
        out[place] = meanOf(newerPrice, newerVolume, olderPrice, olderVolume);
      } else {
        at = 0;
        this.turn();
        out[place] = newerPrice;
      }
    }
    this.at = at;
    this.newerPrice = newerPrice;
    this.newerVolume = newerVolume;
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
        mean = meanOf(mean, total, price, volume);
        total += volume;
      }
    }
  }
}

/**
 * The mean of two prices by their volumes; without any the first, and NaN while the second is not known. It is reached
 * from the price that weighs more: from the other it would be the small difference of two large numbers.
 */
function meanOf(price: number, volume: number, other: number, otherVolume: number): number {
  const total = volume + otherVolume;
  if (volume < otherVolume) return other + (price - other) * (volume / total);
  return price + (other - price) * (total === 0 ? 0 : otherVolume / total);
}

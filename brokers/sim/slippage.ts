import type { Instrument } from "../../core/market/instrument.js";
import { parseModelName, within } from "./model-name.js";

/**
 * How much worse than the price of the bar or quote a fill is. A limit is the engine's to hold: it fills no buy above
 * it and no sell below it, whatever slippage says.
 */
export interface SlippageModel {
  /** As `slippageByName` reads it. */
  readonly name: string;
  /** One plain sentence. */
  readonly description: string;
  /** The same about these instruments, where it does not hold for all of them. */
  describe?(instruments: readonly Instrument[]): string;
  /** Whether `slip` looks at the bar's volume. */
  readonly usesVolume: boolean;
  /**
   * The price moved against the order, in the instrument's currency. A price that moves ends on a tick, rounded
   * against the order: up for a buy, down for a sell. Without negative prices a sell never goes below one tick.
   * `quantity` is the fill's, and with it what has filled before in the same bar; `barVolume` is the volume of that bar, 0
   * or NaN where unknown.
   */
  slip(price: number, buy: boolean, quantity: number, barVolume: number, instrument: Instrument): number;
}

export function noSlippage(): SlippageModel {
  return new TickSlippage("none", "Fills are at the price of the bar or quote, without slippage.", 0);
}

/**
 * A number of ticks; nothing for an instrument without ticks.
 * @throws SimError MODEL_ARGUMENT
 */
export function ticks(count: number): SlippageModel {
  const name = `ticks:${count}`;
  within(name, "count", count, 0, Infinity);
  const many = count === 1 ? "tick" : "ticks";
  return new TickSlippage(name, `Fills are ${count} ${many} worse than the price of the bar or quote.`, count);
}

/**
 * Basis points of the price: 2 is 0.02 %.
 * @throws SimError MODEL_ARGUMENT
 */
export function basisPointsOfPrice(points: number): SlippageModel {
  const name = `bps:${points}`;
  within(name, "points", points, 0, 5_000);
  return new PointSlippage(name, points);
}

export interface VolumeShareOptions {
  /** The price impact constant: an order of the whole volume would move the price by this fraction. Default 0.1. */
  readonly impact?: number;
  /** The share beyond which impact no longer grows. Default 0.025. */
  readonly limit?: number;
}

/**
 * price x impact x (quantity / bar volume)^2, the share taken as at most `limit`: Zipline's VolumeShareSlippage
 * (zipline/finance/slippage.py) and LEAN's VolumeShareSlippageModel, with their defaults. The quantity is all that has
 * filled in the bar so far, as in Zipline; LEAN looks at each order by itself. Where the volume is not
 * known the share counts as `limit`; forex, whose bars carry no volume, does not slip. As in LEAN and unlike Zipline
 * the model limits no quantity: the engine's cap on the share of volume does.
 * @throws SimError MODEL_ARGUMENT
 */
export function volumeShare(options: VolumeShareOptions = {}): SlippageModel {
  const { impact = 0.1, limit = 0.025 } = options;
  const name = `volume:${impact}${limit === 0.025 ? "" : `,limit=${limit}`}`;
  within(name, "impact", impact, 0, 0.5);
  within(name, "limit", limit, 0, 1);
  return new VolumeSlippage(name, impact, limit);
}

class TickSlippage implements SlippageModel {
  readonly name: string;
  readonly description: string;
  readonly usesVolume = false;
  private readonly count: number;

  constructor(name: string, description: string, count: number) {
    this.name = name;
    this.description = description;
    this.count = count;
  }

  describe(instruments: readonly Instrument[]): string {
    const without = instruments.filter(({ tickSize }) => tickSize === 0).map(({ symbol }) => symbol);
    if (this.count === 0 || without.length === 0) return this.description;
    const whose = `${without.join(", ")} ${without.length === 1 ? "has" : "have"} no tick (tickSize 0)`;
    return without.length === instruments.length
      ? `Fills are at the price of the bar or quote, without slippage: ${whose}.`
      : `${this.description.replace(/\.$/, "")}, but for those without slippage: ${whose}.`;
  }

  slip(price: number, buy: boolean, _quantity: number, _barVolume: number, instrument: Instrument): number {
    return moved(price, this.count * instrument.tickSize, buy, instrument);
  }
}

class PointSlippage implements SlippageModel {
  readonly name: string;
  readonly description: string;
  readonly usesVolume = false;
  private readonly points: number;

  constructor(name: string, points: number) {
    this.name = name;
    this.description = `Fills are ${points} basis points worse than the price of the bar or quote.`;
    this.points = points;
  }

  slip(price: number, buy: boolean, _quantity: number, _barVolume: number, instrument: Instrument): number {
    return moved(price, (Math.abs(price) * this.points) / 10_000, buy, instrument);
  }
}

class VolumeSlippage implements SlippageModel {
  readonly name: string;
  readonly description: string;
  readonly usesVolume = true;
  private readonly impact: number;
  private readonly limit: number;

  constructor(name: string, impact: number, limit: number) {
    this.name = name;
    this.description = `Fills are worse by ${impact} times the square of the share of the bar's volume that has filled with them, which counts as at most ${limit}.`;
    this.impact = impact;
    this.limit = limit;
  }

  slip(price: number, buy: boolean, quantity: number, barVolume: number, instrument: Instrument): number {
    if (!(barVolume > 0) && instrument.assetClass === "forex") return price;
    const share = barVolume > 0 ? Math.min(quantity / barVolume, this.limit) : this.limit;
    return moved(price, Math.abs(price) * this.impact * share * share, buy, instrument);
  }
}

const SLIPPAGE_SHAPES = {
  none: {},
  ticks: { argument: "count" },
  bps: { argument: "points" },
  volume: { argument: "impact", options: ["limit"] },
} as const;

/** The names `slippageByName` knows. */
export const SLIPPAGE_NAMES: readonly string[] = Object.keys(SLIPPAGE_SHAPES);

/**
 * Slippage from one line: none, ticks:1, bps:2, volume:0.1 or volume:0.1,limit=0.05.
 * @throws SimError SLIPPAGE_UNKNOWN, MODEL_ARGUMENT
 */
export function slippageByName(text: string): SlippageModel {
  const { name, values } = parseModelName(text, SLIPPAGE_SHAPES, "SLIPPAGE_UNKNOWN");
  switch (name as keyof typeof SLIPPAGE_SHAPES) {
    case "none":
      return noSlippage();
    case "ticks":
      return ticks(values.count);
    case "bps":
      return basisPointsOfPrice(values.points);
    case "volume":
      return volumeShare({ impact: values.impact, ...(values.limit !== undefined && { limit: values.limit }) });
  }
}

/** A price moved by `by` against the order, and on to the next tick in that direction. */
function moved(price: number, by: number, buy: boolean, instrument: Instrument): number {
  if (!(by > 0)) return price;
  const tick = instrument.tickSize;
  const raw = buy ? price + by : price - by;
  const onTick = tick > 0 ? toTick(raw, tick, buy) : raw;
  if (buy || instrument.negativePrices || onTick > 0) return onTick;
  // A price below the first tick may exist in adjusted data: a sell leaves it where it is rather than raise it.
  return Math.min(price, tick);
}

/** Rounds to a multiple of the tick, up or down; a price within a millionth of a tick of one is on it. */
function toTick(price: number, tick: number, up: boolean): number {
  const steps = up ? Math.ceil(price / tick - 1e-6) : Math.floor(price / tick + 1e-6);
  // Where the tick is one n-th of a unit, dividing gives the double nearest to the decimal; multiplying may not.
  const perUnit = Math.round(1 / tick);
  return Math.abs(perUnit * tick - 1) < 1e-9 ? steps / perUnit : steps * tick;
}

import { widerDoubles } from "../columns.js";
import { roundPrice } from "../orders/tick.js";
import type { BarSeries, PriceColumns } from "./bar-series.js";
import type { QuoteSeries } from "./quote.js";
import type { TradeSeries } from "./trade.js";

/** How quotes and trades are made from bars. */
export interface TickRules {
  /**
   * Milliseconds between two prices on the way from one corner of a bar to the next; Infinity leaves the four corners
   * (open, one extreme, the other, close).
   */
  readonly every: number;
  /** Ticks between bid and ask, of bars that carry no bid and ask of their own. */
  readonly spread: number;
}

export const TICK_RULES: TickRules = { every: Infinity, spread: 2 };

/** The corners lie this far inside the bar, so that its first price is later than the bar in front was known. */
const MARGIN = 1_000;
/** Where the two extremes lie, as shares of the bar. */
const CORNERS = [1 / 3, 2 / 3] as const;
/** How far a price between two corners strays from the straight line, as a share of the bar's range. */
const STRAY = 0.08;
/** Half the spread of an instrument without a tick, as a share of the price. */
const HALF_SPREAD = 0.0001;

/**
 * Quotes and trades of one bar, as columns that the next `make` overwrites. The bar's open, its extremes (the nearer to
 * the open first) and its close are prices of the path; whatever lies between is rounded to ticks and stays within the
 * bar, so that bars built from these trades are the bar again, and their sizes add up to its volume. Bid and ask stand
 * around the price by a rule that only looks at the price; of quote bars they take their own ways.
 *
 * The same function makes what the simulated gateway sends and what a run in process replays: with the same rules both
 * see the same prices at the same instants.
 */
export class BarTicks {
  readonly rules: TickRules;
  length = 0;
  /** Epoch ms UTC, rising, inside the bar. */
  time = new Float64Array(8);
  bid = new Float64Array(8);
  ask = new Float64Array(8);
  /** Units. */
  bidSize = new Float64Array(8);
  askSize = new Float64Array(8);
  /** The trade's price; NaN where the bars are no trades. */
  last = new Float64Array(8);
  /** Units; whole where the bar's volume is. */
  lastSize = new Float64Array(8);
  /** Instants and prices of the corners of the bar at hand: of the price, the bid and the ask. */
  private readonly cornerTime = new Float64Array(4);
  private readonly corner = new Float64Array(4);
  private readonly cornerBid = new Float64Array(4);
  private readonly cornerAsk = new Float64Array(4);

  constructor(rules: TickRules = TICK_RULES) {
    this.rules = rules;
  }

  /** Makes the ticks of a bar, and answers how many there are. */
  make(series: BarSeries, row: number): number {
    const { instrument } = series;
    const highFirst = this.placeCorners(series, row);
    this.placeTimes(series, row);
    const { bid, ask } = series;
    if (bid !== undefined && ask !== undefined) {
      corners(this.cornerBid, bid, row, highFirst);
      corners(this.cornerAsk, ask, row, highFirst);
    }
    const range = series.high[row] - series.low[row];
    let at = 0;
    for (let c = 0; c < 4; c++) {
      this.price(series, row, at++, this.cornerTime[c], c, 0, 0);
      if (c === 3 || this.rules.every === Infinity) continue;
      const from = this.cornerTime[c];
      const span = this.cornerTime[c + 1] - from;
      for (let k = 1; k * this.rules.every < span; k++) {
        const share = (k * this.rules.every) / span;
        const stray = (chance(row, at) - 0.5) * 2 * STRAY * range;
        this.price(series, row, at++, from + Math.floor(k * this.rules.every), c, share, stray);
      }
    }
    this.length = at;
    if (series.source === "trades") this.shareVolume(series.volume[row], instrument.quantityStep);
    return at;
  }

  /** The price `share` of the way from corner `c` to the next, with its bid and ask. */
  private price(
    series: BarSeries,
    row: number,
    at: number,
    time: number,
    c: number,
    share: number,
    stray: number,
  ): void {
    if (at === this.time.length) this.grow();
    const { instrument, bid, ask } = series;
    const tick = instrument.tickSize;
    const price = between(this.corner, c, share, stray, tick, series.low[row], series.high[row]);
    this.time[at] = time;
    this.last[at] = series.source === "trades" ? price : Number.NaN;
    this.lastSize[at] = Number.NaN;
    if (bid !== undefined && ask !== undefined) {
      this.bid[at] = between(this.cornerBid, c, share, stray, tick, bid.low[row], bid.high[row]);
      this.ask[at] = Math.max(
        this.bid[at],
        between(this.cornerAsk, c, share, stray, tick, ask.low[row], ask.high[row]),
      );
    } else {
      this.bid[at] = bidAt(price, tick, this.rules.spread);
      this.ask[at] = askAt(price, tick, this.rules.spread);
    }
    const step = instrument.quantityStep;
    this.bidSize[at] = 100 * step * (1 + Math.floor(9 * chance(row, 2 * at)));
    this.askSize[at] = 100 * step * (1 + Math.floor(9 * chance(row, 2 * at + 1)));
  }

  /** The prices of the corners; answers whether the high comes first. */
  private placeCorners(series: BarSeries, row: number): boolean {
    const up = series.high[row] - series.open[row];
    const down = series.open[row] - series.low[row];
    const highFirst = up === down ? series.close[row] < series.open[row] : up < down;
    corners(this.corner, series, row, highFirst);
    return highFirst;
  }

  private placeTimes(series: BarSeries, row: number): void {
    const start = series.start[row];
    const end = series.end[row];
    const margin = Math.min(MARGIN, (end - start) / 8);
    this.cornerTime[0] = Math.floor(start + margin);
    this.cornerTime[1] = Math.floor(start + CORNERS[0] * (end - start));
    this.cornerTime[2] = Math.floor(start + CORNERS[1] * (end - start));
    this.cornerTime[3] = Math.floor(end - margin);
  }

  /** Gives every trade its part of the bar's volume in whole steps; what is left over goes to the last one. */
  private shareVolume(volume: number, step: number): void {
    const { length, lastSize } = this;
    const each = Math.floor(volume / length / step) * step;
    for (let i = 0; i < length - 1; i++) lastSize[i] = each;
    lastSize[length - 1] = Math.round((volume - each * (length - 1)) * 1e9) / 1e9;
  }

  private grow(): void {
    const size = this.time.length * 2;
    this.time = widerDoubles(this.time, size);
    this.bid = widerDoubles(this.bid, size);
    this.ask = widerDoubles(this.ask, size);
    this.bidSize = widerDoubles(this.bidSize, size);
    this.askSize = widerDoubles(this.askSize, size);
    this.last = widerDoubles(this.last, size);
    this.lastSize = widerDoubles(this.lastSize, size);
  }
}

/** The bid that stands where the last price is `price`: half the spread below it. It never rises as the price falls. */
export function bidAt(price: number, tick: number, spread: number): number {
  const bid = decimal(price - half(price, tick, spread));
  return bid > 0 || price <= 0 ? bid : price;
}

/** The ask that stands where the last price is `price`: half the spread above it. */
export function askAt(price: number, tick: number, spread: number): number {
  return decimal(price + half(price, tick, spread));
}

function half(price: number, tick: number, spread: number): number {
  return tick === 0 ? Math.abs(price) * HALF_SPREAD : (spread * tick) / 2;
}

/** Without the binary tail that a sum of decimals leaves. */
function decimal(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}

/** A price `share` of the way from corner `c` to the next, astray by `stray`, on the grid of ticks and within the bar. */
function between(
  corner: Float64Array,
  c: number,
  share: number,
  stray: number,
  tick: number,
  low: number,
  high: number,
): number {
  if (share === 0) return corner[c];
  const rounded = roundPrice(corner[c] + share * (corner[c + 1] - corner[c]) + stray, tick, 0);
  return Math.min(high, Math.max(low, rounded));
}

function corners(into: Float64Array, prices: PriceColumns, row: number, highFirst: boolean): void {
  into[0] = prices.open[row];
  into[1] = highFirst ? prices.high[row] : prices.low[row];
  into[2] = highFirst ? prices.low[row] : prices.high[row];
  into[3] = prices.close[row];
}

/** A number from 0 up to 1 that depends on both arguments and on nothing else. */
function chance(row: number, at: number): number {
  let h = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(at + 1, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

/** The ticks of a whole series, for a run in process: quotes, and trades where the bars are trades. */
export function ticksFromBars(
  series: BarSeries,
  rules: TickRules = TICK_RULES,
): { quotes: QuoteSeries; trades: TradeSeries | undefined } {
  const ticks = new BarTicks(rules);
  let length = 0;
  for (let row = 0; row < series.length; row++) length += ticks.make(series, row);
  const column = (): Float64Array => new Float64Array(length);
  const { instrument } = series;
  const time = column();
  const quotes = { bid: column(), ask: column(), bidSize: column(), askSize: column() };
  const trades = { price: column(), size: column() };
  let at = 0;
  for (let row = 0; row < series.length; row++) {
    const count = ticks.make(series, row);
    for (let i = 0; i < count; i++, at++) {
      time[at] = ticks.time[i];
      quotes.bid[at] = ticks.bid[i];
      quotes.ask[at] = ticks.ask[i];
      quotes.bidSize[at] = ticks.bidSize[i];
      quotes.askSize[at] = ticks.askSize[i];
      trades.price[at] = ticks.last[i];
      trades.size[at] = ticks.lastSize[i];
    }
  }
  const traded = series.source === "trades";
  return {
    quotes: { kind: "quotes", instrument, length, time, ...quotes },
    trades: traded ? { kind: "trades", instrument, length, time, ...trades } : undefined,
  };
}

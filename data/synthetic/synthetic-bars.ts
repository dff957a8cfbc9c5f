import { logarithm } from "../../core/logarithm.js";
import { BarSeries, type PriceColumns } from "../../core/market/bar-series.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { Random } from "../../core/random.js";
import { dateOf, type SyntheticMarket, type SyntheticOptions, syntheticMarket } from "./synthetic-market.js";
import { SYNTHETIC_ZONE, type SyntheticTimes, syntheticTimes } from "./synthetic-sessions.js";

const SESSIONS_PER_YEAR = 252;

/**
 * A market made of chance: the bars of every symbol, valid by construction.
 *
 * A session's log return has the variance v = volatility^2 / 252, of which `overnight` falls into the gap before its
 * open and the rest on its bars by their share of activity. A bar's return is normal with that variance times h, where
 * h follows a GARCH(1,1) with mean 1 (Bollerslev 1986): h' = 1 - a - b + a h z^2 + b h, a = shock, b = persistence; so
 * calm and wild times come in clusters and returns have fat tails. Every draw z is sqrt(c) of the market's and
 * sqrt(1 - c) of the symbol's own, c = correlation. High and low are those of the Brownian bridge between open and
 * close (Glasserman 2003, "Monte Carlo Methods in Financial Engineering", 6.4): (x + sqrt(x^2 - 2 v ln u)) / 2 for a
 * bar that returns x with variance v and a uniform u, each drawn on its own. Volume is activity times a factor that
 * grows with |z|. Prices are rounded to ticks. Beyond a thousandth and a thousand times the start price (and below ten
 * ticks) the walk turns back.
 *
 * Deterministic on every machine: whole numbers, arithmetic and square roots only. e^x is taken as
 * (1 + x/2) / (1 - x/2), right to the third order, with |x| <= 1. Times come from the zone's rules.
 *
 * Symbols share the columns of start and end.
 *
 * @param instrumentOf makes the instrument of a symbol, where a run has a say in it
 * @throws SyntheticError SYNTHETIC_VALUE_INVALID
 * @throws MarketError BAR_SIZE_UNKNOWN
 */
export function syntheticBars(
  options: SyntheticOptions = {},
  instrumentOf: (spec: InstrumentSpec, index: number) => Instrument = (spec, index) => new Instrument(spec, index),
): BarSeries[] {
  const market = syntheticMarket(options);
  const times = syntheticTimes(dateOf(market.start), market.bars, market.bar);
  return Array.from({ length: market.symbols }, (_, index) => {
    // An exchange of its own: it keeps no holidays, so that no calendar of a real one is taken for its sessions.
    const exchange = "SYNTHETIC";
    const spec = { symbol: `SYN${index + 1}`, exchange, tickSize: market.tickSize, timeZone: SYNTHETIC_ZONE };
    return walk(instrumentOf(spec, index), index + 1, market, times);
  });
}

function walk(instrument: Instrument, stream: number, market: SyntheticMarket, times: SyntheticTimes): BarSeries {
  const { bars, tickSize, startPrice, shock, persistence, spread } = market;
  const { activity } = times;
  const perSession = activity.length;
  const open = new Float64Array(bars);
  const high = new Float64Array(bars);
  const low = new Float64Array(bars);
  const close = new Float64Array(bars);
  const volume = new Float64Array(bars);

  const common = new Random(market.seed, 0);
  const own = new Random(market.seed, stream);
  const ofCommon = Math.sqrt(market.correlation);
  const ofOwn = Math.sqrt(1 - market.correlation);
  const variance = (market.volatility * market.volatility) / SESSIONS_PER_YEAR;
  const inSession = variance * (1 - market.overnight);
  const gap = Math.sqrt(variance * market.overnight);
  const drift = market.drift / SESSIONS_PER_YEAR;
  const base = 1 - shock - persistence;
  const floor = Math.max(startPrice / 1000, 10 * tickSize);
  const ceiling = startPrice * 1000;

  let price = startPrice;
  let h = 1;
  let slot = 0;
  for (let row = 0; row < bars; row++) {
    if (slot === perSession) {
      slot = 0;
      const z = ofCommon * common.normal() + ofOwn * own.normal();
      price = price * growth(turned(gap * z - (gap * gap) / 2, price, floor, ceiling));
    }
    const share = activity[slot++];
    const v = inSession * share * h;
    const z = ofCommon * common.normal() + ofOwn * own.normal();
    const x = turned(Math.sqrt(v) * z + drift * share - v / 2, price, floor, ceiling);
    h = base + h * (shock * z * z + persistence);
    const up = (x + Math.sqrt(x * x - 2 * v * logarithm(uniform(own)))) / 2;
    const down = (x - Math.sqrt(x * x - 2 * v * logarithm(uniform(own)))) / 2;
    const next = price * growth(x);
    open[row] = price;
    high[row] = price * growth(up);
    low[row] = price * growth(down);
    close[row] = next;
    volume[row] = Math.round(market.volume * share * (0.5 + uniform(own)) * (0.6 + 0.5 * Math.abs(z)));
    price = next;
  }
  const prices = { open, high, low, close };
  const columns = { start: times.start, end: times.end, volume };
  if (spread === 0) {
    ontoTicks(prices, tickSize, 0);
    return new BarSeries(instrument, market.bar, { ...columns, ...prices });
  }
  const bid = copy(prices);
  const ask = copy(prices);
  // The walk is the bid's: the spread lies above it, and the middle may be half a tick.
  ontoTicks(bid, tickSize, 0);
  ontoTicks(ask, tickSize, spread);
  ontoTicks(prices, tickSize, spread / 2);
  return new BarSeries(instrument, market.bar, { ...columns, ...prices, bid, ask }, "midpoint");
}

/** e^x to the third order, for |x| <= 1: rising, and growth(-x) = 1 / growth(x). */
function growth(x: number): number {
  const half = (x > 1 ? 1 : x < -1 ? -1 : x) / 2;
  return (1 + half) / (1 - half);
}

/** A return that leads back from beyond floor and ceiling; at most 1 either way. */
function turned(x: number, price: number, floor: number, ceiling: number): number {
  const bounded = x > 1 ? 1 : x < -1 ? -1 : x;
  if (price > ceiling) return -Math.abs(bounded);
  return price < floor ? Math.abs(bounded) : bounded;
}

/** 0 < u < 1. */
function uniform(random: Random): number {
  return (random.uint32() + 0.5) / 4294967296;
}

/** Rounds to ticks and adds `ticks` of them; open and close stay within low and high. */
function ontoTicks(prices: PriceColumns, tickSize: number, ticks: number): void {
  // A tick of 0.01 is no double, but 100 is: dividing by it gives the double nearest to the decimal price.
  const perUnit = Math.round(1 / tickSize);
  const divides = perUnit >= 1 && Math.abs(perUnit * tickSize - 1) < 1e-12;
  for (const column of [prices.open, prices.high, prices.low, prices.close]) {
    for (let row = 0; row < column.length; row++) {
      const count = Math.max(1, Math.round(divides ? column[row] * perUnit : column[row] / tickSize)) + ticks;
      column[row] = divides ? count / perUnit : count * tickSize;
    }
  }
}

function copy(prices: PriceColumns): PriceColumns {
  return { open: prices.open.slice(), high: prices.high.slice(), low: prices.low.slice(), close: prices.close.slice() };
}

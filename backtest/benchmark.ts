import type { BarSeries } from "../core/market/bar-series.js";
import { DAY } from "../core/market/bar-size.js";
import { type CorporateActions, NO_ACTIONS } from "../core/market/corporate-actions.js";
import type { EquityCurve } from "../core/statistics/inputs.js";
import { BacktestError } from "./errors.js";
import { SHARE_OF_RUN } from "./missed-sessions.js";
import { DEFAULTS } from "./models.js";
import type { BacktestOptions } from "./options.js";
import { type RateAt, rateHistory } from "./rate-history.js";
import type { Universe } from "./universe.js";

/** So much of a run may be missing from a series before a coarser one is taken that has it. */
const NO_MATTER = 7 * DAY;

/** What a run is compared with. */
export interface Benchmark {
  readonly symbol: string;
  /** What it is made of. */
  readonly bars: BarSeries;
  readonly curve: EquityCurve;
}

/**
 * Buying and holding the instrument that was asked for, else the first of the data. Undefined where none is wanted, and
 * where nothing tells what its currency was worth.
 * @throws BacktestError BENCHMARK_UNKNOWN
 */
export function benchmarkOf(
  universe: Universe,
  options: BacktestOptions,
  equity: EquityCurve,
  cash: number,
): Benchmark | undefined {
  const bars = comparedWith(universe, options, equity);
  if (bars === undefined) return undefined;
  const { currency, index, symbol } = bars.instrument;
  const base = options.baseCurrency ?? DEFAULTS.baseCurrency;
  const rateAt = rateHistory(universe, currency, base, options.rates);
  if (rateAt === undefined) return undefined;
  const curve = buyAndHold(equity, bars, cash, universe.actions[index], currency === base ? undefined : rateAt);
  return { symbol, bars, curve };
}

/**
 * What the starting cash would have been worth at the instants of an equity curve, had it bought the benchmark at the
 * first of them (at the price known then; before the first bar at its open) and held it: without fees, fractions
 * allowed, through its splits, with its dividends kept as cash. What is bought in another currency is owed in that, as
 * in the account of a run: the rate decides what has been won or lost there, and nothing else.
 * @param rateAt what a unit of the benchmark's currency was worth; left out where that is the base currency
 */
export function buyAndHold(
  curve: EquityCurve,
  bars: BarSeries,
  cash: number,
  actions: CorporateActions = NO_ACTIONS,
  rateAt?: RateAt,
): EquityCurve {
  const value = new Float64Array(curve.length);
  let row = bars.firstEndingAfter(curve.time[0]) - 1;
  const bought = row < 0 ? bars.open[0] : bars.close[row];
  const cost = rateAt === undefined ? cash : cash / rateAt(curve.time[0]);
  let units = cost / bought;
  let paid = 0;
  const { splits, dividends } = actions;
  // Where its data begins behind the curve it is bought there, and what came before was nobody's.
  const since = row < 0 ? Math.max(curve.time[0], bars.start[0]) : curve.time[0];
  let split = splits.findIndex(({ time }) => time > since);
  let dividend = dividends.findIndex(({ time }) => time > since);
  if (split < 0) split = splits.length;
  if (dividend < 0) dividend = dividends.length;
  for (let i = 0; i < curve.length; i++) {
    const now = curve.time[i];
    while (row + 1 < bars.length && bars.end[row + 1] <= now) {
      row++;
      const { end } = bars;
      // Of one day's two the dividend first: it is told for a unit as it was before the split.
      for (;;) {
        const nextDividend = dividend < dividends.length ? dividends[dividend].time : Infinity;
        const nextSplit = split < splits.length ? splits[split].time : Infinity;
        if (Math.min(nextDividend, nextSplit) > end[row]) break;
        if (nextDividend <= nextSplit) paid += units * dividends[dividend++].amount;
        else {
          const { numerator, denominator } = splits[split++];
          units = (units * numerator) / denominator;
        }
      }
    }
    const worth = row < 0 ? cost : units * bars.close[row] + paid;
    value[i] = rateAt === undefined ? worth : cash + (worth - cost) * rateAt(now);
  }
  return { time: curve.time, value, length: curve.length };
}

/** Of the series of the instrument the one that has the most of the curve, and of several the finest. */
function comparedWith(universe: Universe, options: BacktestOptions, curve: EquityCurve): BarSeries | undefined {
  const [first] = universe.series;
  if (options.benchmark === false || first === undefined) return undefined;
  const symbol = options.benchmark ?? first.instrument.symbol;
  const own = universe.series.filter(({ instrument, length }) => instrument.symbol === symbol && length > 0);
  if (!universe.series.some(({ instrument }) => instrument.symbol === symbol)) {
    const known = universe.instruments.map((one) => one.symbol).join(", ");
    throw new BacktestError("BENCHMARK_UNKNOWN", { symbol, known });
  }
  const begin = curve.time[0];
  const end = curve.time[curve.length - 1];
  const missing = (bars: BarSeries): number => {
    const span = Math.max(0, bars.start[0] - begin) + Math.max(0, end - bars.end[bars.length - 1]);
    return span > Math.min(NO_MATTER, SHARE_OF_RUN * (end - begin)) ? span : 0;
  };
  return own.sort((a, b) => missing(a) - missing(b) || a.size.ms - b.size.ms)[0];
}

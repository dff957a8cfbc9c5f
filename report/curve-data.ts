import type { BacktestResult } from "../backtest/result.js";
import type { ResultDays } from "../backtest/result-days.js";
import { underwater } from "../core/statistics/drawdowns.js";
import { simpleReturns } from "../core/statistics/returns.js";
import { rollingSharpe } from "../core/statistics/rolling-sharpe.js";
import { dateText } from "./dates.js";
import type { PackedColumn, PackedColumns } from "./packed-columns.js";
import { curveRows } from "./thinning.js";

/** Points from which a curve is thinned, and about as many as are left. */
const POINT_LIMIT = 6_000;

/** The curves under the price chart, all at the same instants. */
export interface CurveData {
  readonly points: number;
  /** Whether points were left out. */
  readonly thinned: boolean;
  /** Whether there is no more than one point a day, so that a date says all. */
  readonly daily: boolean;
  readonly time: PackedColumn;
  readonly equity: PackedColumn;
  readonly benchmark: PackedColumn | undefined;
  readonly benchmarkName: string | undefined;
  /** Drawdowns as fractions, 0 or more. */
  readonly depth: PackedColumn;
  /** NaN until a window is full; undefined where there are not enough days. */
  readonly sharpe: PackedColumn | undefined;
  /** Days in a window of the rolling Sharpe ratio. */
  readonly window: number;
  /** Why there is none, in a sentence. */
  readonly sharpeMissing: string | undefined;
}

/** Equity, benchmark, drawdown and rolling Sharpe ratio of a result, thinned to what a chart can show. */
export function curveData(result: BacktestResult, days: ResultDays, packed: PackedColumns): CurveData {
  const { equity, benchmark } = result;
  const depth = underwater(equity);
  const rows = curveRows(equity.value, depth, equity.length, POINT_LIMIT);
  const pick = (values: Float64Array): Float64Array => valuesAt(values, rows);
  const rolling = rollingAt(rows, result, days);
  return {
    points: equity.length,
    thinned: rows.length < equity.length,
    daily: days.daily.length >= equity.length,
    time: packed.exact(pick(equity.time), rows.length),
    // The legend prints both to the cent, of which seven digits would not tell in a large account.
    equity: packed.exact(pick(equity.value), rows.length),
    benchmark: benchmark && packed.exact(pick(benchmark.value), rows.length),
    benchmarkName: result.benchmarkName,
    depth: packed.drawn(pick(depth), rows.length),
    sharpe: rolling && packed.drawn(rolling.ratios),
    window: rolling?.window ?? 0,
    sharpeMissing: rolling === undefined ? whyNoSharpe(days) : undefined,
  };
}

/**
 * The rolling Sharpe ratio over half a year of daily returns, or a quarter where the run is short, as it stood at
 * each of these rows: a day's value holds until the next day has ended.
 */
function rollingAt(
  rows: Int32Array,
  result: BacktestResult,
  days: ResultDays,
): { ratios: Float64Array; window: number } | undefined {
  const periods = result.statistics.periodsPerYear;
  const returns = simpleReturns(days.daily);
  if (returns === undefined || periods === undefined) return undefined;
  const window = [periods / 2, periods / 4].map(Math.round).find((size) => size >= 10 && returns.length >= 3 * size);
  if (window === undefined) return undefined;
  const byDay = rollingSharpe(returns, window, periods);
  const ratios = new Float64Array(rows.length);
  let day = 0;
  for (let at = 0; at < rows.length; at++) {
    while (day + 1 < days.daily.length && days.daily.row[day + 1] <= rows[at]) day++;
    ratios[at] = day === 0 ? Number.NaN : byDay[day - 1];
  }
  return { ratios, window };
}

/** Returns end with the first day on which nothing is left to make one of; else the run is too short for a window. */
function whyNoSharpe({ daily, zone }: ResultDays): string {
  const ruined = daily.value.findIndex((value, day) => day < daily.length - 1 && !(value > 0));
  if (ruined < 0) return "The run is too short for a rolling Sharpe ratio.";
  const date = dateText(daily.time[ruined], zone);
  return `There is no rolling Sharpe ratio: equity was at 0 or below on ${date}, and from there on there are no returns.`;
}

function valuesAt(values: Float64Array, rows: Int32Array): Float64Array {
  if (rows.length === values.length) return values;
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]];
  return picked;
}

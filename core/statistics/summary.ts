import { DAY } from "../market/bar-size.js";
import { activeReturns, informationRatio, regression, trackingError } from "./benchmark.js";
import { type CalendarReturn, monthlyReturns } from "./calendar-returns.js";
import { type DailyEquity, type DayOf, dailyEquity, pickRows } from "./days.js";
import { drawdownFigures, ulcerIndex } from "./drawdowns.js";
import { StatisticsError } from "./errors.js";
import { excursions } from "./excursions.js";
import { annualTurnover, timeInMarket } from "./exposure.js";
import { holdingTimes } from "./holding-times.js";
import type { EquityCurve, RunTotals, TradeTable } from "./inputs.js";
import { STATISTIC_KEYS, type StatisticKey, statisticLabel } from "./labels.js";
import { excessKurtosis, skewness } from "./moments.js";
import { inferPeriodsPerYear } from "./periods-per-year.js";
import { calmar, probabilisticSharpe, sharpe, sortino } from "./ratios.js";
import { annualVolatility, cagr, excessReturns, simpleReturns, totalReturn } from "./returns.js";
import { longestStreaks } from "./streaks.js";
import { expectedShortfall, valueAtRisk } from "./tail-risk.js";
import {
  averageLoss,
  averageWin,
  expectancy,
  kelly,
  payoffRatio,
  profitFactor,
  systemQuality,
  type TradeTotals,
  tradeTotals,
  winRate,
} from "./trades.js";
import { validateCurve, validateTrades } from "./validation.js";

/**
 * Every statistic of a run; what each is and needs stands in STATISTIC_LABELS. Fractions are fractions (0.12 is 12 %),
 * money is in base currency, durations are in milliseconds, instants in epoch ms UTC. `undefined` means that the
 * sample is too small or the formula would divide by nothing.
 */
export type Statistics = Readonly<Record<StatisticKey, number | undefined>>;

export interface SummaryOptions extends RunTotals {
  /** What buying and holding would have been worth at the same instants as the equity curve. */
  readonly benchmark?: EquityCurve;
  /** Which day an instant belongs to. Default: days by UTC. */
  readonly dayOf?: DayOf;
  /** Daily returns to a year. Default: measured from the curve. */
  readonly periodsPerYear?: number;
  /** A fraction a year, subtracted from daily returns in the Sharpe and Sortino ratios, alpha and beta. Default 0. */
  readonly riskFreeRate?: number;
}

type Figures = Partial<Record<StatisticKey, number | undefined>>;

/**
 * All statistics of an equity curve and its trades, in the order of STATISTIC_LABELS. The result is frozen.
 * @throws StatisticsError CURVE_INVALID, CURVE_UNSORTED, TRADE_INVALID, BENCHMARK_MISMATCH, PERIODS_INVALID,
 * RISK_FREE_RATE_INVALID
 */
export function summary(curve: EquityCurve, trades: TradeTable, options: SummaryOptions = {}): Statistics {
  const { riskFreeRate = 0, benchmark } = options;
  refuseSettings(options.periodsPerYear, riskFreeRate);
  validateCurve(curve);
  validateTrades(trades);
  const daily = dailyEquity(curve, options.dayOf);
  const returns = simpleReturns(daily);
  const periods = options.periodsPerYear ?? inferPeriodsPerYear(daily);
  const totals = tradeTotals(trades);
  const months = monthlyReturns(daily);
  // Growth is made of returns as well: where they end with ruin, what came behind it is none.
  const growth = returns && cagr(curve);
  const figures: Figures = {
    ...accountFigures(curve, daily, periods),
    cagr: growth,
    ...(months && monthFigures(months)),
    ...(returns && dayFigures(returns)),
    ...(returns && periods && annualFigures(returns, periods, riskFreeRate)),
    ...drawdownStatistics(curve, daily, growth),
    ...activityFigures(curve, daily, trades, totals, options),
    ...tradeFigures(trades, totals),
    ...(benchmark && benchmarkFigures(curve, daily, benchmark, returns, periods, riskFreeRate)),
  };
  return settle(figures, {
    returns: returns?.length ?? 0,
    days: curve.length > 0 ? (curve.time[curve.length - 1] - curve.time[0]) / DAY : 0,
    months: months?.length ?? 0,
    trades: trades.length,
  });
}

function refuseSettings(periodsPerYear: number | undefined, riskFreeRate: number): void {
  if (periodsPerYear !== undefined && !(periodsPerYear > 0 && periodsPerYear < Number.POSITIVE_INFINITY)) {
    throw new StatisticsError("PERIODS_INVALID", { value: periodsPerYear });
  }
  if (!(riskFreeRate > -1 && riskFreeRate < Number.POSITIVE_INFINITY)) {
    throw new StatisticsError("RISK_FREE_RATE_INVALID", { value: riskFreeRate });
  }
}

function accountFigures(curve: EquityCurve, daily: DailyEquity, periods: number | undefined): Figures {
  const { time, value, length } = curve;
  if (length === 0) return { tradingDays: 0 };
  let peak = value[0];
  for (let row = 1; row < length; row++) {
    if (value[row] > peak) peak = value[row];
  }
  const last = length - 1;
  return {
    start: time[0],
    end: time[last],
    duration: time[last] - time[0],
    tradingDays: daily.length - 1,
    periodsPerYear: periods,
    startEquity: value[0],
    endEquity: value[last],
    peakEquity: peak,
    netProfit: value[last] - value[0],
    totalReturn: totalReturn(curve),
  };
}

function monthFigures(months: readonly CalendarReturn[]): Figures {
  const returns = months.map((month) => month.return);
  return {
    bestMonth: Math.max(...returns),
    worstMonth: Math.min(...returns),
    positiveMonths: returns.filter((value) => value > 0).length / returns.length,
  };
}

function dayFigures(returns: Float64Array): Figures {
  return {
    bestDay: returns.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY),
    worstDay: returns.reduce((worst, value) => Math.min(worst, value), Number.POSITIVE_INFINITY),
    valueAtRisk: valueAtRisk(returns),
    expectedShortfall: expectedShortfall(returns),
    skewness: skewness(returns),
    kurtosis: excessKurtosis(returns),
  };
}

function annualFigures(returns: Float64Array, periods: number, riskFreeRate: number): Figures {
  const excess = excessReturns(returns, riskFreeRate, periods);
  return {
    annualVolatility: annualVolatility(returns, periods),
    sharpe: sharpe(excess, periods),
    probabilisticSharpe: probabilisticSharpe(excess),
    sortino: sortino(excess, periods),
  };
}

/** The deepest fall is looked for at every point; averages are of daily equity, so that bar size does not move them. */
function drawdownStatistics(curve: EquityCurve, daily: DailyEquity, growth: number | undefined): Figures {
  const figures = drawdownFigures(curve);
  const byDay = drawdownFigures(daily);
  if (figures === undefined) return {};
  const { deepest } = figures;
  return {
    calmar: calmar(growth, figures.depth),
    maxDrawdown: figures.depth,
    maxDrawdownPeak: deepest?.peakTime,
    maxDrawdownTrough: deepest?.troughTime,
    maxDrawdownRecovery: deepest?.recoveryTime,
    maxDrawdownDuration: deepest?.duration,
    maxDrawdownRecoveryTime: deepest?.recoveryDuration,
    longestDrawdown: figures.longest,
    drawdowns: byDay?.count,
    averageDrawdown: byDay?.averageDepth,
    averageDrawdownDuration: byDay?.averageDuration,
    averageDrawdownRecoveryTime: byDay?.averageRecovery,
    ulcerIndex: ulcerIndex(daily),
  };
}

function activityFigures(
  curve: EquityCurve,
  daily: DailyEquity,
  trades: TradeTable,
  totals: TradeTotals,
  run: RunTotals,
): Figures {
  const valueTraded = run.valueTraded ?? totals.valueTraded;
  return {
    exposure: run.timeInMarket ?? timeInMarket(curve, trades),
    valueTraded,
    turnover: annualTurnover(valueTraded, daily),
    fees: run.fees ?? totals.fees,
    slippage: run.slippage,
  };
}

function tradeFigures(trades: TradeTable, totals: TradeTotals): Figures {
  const excursion = excursions(trades);
  const holding = holdingTimes(trades);
  const streaks = longestStreaks(trades.profit, trades.length);
  return {
    trades: totals.trades,
    winRate: winRate(totals),
    bestTrade: totals.bestReturn,
    worstTrade: totals.worstReturn,
    averageTrade: totals.averageReturn,
    averageWin: averageWin(totals),
    averageLoss: averageLoss(totals),
    payoffRatio: payoffRatio(totals),
    profitFactor: profitFactor(totals),
    expectancy: expectancy(totals),
    sqn: systemQuality(trades),
    kelly: kelly(totals),
    averageMae: excursion.averageAdverse,
    worstMae: excursion.worstAdverse,
    averageMfe: excursion.averageFavourable,
    bestMfe: excursion.bestFavourable,
    averageHolding: holding?.average,
    longestHolding: holding?.longest,
    shortestHolding: holding?.shortest,
    averageBarsHeld: holding?.averageBars,
    longestWinningStreak: streaks.winning,
    longestLosingStreak: streaks.losing,
  };
}

function benchmarkFigures(
  curve: EquityCurve,
  daily: DailyEquity,
  benchmark: EquityCurve,
  returns: Float64Array | undefined,
  periods: number | undefined,
  riskFreeRate: number,
): Figures {
  refuseOtherInstants(curve, daily, benchmark);
  validateCurve(benchmark, "benchmark");
  const own: Figures = {
    benchmarkReturn: totalReturn(benchmark),
    benchmarkMaxDrawdown: drawdownFigures(benchmark)?.depth,
  };
  const held = simpleReturns(pickRows(benchmark, daily.row));
  if (returns === undefined || held === undefined || periods === undefined) return own;
  const line = regression(
    excessReturns(returns, riskFreeRate, periods),
    excessReturns(held, riskFreeRate, periods),
    periods,
  );
  const active = activeReturns(returns, held);
  return {
    ...own,
    alpha: line?.alpha,
    beta: line?.beta,
    correlation: line?.correlation,
    trackingError: trackingError(active, periods),
    informationRatio: informationRatio(active, periods),
  };
}

/** Looks at the instants that daily returns are taken from, and at the number of points. */
function refuseOtherInstants(curve: EquityCurve, daily: DailyEquity, benchmark: EquityCurve): void {
  if (benchmark.length !== curve.length) {
    const difference = `${benchmark.length} points against ${curve.length}`;
    throw new StatisticsError("BENCHMARK_MISMATCH", { difference });
  }
  for (const row of daily.row) {
    if (benchmark.time[row] !== curve.time[row]) {
      throw new StatisticsError("BENCHMARK_MISMATCH", { difference: `row ${row} differs` });
    }
  }
}

/** Puts the figures in order and takes away those that the sample is too small for. */
function settle(figures: Figures, has: Readonly<Record<"returns" | "days" | "months" | "trades", number>>): Statistics {
  const settled = {} as Record<StatisticKey, number | undefined>;
  for (const key of STATISTIC_KEYS) {
    const value = figures[key];
    const { needs } = statisticLabel(key);
    const enough =
      has.returns >= (needs?.returns ?? 0) &&
      has.days >= (needs?.days ?? 0) &&
      has.months >= (needs?.months ?? 0) &&
      has.trades >= (needs?.trades ?? 0);
    // A growth rate may overflow; what is not finite is not a number to print.
    settled[key] = enough && value !== undefined && Number.isFinite(value) ? value : undefined;
  }
  return Object.freeze(settled);
}

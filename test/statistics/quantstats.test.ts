import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { DAY } from "../../core/market/bar-size.js";
import { dailyEquity } from "../../core/statistics/days.js";
import { drawdownFigures, drawdowns, ulcerIndex, worstDrawdowns } from "../../core/statistics/drawdowns.js";
import { type EquityCurve, tradesFrom } from "../../core/statistics/inputs.js";
import { excessKurtosis, skewness } from "../../core/statistics/moments.js";
import { normalCdf } from "../../core/statistics/normal-distribution.js";
import { inferPeriodsPerYear } from "../../core/statistics/periods-per-year.js";
import { calmar, probabilisticSharpe, sharpe, sortino } from "../../core/statistics/ratios.js";
import { annualVolatility, excessReturns, simpleReturns, totalReturn } from "../../core/statistics/returns.js";
import { longestStreaks } from "../../core/statistics/streaks.js";
import { expectedShortfall, valueAtRisk } from "../../core/statistics/tail-risk.js";
import {
  averageLoss,
  averageWin,
  kelly,
  payoffRatio,
  profitFactor,
  tradeTotals,
} from "../../core/statistics/trades.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";
import { closes } from "./golden-runs.js";
import * as theirs from "./quantstats.js";
import { expectClose } from "./tolerance.js";

type Value = number | undefined;

/** The closes of GOOG as an equity curve, and every figure that the comparisons below are made from. */
function sample() {
  const { time, close } = closes("goog-1day.csv");
  const curve: EquityCurve = { time, value: close, length: close.length };
  const daily = dailyEquity(curve, (instant) => Math.floor(instant / DAY));
  const returns = simpleReturns(daily) as Float64Array;
  // A day's return as the profit of a trade of one unit of money, for the figures that quantstats takes from returns.
  const rows = Array.from(returns, (profit, at) => ({
    instrument: 0,
    entryTime: time[at] as number,
    exitTime: time[at + 1] as number,
    quantity: 1,
    entryPrice: 1,
    exitPrice: 1 + profit,
    profit,
    fees: 0,
    entryValue: 1,
    bars: 1,
  }));
  return { curve, daily, returns, totals: tradeTotals(tradesFrom(rows)), falls: drawdowns(curve) };
}

type Sample = ReturnType<typeof sample>;

/** Ours by the same definition, in their sign and unit. */
const SAME: Readonly<Record<string, (of: Sample) => Value>> = {
  comp: ({ curve }) => totalReturn(curve),
  avg_win: ({ totals }) => averageWin(totals),
  avg_loss: ({ totals }) => averageLoss(totals),
  volatility: ({ returns }) => annualVolatility(returns, 252),
  sharpe: ({ returns }) => sharpe(returns, 252),
  sortino: ({ returns }) => sortino(returns, 252),
  skew: ({ returns }) => skewness(returns),
  kurtosis: ({ returns }) => excessKurtosis(returns),
  payoff_ratio: ({ totals }) => payoffRatio(totals),
  profit_factor: ({ totals }) => profitFactor(totals),
  kelly_criterion: ({ totals }) => kelly(totals),
  risk_return_ratio: ({ returns }) => sharpe(returns, 1),
  max_drawdown: ({ curve }) => -(drawdownFigures(curve)?.depth ?? Number.NaN),
  best: ({ totals }) => totals.bestReturn,
  worst: ({ totals }) => totals.worstReturn,
  consecutive_wins: ({ returns }) => longestStreaks(returns).winning,
  consecutive_losses: ({ returns }) => longestStreaks(returns).losing,
  sharpe_rf2pct: ({ returns }) => sharpe(excessReturns(returns, 0.02, 252), 252),
  dd_count: ({ falls }) => falls.length,
};

/** Defined otherwise there: the formula that differs, and theirs computed from the same returns. */
const DIFFERENT: Readonly<Record<string, readonly [formula: string, value: (of: Sample) => Value]>> = {
  win_rate: ["days that did not move are left out; our win rate is of all trades", (of) => theirs.winRate(of.returns)],
  cagr: ["a year is 252 returns; ours is 365.25 days on the calendar", (of) => theirs.cagr(of.returns)],
  calmar: [
    "of that growth; ours is of the growth over calendar time",
    (of) => calmar(theirs.cagr(of.returns), drawdownFigures(of.curve)?.depth),
  ],
  probabilistic_sharpe_ratio: [
    "takes the excess kurtosis for the kurtosis; ours is the paper's",
    (of) => {
      const ratio = sharpe(of.returns, 1) as number;
      const skew = skewness(of.returns) as number;
      const kurtosis = excessKurtosis(of.returns) as number;
      return normalCdf(ratio / Math.sqrt(theirs.varianceOfSharpe(ratio, skew, kurtosis, of.returns.length)));
    },
  ],
  ulcer_index: [
    "divides by the number of days less 1; ours by the number of days",
    ({ curve, returns }) => (ulcerIndex(curve) as number) * Math.sqrt(returns.length / (returns.length - 1)),
  ],
  value_at_risk: [
    "quantile of a fitted normal distribution, below 0; ours is the historical loss, above 0",
    (of) => theirs.normalValueAtRisk(of.returns),
  ],
  conditional_value_at_risk: [
    "mean of the returns below that quantile; ours is of the worst 5 % of the days",
    (of) => theirs.meanBelowNormalValueAtRisk(of.returns),
  ],
  exposure: [
    "share of days that moved, rounded up to a per cent; ours is of bars with a position",
    ({ returns }) => Math.ceil((returns.filter((value) => value !== 0).length / returns.length) * 100) / 100,
  ],
  longest_dd_days: [
    "from the first day below the high to the last, both counted; ours is from the high to the recovery",
    (of) => Math.max(...daysBelow(of)),
  ],
  avg_dd_days: ["likewise", (of) => theirs.mean(Float64Array.from(daysBelow(of)))],
};

/** Not offered by us; computed here from the same returns. */
const NOT_OFFERED: Readonly<Record<string, (of: Sample) => Value>> = {
  expected_return: (of) => theirs.geometricMean(of.returns),
  avg_return: (of) => theirs.averageMove(of.returns),
  adjusted_sortino: (of) => (sortino(of.returns, 252) as number) / Math.SQRT2,
  smart_sharpe: (of) => (sharpe(of.returns, 252) as number) / theirs.autocorrelationPenalty(of.returns),
  smart_sortino: (of) => (sortino(of.returns, 252) as number) / theirs.autocorrelationPenalty(of.returns),
  autocorr_penalty: (of) => theirs.autocorrelationPenalty(of.returns),
  omega: (of) => theirs.omega(of.returns),
  omega_rf2pct: (of) => theirs.omega(excessReturns(of.returns, 0.02, 252)),
  gain_to_pain_ratio: (of) => theirs.sum(of.returns) / -theirs.sum(theirs.falls(of.returns)),
  rar: (of) => theirs.cagr(of.returns),
  ulcer_performance_index: (of) => (totalReturn(of.curve) as number) / theirs.ulcerIndex(of.returns),
  serenity_index: (of) => theirs.serenityIndex(of.returns),
  risk_of_ruin: (of) => theirs.riskOfRuin(of.returns),
  tail_ratio: (of) => theirs.tailRatio(of.returns),
  profit_ratio: (of) => theirs.profitRatio(of.returns),
  cpc_index: (of) =>
    (profitFactor(of.totals) as number) * theirs.winRate(of.returns) * (payoffRatio(of.totals) as number),
  common_sense_ratio: (of) => (profitFactor(of.totals) as number) * theirs.tailRatio(of.returns),
  outlier_win_ratio: (of) => theirs.outlierWinRatio(of.returns),
  outlier_loss_ratio: (of) => theirs.outlierLossRatio(of.returns),
  recovery_factor: (of) => theirs.sum(of.returns) / (drawdownFigures(of.curve)?.depth as number),
};

/** Days on the calendar from the first day below each high to the last, both counted. */
function daysBelow({ curve, falls }: Sample): number[] {
  const rowOf = new Map(Array.from(curve.time, (instant, row) => [instant, row]));
  return falls.map((fall) => {
    const first = curve.time[(rowOf.get(fall.peakTime) as number) + 1] as number;
    const recovery = fall.recoveryTime === undefined ? curve.length : (rowOf.get(fall.recoveryTime) as number);
    return ((curve.time[recovery - 1] as number) - first) / DAY + 1;
  });
}

describe("daily returns of GOOG as quantstats sees them", () => {
  beforeEach(({ skip }) => skip(!hasShared, NO_SHARED));

  const golden = () =>
    JSON.parse(readFileSync(sharedPath("golden/goog-daily-return-metrics.json"), "utf8")) as Record<string, number>;

  it("are measured as a market with 252 sessions a year", () => {
    expect(inferPeriodsPerYear(sample().daily)).toBe(252);
  });

  it("give the same numbers wherever the definitions agree", () => {
    const of = sample();
    for (const [name, value] of Object.entries(SAME)) expectClose(value(of), golden()[name] as number, name);
  });

  it("give theirs by their formula wherever it differs", () => {
    const of = sample();
    for (const [name, [formula, value]] of Object.entries(DIFFERENT)) {
      expectClose(value(of), golden()[name] as number, `${name} (${formula})`);
    }
    expect(probabilisticSharpe(of.returns)).toBeCloseTo(0.9955554526807728, 12);
    expect(valueAtRisk(of.returns)).toBeGreaterThan(0);
    expect(expectedShortfall(of.returns)).toBeGreaterThan(valueAtRisk(of.returns) as number);
  });

  it("give theirs by their formula where we do not offer the statistic", () => {
    const of = sample();
    const known = golden();
    for (const [name, value] of Object.entries(NOT_OFFERED)) {
      const actual = value(of) as number;
      // ((1 - p) / (1 + p))^2147 is 1e-1074: they and we both get 0.
      expectClose(actual, known[name] as number, name);
    }
  });

  it("have the drawdown of 2007 to 2012 as the deepest", () => {
    const of = sample();
    const [deepest] = worstDrawdowns(of.curve, 1);
    const worst = (golden() as unknown as { dd_worst: Record<string, string | number> }).dd_worst;
    const date = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
    const rowAt = (instant: number): number => of.curve.time.indexOf(instant);
    const peak = rowAt(deepest?.peakTime as number);
    const recovery = rowAt(deepest?.recoveryTime as number);
    // They name the first and the last day below the high; ours are the day of the high and of the recovery.
    expect(date(of.curve.time[peak + 1] as number)).toBe(worst.start);
    expect(date(deepest?.troughTime as number)).toBe(worst.valley);
    expect(date(of.curve.time[recovery - 1] as number)).toBe(worst.end);
    expect(Math.max(...daysBelow(of))).toBe(worst.days);
    expectClose(-(deepest?.depth as number) * 100, worst["max drawdown"] as number, "max drawdown");
    const depths = theirs.drawdownColumn(of.returns).subarray(peak, recovery - 1);
    expectClose(theirs.depthWithoutOutliers(depths) * 100, worst["99% max drawdown"] as number, "99% max drawdown");
  });

  it("have no statistic that is not in one of these lists", () => {
    const listed = [SAME, DIFFERENT, NOT_OFFERED].flatMap((list) => Object.keys(list));
    const names = Object.keys(golden()).filter((name) => name !== "description" && name !== "dd_worst");
    expect(listed.toSorted()).toEqual(names.toSorted());
  });
});

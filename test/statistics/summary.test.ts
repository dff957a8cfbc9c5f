import { describe, expect, it } from "vitest";
import { DAY, MINUTE } from "../../core/market/bar-size.js";
import { dailyEquity } from "../../core/statistics/days.js";
import type { StatisticsError } from "../../core/statistics/errors.js";
import { STATISTICS_ERRORS } from "../../core/statistics/errors.js";
import { type EquityCurve, tradeTable } from "../../core/statistics/inputs.js";
import {
  STATISTIC_KEYS,
  type StatisticKey,
  type StatisticNeeds,
  statisticLabel,
} from "../../core/statistics/labels.js";
import { summary } from "../../core/statistics/summary.js";
import { curveOf, dailyCurve, MONDAY, tradesOf } from "./curves.js";

const wavy = (days: number): number[] => Array.from({ length: days }, (_, day) => 0.002 + 0.01 * Math.sin(day * 1.7));
const made = (trades: number): number[] => Array.from({ length: trades }, (_, at) => 3 * Math.sin(at * 1.3) + 1);
const defined = (statistics: object): string[] =>
  Object.entries(statistics).flatMap(([key, value]) => (value === undefined ? [] : [key]));

describe("the summary of a run", () => {
  it("has every statistic once there is enough of everything", () => {
    const curve = curveOf(wavy(500));
    const market = curveOf(wavy(500).map((value, day) => value * 0.8 + 0.003 * Math.cos(day)));
    const trades = tradesOf(made(40), { mae: 0.01, mfe: 0.02 });
    const statistics = summary(curve, trades, { benchmark: market, slippage: 12 });
    expect(STATISTIC_KEYS.filter((key) => statistics[key] === undefined)).toEqual([]);
    expect(Object.keys(statistics)).toEqual(STATISTIC_KEYS);
    expect(Object.isFrozen(statistics)).toBe(true);
  });

  it("leaves a statistic out exactly until its sample is as large as it says", () => {
    const largest: Required<StatisticNeeds> = { returns: 500, days: 500, months: 17, trades: 40 };
    const market = (days: number): number[] => wavy(days).map((value, day) => value * 0.8 + 0.003 * Math.cos(day));
    const at = (key: StatisticKey, counts: Required<StatisticNeeds>) => {
      // Months come from days; days and returns are the same number on a curve of daily points.
      const days = Math.min(counts.returns, counts.days);
      const until = counts.months < 17 ? (Date.UTC(2024, counts.months, 1) - MONDAY) / DAY : days;
      const length = Math.min(days, until);
      return summary(curveOf(wavy(length)), tradesOf(made(counts.trades)), { benchmark: curveOf(market(length)) })[key];
    };
    for (const key of STATISTIC_KEYS) {
      for (const [what, least] of Object.entries(statisticLabel(key).needs ?? {})) {
        expect(at(key, { ...largest, [what]: least }), `${key} with ${least} ${what}`).toBeTypeOf("number");
        expect(at(key, { ...largest, [what]: least - 1 }), `${key} with ${least - 1} ${what}`).toBeUndefined();
      }
    }
  });

  it("takes what the run itself knows before what it would derive", () => {
    const trades = tradesOf([1, 2], { fees: 1.5 });
    const derived = summary(curveOf(wavy(100)), trades);
    expect(derived).toMatchObject({ fees: 3, slippage: undefined });
    const told = summary(curveOf(wavy(100)), trades, { fees: 9, slippage: 4, timeInMarket: 0.5, valueTraded: 1000 });
    expect(told).toMatchObject({ fees: 9, slippage: 4, exposure: 0.5, valueTraded: 1000 });
  });

  it("takes the risk-free rate off returns, and the given periods a year", () => {
    const curve = curveOf(wavy(100));
    const plain = summary(curve, tradesOf([]));
    expect(plain.periodsPerYear).toBe(365);
    expect(summary(curve, tradesOf([]), { riskFreeRate: 0.05 }).sharpe).toBeLessThan(plain.sharpe as number);
    const given = summary(curve, tradesOf([]), { periodsPerYear: 252 });
    expect((given.sharpe as number) / (plain.sharpe as number)).toBeCloseTo(Math.sqrt(252 / 365), 12);
  });

  it("does not read beyond the length of the arrays", () => {
    const curve = curveOf(wavy(100));
    const longer: EquityCurve = {
      time: Float64Array.from([...curve.time, 5, Number.NaN]),
      value: Float64Array.from([...curve.value, Number.NaN, -1]),
      length: curve.length,
    };
    const trades = tradesOf(made(12));
    const roomy = tradeTable(50);
    for (const key of Object.keys(trades) as (keyof typeof trades)[]) {
      const column = trades[key];
      if (typeof column !== "number") roomy[key as "profit"].set(column as Float64Array);
    }
    roomy.length = trades.length;
    expect(summary(longer, roomy)).toEqual(summary(curve, trades));
  });
});

describe("a run too small or too odd for statistics", () => {
  it("without a point tells how many days and trades there were: none", () => {
    expect(defined(summary(dailyCurve([]), tradesOf([])))).toEqual([
      "tradingDays",
      "valueTraded",
      "fees",
      "trades",
      "longestWinningStreak",
      "longestLosingStreak",
    ]);
  });

  it("of one point has equity and no return", () => {
    const statistics = summary(dailyCurve([100]), tradesOf([]));
    expect(statistics).toMatchObject({ startEquity: 100, endEquity: 100, netProfit: 0, duration: 0 });
    expect([statistics.totalReturn, statistics.cagr, statistics.maxDrawdown, statistics.sharpe]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it("of two points has a total return and a drawdown, and nothing annual", () => {
    const statistics = summary(dailyCurve([100, 90]), tradesOf([]));
    expect(statistics.totalReturn).toBeCloseTo(-0.1, 14);
    expect(statistics.maxDrawdown).toBeCloseTo(0.1, 14);
    expect([statistics.cagr, statistics.annualVolatility, statistics.sharpe, statistics.valueAtRisk]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it("of flat equity has no return, no risk, and no ratio of the two", () => {
    const statistics = summary(dailyCurve(Array(400).fill(100)), tradesOf([]));
    expect(statistics).toMatchObject({ totalReturn: 0, cagr: 0, annualVolatility: 0, maxDrawdown: 0, drawdowns: 0 });
    const ratios = ["sharpe", "sortino", "calmar", "probabilisticSharpe", "skewness", "kurtosis"] as const;
    expect(ratios.map((key) => statistics[key])).toEqual(Array(6).fill(undefined));
    expect([statistics.averageDrawdown, statistics.maxDrawdownPeak]).toEqual([undefined, undefined]);
    expect(Object.is(statistics.valueAtRisk, 0)).toBe(true);
  });

  it("whose equity hits 0 has lost all of it, and no statistic is taken from returns after ruin", () => {
    const values = [100, 50, 0, ...Array(200).fill(10)];
    const statistics = summary(dailyCurve(values), tradesOf([]));
    expect(statistics).toMatchObject({ totalReturn: -0.9, maxDrawdown: 1 });
    const fromReturns = ["annualVolatility", "sharpe", "sortino", "valueAtRisk", "bestDay", "bestMonth"] as const;
    expect([...fromReturns, "cagr" as const, "calmar" as const].map((key) => statistics[key])).toEqual(
      Array(8).fill(undefined),
    );
  });

  it("that ends below 0 has lost more than everything, and has no growth rate", () => {
    const statistics = summary(dailyCurve([100, ...Array(120).fill(90), -30]), tradesOf([]));
    expect(statistics.totalReturn).toBeCloseTo(-1.3, 14);
    expect(statistics.maxDrawdown).toBeCloseTo(1.3, 14);
    expect(statistics.cagr).toBeUndefined();
  });

  it("that starts without money has no return at all", () => {
    const statistics = summary(dailyCurve([0, ...Array(200).fill(100)]), tradesOf([]));
    expect([statistics.totalReturn, statistics.cagr, statistics.maxDrawdown, statistics.sharpe]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it("of one trade tells what it made and estimates nothing from it", () => {
    const statistics = summary(curveOf(wavy(100)), tradesOf([5]));
    expect(statistics).toMatchObject({
      trades: 1,
      bestTrade: 0.05,
      worstTrade: 0.05,
      averageTrade: 0.05,
      averageWin: 5,
    });
    const estimates = ["winRate", "profitFactor", "payoffRatio", "expectancy", "sqn", "kelly"] as const;
    expect(estimates.map((key) => statistics[key])).toEqual(Array(6).fill(undefined));
  });

  it("of winners only has a win rate of 1 and no profit factor", () => {
    const statistics = summary(curveOf(wavy(100)), tradesOf(Array(40).fill(2)));
    expect(statistics).toMatchObject({ winRate: 1, profitFactor: undefined, payoffRatio: undefined, kelly: undefined });
    expect(statistics.sqn).toBeUndefined();
  });
});

describe("what cannot be a run is refused", () => {
  const codeOf = (run: () => unknown): string | undefined => {
    try {
      run();
    } catch (error) {
      return (error as StatisticsError).code;
    }
    return undefined;
  };
  const none = tradesOf([]);

  it("with a code and a remedy", () => {
    const nan = dailyCurve([100, Number.NaN]);
    const twice = { ...dailyCurve([100, 101, 102]), time: Float64Array.of(1, 2, 2) };
    const good = curveOf(wavy(30));
    const codes = [
      codeOf(() => summary(nan, none)),
      codeOf(() => summary(twice, none)),
      codeOf(() => summary({ ...good, time: good.time.map(() => Number.NaN) }, none)),
      codeOf(() => summary(good, none, { benchmark: curveOf(wavy(29)) })),
      codeOf(() => summary(good, none, { benchmark: curveOf(wavy(30), MONDAY + 1) })),
      codeOf(() => summary(good, none, { benchmark: { ...good, value: good.value.map(() => Number.NaN) } })),
      codeOf(() => summary(good, tradesOf([1], { exitTime: 0 }))),
      codeOf(() => summary(good, tradesOf([Number.NaN]))),
      codeOf(() => summary(good, tradesOf([1], { fees: Number.POSITIVE_INFINITY }))),
      codeOf(() => summary(good, tradesOf([1], { entryValue: -1 }))),
      codeOf(() => summary(good, tradesOf([1], { mae: -0.1 }))),
      codeOf(() => summary(good, tradesOf([1], { mfe: -0.1 }))),
      codeOf(() => summary(good, none, { periodsPerYear: 0 })),
      codeOf(() => summary(good, none, { riskFreeRate: -1 })),
    ];
    expect(codes).toEqual([
      "CURVE_INVALID",
      "CURVE_UNSORTED",
      "CURVE_UNSORTED",
      "BENCHMARK_MISMATCH",
      "BENCHMARK_MISMATCH",
      "CURVE_INVALID",
      ...Array(6).fill("TRADE_INVALID"),
      "PERIODS_INVALID",
      "RISK_FREE_RATE_INVALID",
    ]);
    expect(new Set(codes)).toEqual(new Set(Object.keys(STATISTICS_ERRORS)));
    expect(() => summary(nan, none)).toThrow("The equity curve has value=NaN at 2024-01-02T00:00:00.000Z (row 1).");
  });

  it("when trades are not in order of their exits", () => {
    const trades = tradesOf([1, 2]);
    trades.exitTime[1] = (trades.exitTime[0] as number) - 1;
    expect(codeOf(() => summary(curveOf(wavy(30)), trades))).toBe("TRADE_INVALID");
  });
});

describe("five million minutes and 400,000 trades", () => {
  it("are summed up by days of exchange time", () => {
    const length = 5_000_000;
    const time = new Float64Array(length);
    const value = new Float64Array(length);
    const start = Date.UTC(2000, 0, 3, 14, 30);
    for (let row = 0; row < length; row++) {
      // Sessions of 390 minutes on weekdays.
      const day = Math.floor(row / 390);
      time[row] = start + (day + Math.floor(day / 5) * 2) * DAY + (row % 390) * MINUTE;
      value[row] = 1e6 * (1 + 0.2 * Math.sin(row / 300_000) + 0.01 * Math.sin(row * 0.7) + row / length);
    }
    const curve: EquityCurve = { time, value, length };
    const trades = tradeTable(400_000);
    trades.length = 400_000;
    for (let row = 0; row < trades.length; row++) {
      trades.entryTime[row] = time[row * 12] as number;
      trades.exitTime[row] = time[row * 12 + 5 + (row % 7)] as number;
      trades.profit[row] = 100 * Math.sin(row * 1.1) + 5;
      trades.entryValue[row] = 10_000;
      trades.entryPrice[row] = 100;
      trades.exitPrice[row] = 101;
      trades.bars[row] = 5 + (row % 7);
    }
    const shuffled = trades.exitTime.slice().sort();
    trades.exitTime.set(shuffled);
    expect(dailyEquity(curve).length - 1).toBe(Math.ceil(length / 390));
    expect(summary(curve, trades, { benchmark: curve }).periodsPerYear).toBe(252);
  });
});

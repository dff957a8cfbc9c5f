import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "../../core/market/bar-size.js";
import { activeReturns, informationRatio, regression, trackingError } from "../../core/statistics/benchmark.js";
import { monthlyReturns, yearlyReturns } from "../../core/statistics/calendar-returns.js";
import { dailyEquity } from "../../core/statistics/days.js";
import { drawdownFigures, drawdowns, ulcerIndex, underwater, worstDrawdowns } from "../../core/statistics/drawdowns.js";
import { excursions } from "../../core/statistics/excursions.js";
import { annualTurnover, timeInMarket } from "../../core/statistics/exposure.js";
import { holdingTimes } from "../../core/statistics/holding-times.js";
import { tradesFrom } from "../../core/statistics/inputs.js";
import { excessKurtosis, skewness, standardDeviation } from "../../core/statistics/moments.js";
import { normalCdf } from "../../core/statistics/normal-distribution.js";
import { calmar, probabilisticSharpe, sharpe, sortino } from "../../core/statistics/ratios.js";
import { annualVolatility, cagr, simpleReturns, totalReturn, YEAR } from "../../core/statistics/returns.js";
import { longestStreaks } from "../../core/statistics/streaks.js";
import { expectedShortfall, quantile, valueAtRisk } from "../../core/statistics/tail-risk.js";
import {
  averageLoss,
  averageWin,
  expectancy,
  kelly,
  payoffRatio,
  profitFactor,
  systemQuality,
  tradeTotals,
  winRate,
} from "../../core/statistics/trades.js";
import { dailyCurve, MONDAY, tradesOf } from "./curves.js";

const floats = (...values: number[]): Float64Array => Float64Array.from(values);

describe("returns worked out by hand", () => {
  it("double in two years make 41.4 % a year", () => {
    const curve = { time: floats(0, 2 * YEAR), value: floats(100, 200), length: 2 };
    expect(totalReturn(curve)).toBe(1);
    expect(cagr(curve)).toBeCloseTo(Math.SQRT2 - 1, 14);
  });

  it("of an account that lost everything are -100 % a year, and none once it owes money", () => {
    expect(cagr(dailyCurve([100, 50, 0]))).toBe(-1);
    expect(cagr(dailyCurve([100, 50, -10]))).toBeUndefined();
    expect(totalReturn(dailyCurve([100, 50, -10]))).toBeCloseTo(-1.1, 14);
  });

  it("end with ruin: a day's return cannot start from nothing", () => {
    expect(simpleReturns(dailyCurve([100, 110, 99]))?.[1]).toBeCloseTo(-0.1, 14);
    expect(simpleReturns(dailyCurve([100, 0]))).toEqual(floats(-1));
    expect(simpleReturns(dailyCurve([100, 0, 50]))).toBeUndefined();
  });

  it("of 1 %, -1 % and 3 % have a volatility of 2 % a day", () => {
    expect(standardDeviation(floats(0.01, -0.01, 0.03))).toBeCloseTo(0.02, 15);
    expect(annualVolatility(floats(0.01, -0.01, 0.03), 252)).toBeCloseTo(0.02 * Math.sqrt(252), 14);
  });
});

describe("ratios worked out by hand", () => {
  const returns = floats(0.01, -0.01, 0.03);

  it("give a Sharpe ratio of mean 1 % over deviation 2 %", () => {
    expect(sharpe(returns, 1)).toBeCloseTo(0.5, 14);
    expect(sharpe(returns, 252)).toBeCloseTo(0.5 * Math.sqrt(252), 13);
  });

  it("give a Sortino ratio whose downside is spread over all days, the winning ones too", () => {
    expect(sortino(returns, 1)).toBeCloseTo(0.01 / Math.sqrt(0.0001 / 3), 13);
  });

  it("are not there where nothing moves, however rounding makes it look", () => {
    const steady = simpleReturns(dailyCurve(Array.from({ length: 50 }, (_, day) => 100 * 1.01 ** day))) as Float64Array;
    expect(standardDeviation(steady)).toBeGreaterThan(0);
    expect(sharpe(steady, 252)).toBeUndefined();
    expect(sortino(steady, 252)).toBeUndefined();
    expect(probabilisticSharpe(steady)).toBeUndefined();
    expect(calmar(0.1, 0)).toBeUndefined();
  });

  it("give the probabilities of Bailey and Lopez de Prado's example of a hedge fund", () => {
    // Their numbers: 24 monthly returns, Sharpe 0.458 a month, skewness -2.448, kurtosis 10.164 give 0.913.
    const spread = Math.sqrt(1 + 2.448 * 0.458 + ((10.164 - 1) / 4) * 0.458 ** 2);
    expect(normalCdf((0.458 * Math.sqrt(23)) / spread)).toBeCloseTo(0.913, 3);
  });

  it("find a positive true Sharpe ratio as likely as not where the mean is 0", () => {
    expect(probabilisticSharpe(floats(0.01, -0.01, 0.02, -0.02))).toBeCloseTo(0.5, 12);
  });
});

describe("the normal distribution", () => {
  it("has the tabulated probabilities, far into its tails", () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 14);
    expect(normalCdf(-1.959963984540054)).toBeCloseTo(0.025, 14);
    expect(normalCdf(-10) / 7.61985302416047e-24).toBeCloseTo(1, 10);
    expect(normalCdf(-4.0001) / normalCdf(-3.9999)).toBeCloseTo(3.1657e-5 / 3.1685e-5, 3);
    expect([normalCdf(50), normalCdf(-50), normalCdf(Number.NaN)]).toEqual([1, 0, Number.NaN]);
  });
});

describe("moments worked out by hand", () => {
  it("of 1, 2, 3, 10 are those that spreadsheets give for SKEW and KURT", () => {
    expect(skewness(floats(1, 2, 3, 10))).toBeCloseTo(1.763632614803888, 12);
    expect(excessKurtosis(floats(1, 2, 3, 10))).toBeCloseTo(3.228, 12);
  });

  it("need three and four values", () => {
    expect(skewness(floats(1, 2))).toBeUndefined();
    expect(excessKurtosis(floats(1, 2, 3))).toBeUndefined();
  });
});

describe("drawdowns worked out by hand", () => {
  // 100 -> 120, falls to 90, recovers at 120, then falls to 108 and stays below.
  const curve = dailyCurve([100, 120, 90, 114, 120, 120, 108, 110]);
  const day = (row: number): number => MONDAY + row * DAY;

  it("run from the last point at a high to the first point back at it", () => {
    expect(drawdowns(curve)).toEqual([
      {
        peakTime: day(1),
        troughTime: day(2),
        recoveryTime: day(4),
        depth: 0.25,
        duration: 3 * DAY,
        recoveryDuration: 2 * DAY,
      },
      {
        peakTime: day(5),
        troughTime: day(6),
        recoveryTime: undefined,
        depth: expect.closeTo(0.1, 14),
        duration: 2 * DAY,
        recoveryDuration: undefined,
      },
    ]);
  });

  it("are summed up as depth, mean depth, longest and mean duration", () => {
    const figures = drawdownFigures(curve);
    expect(figures?.count).toBe(2);
    expect(figures?.depth).toBe(0.25);
    expect(figures?.deepest?.troughTime).toBe(day(2));
    expect(figures?.longest).toBe(3 * DAY);
    expect(figures?.averageDepth).toBeCloseTo(0.175, 14);
    expect(figures?.averageDuration).toBe(2.5 * DAY);
    expect(figures?.averageRecovery).toBe(2 * DAY);
  });

  it("are listed deepest first", () => {
    const many = dailyCurve([100, 95, 100, 80, 100, 90, 100, 80, 100, 99]);
    const depths = (count: number): number[] => worstDrawdowns(many, count).map((fall) => Math.round(fall.depth * 100));
    expect(depths(3)).toEqual([20, 20, 10]);
    expect(depths(99)).toEqual([20, 20, 10, 5, 1]);
    expect(depths(0)).toEqual([]);
    expect(worstDrawdowns(many, 1)[0]?.troughTime).toBe(day(3));
  });

  it("are zero for a curve that only rises, with nothing to average", () => {
    const figures = drawdownFigures(dailyCurve([100, 101, 101, 105]));
    expect(figures).toMatchObject({ count: 0, depth: 0, deepest: undefined, longest: 0, averageDepth: undefined });
  });

  it("are deeper than everything when the account ends up owing money", () => {
    expect(drawdownFigures(dailyCurve([100, -20]))?.depth).toBeCloseTo(1.2, 14);
  });

  it("show under water at every point how far the high is", () => {
    expect(Array.from(underwater(curve), (depth) => Math.round(depth * 1000) / 1000)).toEqual([
      0, 0, 0.25, 0.05, 0, 0, 0.1, 0.083,
    ]);
  });

  it("make an ulcer index of the root of their mean square", () => {
    expect(ulcerIndex(dailyCurve([100, 90, 80, 100]))).toBeCloseTo(Math.sqrt((0.01 + 0.04) / 3), 14);
  });
});

describe("tail risk worked out by hand", () => {
  // 101 days: -5 % to +5 % in steps of 0.1 %. The worst 5 % are 5.05 days.
  const returns = Float64Array.from({ length: 101 }, (_, day) => (day - 50) / 1000).reverse();

  it("takes the loss that 95 of 100 days did not exceed, and the mean of the worst five per cent", () => {
    expect(valueAtRisk(returns)).toBeCloseTo(0.045, 14);
    const worst = 0.05 + 0.049 + 0.048 + 0.047 + 0.046 + 0.05 * 0.045;
    expect(expectedShortfall(returns)).toBeCloseTo(worst / 5.05, 14);
  });

  it("interpolates between neighbouring days", () => {
    expect(quantile(floats(1, 2, 3, 4), 0.5)).toBe(2.5);
    expect(quantile(floats(1, 2, 3, 4), 0)).toBe(1);
    expect(quantile(floats(1, 2, 3, 4), 1)).toBe(4);
    expect(quantile(floats(), 0.5)).toBeUndefined();
  });
});

describe("trades worked out by hand", () => {
  // Three winners of 10, 20 and 30, two losers of 5 and 15, one that made nothing.
  const table = tradesOf([10, -5, 0, 20, 30, -15]);
  const totals = tradeTotals(table);

  it("count what made nothing as neither won nor lost", () => {
    expect(totals).toMatchObject({ trades: 6, wins: 3, losses: 2, grossProfit: 60, grossLoss: 20 });
    expect(winRate(totals)).toBe(0.5);
    expect([averageWin(totals), averageLoss(totals)]).toEqual([20, -10]);
  });

  it("pay 2 for 1, three times in five, which Kelly stakes at 40 %", () => {
    expect(payoffRatio(totals)).toBe(2);
    expect(profitFactor(totals)).toBe(3);
    expect(kelly(totals)).toBeCloseTo(0.6 - 0.4 / 2, 14);
    expect(expectancy(totals)).toBeCloseTo(40 / 6, 14);
  });

  it("return 30 % at best, -15 % at worst and 6.67 % on average of what was put in", () => {
    expect(totals.bestReturn).toBeCloseTo(0.3, 14);
    expect(totals.worstReturn).toBeCloseTo(-0.15, 14);
    expect(totals.averageReturn).toBeCloseTo(0.4 / 6, 14);
  });

  it("have a system quality of root six times mean over deviation", () => {
    const deviation = standardDeviation(floats(10, -5, 0, 20, 30, -15)) as number;
    expect(systemQuality(table)).toBeCloseTo((Math.sqrt(6) * (40 / 6)) / deviation, 12);
    expect(systemQuality(tradesOf([7, 7, 7]))).toBeUndefined();
  });

  it("turn over entry and exit value", () => {
    // A long trade of 100 that made 10 was bought for 100 and sold for 110.
    expect(tradeTotals(tradesOf([10])).valueTraded).toBeCloseTo(210, 12);
    const year = { time: floats(0, YEAR), value: floats(1000, 1000), length: 2 };
    expect(annualTurnover(4000, year)).toBeCloseTo(2, 14);
  });

  it("without a loser have no profit factor, no payoff ratio and no Kelly fraction", () => {
    const won = tradeTotals(tradesOf([5, 6]));
    expect([profitFactor(won), payoffRatio(won), kelly(won), averageLoss(won)]).toEqual(Array(4).fill(undefined));
  });

  it("of entry value 0 count, and have no return", () => {
    const free = tradeTotals(tradesOf([5], { entryValue: 0 }));
    expect(free).toMatchObject({ trades: 1, wins: 1, bestReturn: undefined, averageReturn: undefined });
  });

  it("win two and lose one in a row at most", () => {
    expect(longestStreaks(table.profit, table.length)).toEqual({ winning: 2, losing: 1 });
    expect(longestStreaks(floats(1, 0, 1, 1, -1, -1, -1, 0))).toEqual({ winning: 2, losing: 3 });
    expect(longestStreaks(floats(1, 1, 1), 2)).toEqual({ winning: 2, losing: 0 });
  });

  it("average their excursions over the trades where they are known", () => {
    const known = tradesFrom(
      [0.01, 0.03, Number.NaN].map((mae, row) => ({
        instrument: 0,
        entryTime: row,
        exitTime: row + 1,
        quantity: 1,
        entryPrice: 1,
        exitPrice: 1,
        profit: 0,
        fees: 0,
        entryValue: 1,
        bars: 1,
        mae,
      })),
    );
    const result = excursions(known);
    expect(result.averageAdverse).toBeCloseTo(0.02, 14);
    expect(result.worstAdverse).toBe(0.03);
    expect([result.averageFavourable, result.bestFavourable]).toEqual([undefined, undefined]);
  });

  it("are held from entry to exit on the clock", () => {
    expect(holdingTimes(tradesOf([1, 2]))).toEqual({ average: DAY, longest: DAY, shortest: DAY, averageBars: 1 });
    expect(holdingTimes(tradesOf([]))).toBeUndefined();
  });
});

describe("exposure worked out by hand", () => {
  const curve = dailyCurve([100, 101, 102, 103, 104]);
  const held = (...spans: [entry: number, exit: number][]) =>
    tradesFrom(
      spans.map(([entry, exit]) => ({
        instrument: 0,
        entryTime: MONDAY + entry * DAY,
        exitTime: MONDAY + exit * DAY,
        quantity: 1,
        entryPrice: 1,
        exitPrice: 1,
        profit: 0,
        fees: 0,
        entryValue: 1,
        bars: 1,
      })),
    );

  it("counts the bars that a trade was open in, from an open to an open", () => {
    expect(timeInMarket(curve, held([1, 3]))).toBe(0.5);
    expect(timeInMarket(curve, held([0, 4]))).toBe(1);
  });

  it("counts a bar once, however many trades were open", () => {
    expect(timeInMarket(curve, held([1, 2], [0.5, 2.5]))).toBe(0.75);
    expect(timeInMarket(curve, held([1.2, 1.3], [1.4, 1.5]))).toBe(0.25);
  });

  it("counts nothing for a trade that is over at the instant it began", () => {
    expect(timeInMarket(curve, held([1, 1]))).toBe(0);
  });
});

describe("a benchmark", () => {
  it("that is followed at half its size and 0.1 % a day above has beta 0.5 and alpha 25.2 % a year", () => {
    const market = floats(0.01, -0.02, 0.03, 0, 0.005);
    const own = market.map((value) => 0.001 + value / 2);
    const line = regression(own, market, 252);
    expect(line?.beta).toBeCloseTo(0.5, 13);
    expect(line?.alpha).toBeCloseTo(0.252, 13);
    expect(line?.correlation).toBeCloseTo(1, 13);
  });

  it("that does not move explains nothing", () => {
    expect(regression(floats(0.01, 0.02), floats(0, 0), 252)).toBeUndefined();
  });

  it("beaten by 1 % and by 3 % is beaten at an information ratio of root two", () => {
    const active = activeReturns(floats(0.02, 0.01), floats(0.01, -0.02));
    expect(informationRatio(active, 1)).toBeCloseTo(Math.SQRT2, 12);
    expect(trackingError(active, 1)).toBeCloseTo(Math.SQRT2 / 100, 14);
  });
});

describe("returns by calendar", () => {
  it("belong to the month in which the day ended, midnight included", () => {
    // Points at 00:00 on 31 January, 1 February (the end of 31 January) and 2 February.
    const curve = {
      time: floats(Date.UTC(2024, 0, 31), Date.UTC(2024, 1, 1), Date.UTC(2024, 1, 2)),
      value: floats(100, 110, 121),
      length: 3,
    };
    const months = monthlyReturns(dailyEquity(curve));
    expect(months).toEqual([
      { year: 2024, month: 1, return: expect.closeTo(0.1, 14) },
      { year: 2024, month: 2, return: expect.closeTo(0.1, 14) },
    ]);
    expect(yearlyReturns(dailyEquity(curve))).toEqual([
      { year: 2024, month: undefined, return: expect.closeTo(0.21, 14) },
    ]);
  });

  it("keep the Decembers of two years apart", () => {
    const curve = {
      time: floats(Date.UTC(2022, 11, 1, 12), Date.UTC(2022, 11, 5, 12), Date.UTC(2023, 11, 5, 12)),
      value: floats(100, 110, 121),
      length: 3,
    };
    expect(monthlyReturns(dailyEquity(curve))).toHaveLength(2);
    expect(yearlyReturns(dailyEquity(curve))?.map((entry) => entry.year)).toEqual([2022, 2023]);
  });

  it("start from the starting cash on the first day itself", () => {
    const curve = {
      time: floats(MONDAY + 9 * HOUR, MONDAY + 12 * HOUR, MONDAY + 16 * HOUR),
      value: floats(100, 130, 105),
      length: 3,
    };
    expect(simpleReturns(dailyEquity(curve))?.[0]).toBeCloseTo(0.05, 14);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY } from "../../core/market/bar-size.js";
import { monthlyReturns, yearlyReturns } from "../../core/statistics/calendar-returns.js";
import { dailyEquity } from "../../core/statistics/days.js";
import { drawdownFigures, drawdowns, underwater, worstDrawdowns } from "../../core/statistics/drawdowns.js";
import { timeInMarket } from "../../core/statistics/exposure.js";
import { type StatisticKey, statisticLabel } from "../../core/statistics/labels.js";
import { normalCdf } from "../../core/statistics/normal-distribution.js";
import { sharpe } from "../../core/statistics/ratios.js";
import { simpleReturns, totalReturn } from "../../core/statistics/returns.js";
import { type Statistics, summary } from "../../core/statistics/summary.js";
import { expectedShortfall, valueAtRisk } from "../../core/statistics/tail-risk.js";
import {
  averageLoss,
  averageWin,
  expectancy,
  profitFactor,
  tradeTotals,
  winRate,
} from "../../core/statistics/trades.js";
import { curveOf, dailyCurve, dailyReturns, MONDAY, profits, tradesOf } from "./curves.js";

/** Equal but for rounding, 0 with 0 and undefined with undefined. */
function near(actual: number | undefined, expected: number | undefined, tolerance = 1e-8): boolean {
  if (actual === undefined || expected === undefined) return actual === expected;
  return Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
}

describe("drawdowns of any equity above 0", () => {
  it("lie between 0 and 1, and the deepest is the deepest point under water", () => {
    fc.assert(
      fc.property(dailyReturns(1), (returns) => {
        const curve = curveOf(returns);
        const figures = drawdownFigures(curve);
        const depths = drawdowns(curve).map((fall) => fall.depth);
        expect(depths.every((depth) => depth > 0 && depth < 1)).toBe(true);
        expect(figures?.depth).toBe(Math.max(...underwater(curve)));
        expect(figures?.count).toBe(depths.length);
        expect(worstDrawdowns(curve, depths.length).map((fall) => fall.depth)).toEqual(
          depths.toSorted((a, b) => b - a),
        );
      }),
    );
  });

  it("follow one another without overlap, and only the last may not have recovered", () => {
    fc.assert(
      fc.property(dailyReturns(1), (returns) => {
        const falls = drawdowns(curveOf(returns));
        for (const [at, fall] of falls.entries()) {
          expect(fall.peakTime).toBeLessThan(fall.troughTime);
          expect(fall.troughTime).toBeLessThan(fall.recoveryTime ?? Number.POSITIVE_INFINITY);
          const next = falls[at + 1];
          if (next !== undefined) expect(fall.recoveryTime).toBeLessThanOrEqual(next.peakTime);
        }
      }),
    );
  });
});

describe("a summary", () => {
  it("does not change with the size of the account, but for money", () => {
    fc.assert(
      fc.property(
        dailyReturns(120, 300),
        profits(30),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (returns, made, scale) => {
          const curve = curveOf(returns);
          const scaled = { ...curve, value: curve.value.map((value) => value * scale) };
          const small = summary(curve, tradesOf(made));
          const large = summary(
            scaled,
            tradesOf(
              made.map((profit) => profit * scale),
              { entryValue: 100 * scale, exitPrice: 10 },
            ),
          );
          const skipped = new Set<StatisticKey>(["valueTraded", "turnover", "sqn"]);
          for (const key of Object.keys(small) as StatisticKey[]) {
            const isMoney = statisticLabel(key).kind === "money";
            if (skipped.has(key) || (isMoney && small[key] === undefined)) continue;
            // A tie between two drawdowns may fall the other way by rounding, and with it the dates.
            if (statisticLabel(key).kind === "instant" || statisticLabel(key).kind === "duration") continue;
            if (key === "drawdowns" || key.startsWith("averageDrawdown")) continue;
            const expected = isMoney ? (small[key] as number) * scale : small[key];
            expect(near(large[key], expected), `${key}: ${large[key]} against ${expected}`).toBe(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("has its keys in the same order whatever is given, and nothing in it but finite numbers and undefined", () => {
    const empty = Object.keys(summary(dailyCurve([]), tradesOf([])));
    fc.assert(
      fc.property(dailyReturns(0, 150), profits(0), (returns, made) => {
        const curve = curveOf(returns);
        const statistics: Statistics = summary(curve, tradesOf(made), { benchmark: curve });
        expect(Object.keys(statistics)).toEqual(empty);
        for (const value of Object.values(statistics)) expect(value === undefined || Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("of buying and holding the benchmark has beta 1, alpha 0, and no information ratio", () => {
    fc.assert(
      fc.property(dailyReturns(60, 200), (returns) => {
        const curve = curveOf(returns);
        const statistics = summary(curve, tradesOf([]), { benchmark: curve });
        if (statistics.beta === undefined) return;
        expect(near(statistics.beta, 1)).toBe(true);
        expect(near(statistics.alpha, 0)).toBe(true);
        expect(statistics.informationRatio).toBeUndefined();
        expect(statistics.benchmarkReturn).toBe(statistics.totalReturn);
        expect(statistics.benchmarkMaxDrawdown).toBe(statistics.maxDrawdown);
      }),
    );
  });
});

describe("ratios of any returns", () => {
  it("turn their sign with the returns: the Sharpe ratio of the opposite bets is the opposite", () => {
    fc.assert(
      fc.property(dailyReturns(2), (returns) => {
        const ratio = sharpe(Float64Array.from(returns), 252);
        const opposite = sharpe(
          Float64Array.from(returns, (value) => -value),
          252,
        );
        expect(near(opposite, ratio === undefined ? undefined : 0 - ratio)).toBe(true);
      }),
    );
  });

  it("lose at least the value at risk on average in the tail", () => {
    fc.assert(
      fc.property(dailyReturns(1), (returns) => {
        const values = Float64Array.from(returns);
        expect(expectedShortfall(values)).toBeGreaterThanOrEqual((valueAtRisk(values) as number) - 1e-12);
      }),
    );
  });

  it("have probabilities that rise and mirror", () => {
    const point = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(point, point, (a, b) => {
        expect(normalCdf(Math.min(a, b))).toBeLessThanOrEqual(normalCdf(Math.max(a, b)) + 1e-15);
        expect(normalCdf(a) + normalCdf(-a)).toBeCloseTo(1, 13);
      }),
    );
  });
});

describe("trades of any profits", () => {
  it("add up: gross profit less gross loss is the sum, and what is expected of a trade is its mean", () => {
    fc.assert(
      fc.property(profits(1), (made) => {
        const totals = tradeTotals(tradesOf(made));
        const sum = made.reduce((total, profit) => total + profit, 0);
        expect(near(totals.grossProfit - totals.grossLoss, sum)).toBe(true);
        expect(near(expectancy(totals), sum / made.length)).toBe(true);
        const won = (winRate(totals) ?? 0) * (averageWin(totals) ?? 0);
        const lost = (totals.losses / totals.trades) * (averageLoss(totals) ?? 0);
        expect(near(expectancy(totals), won + lost)).toBe(true);
        expect(totals.wins + totals.losses).toBeLessThanOrEqual(totals.trades);
        const factor = profitFactor(totals);
        if (factor !== undefined && Math.abs(sum) > 1e-9) expect(factor > 1).toBe(sum > 0);
      }),
    );
  });
});

describe("exposure of any trades", () => {
  it("is the share of bars in which looking at every bar finds a trade open", () => {
    const spans = fc.array(fc.tuple(fc.integer({ min: -5, max: 130 }), fc.integer({ min: 0, max: 30 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), spans, (length, pairs) => {
        // Quarters of a day, so that entries and exits fall on points and between them.
        const inOrder = pairs.map(([entry, held]) => [entry, entry + held] as const).toSorted((a, b) => a[1] - b[1]);
        const table = tradesOf(inOrder.map(() => 1));
        for (const [trade, [entry, exit]] of inOrder.entries()) {
          table.entryTime[trade] = MONDAY + (entry * DAY) / 4;
          table.exitTime[trade] = MONDAY + (exit * DAY) / 4;
        }
        const open = Array.from({ length: length - 1 }, (_, bar) =>
          inOrder.some(([entry, exit]) => entry < exit && entry < (bar + 1) * 4 && exit > bar * 4),
        );
        const curve = dailyCurve(Array(length).fill(100));
        expect(timeInMarket(curve, table)).toBe(open.filter(Boolean).length / open.length);
      }),
    );
  });
});

describe("returns by calendar of any curve", () => {
  it("compound to the total return, by day, by month and by year", () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(gaps, dailyReturns(100, 100), (days, returns) => {
        let instant = Date.UTC(2019, 10, 20);
        const values = curveOf(returns.slice(0, days.length)).value;
        const time = Float64Array.from([instant, ...days.map((gap) => (instant += gap * DAY))]);
        const curve = { time, value: values, length: time.length };
        const daily = dailyEquity(curve);
        const compound = (parts: Iterable<number> | undefined): number =>
          Array.from(parts ?? []).reduce((growth, value) => growth * (1 + value), 1) - 1;
        const total = totalReturn(curve);
        expect(near(compound(simpleReturns(daily)), total)).toBe(true);
        expect(near(compound(monthlyReturns(daily)?.map((entry) => entry.return)), total)).toBe(true);
        expect(near(compound(yearlyReturns(daily)?.map((entry) => entry.return)), total)).toBe(true);
      }),
    );
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { DAY } from "../../core/market/bar-size.js";
import type { EquityCurve } from "../../core/statistics/inputs.js";
import type { StatisticKey } from "../../core/statistics/labels.js";
import { type Statistics, summary } from "../../core/statistics/summary.js";
import { hasShared, NO_SHARED } from "../shared-data.js";
import { backtestingPyStats, kellyOfProfits } from "./backtesting-py.js";
import { GOLDEN_RUNS, type GoldenName, type GoldenRun, goldenRun } from "./golden-runs.js";
import { expectClose } from "./tolerance.js";

const NAMES = Object.keys(GOLDEN_RUNS) as GoldenName[];

/** Theirs that are ours by another name, and the factor from our unit to theirs. */
const SAME: Readonly<Record<string, readonly [key: StatisticKey, factor: number]>> = {
  Start: ["start", 1],
  End: ["end", 1],
  Duration: ["duration", 1],
  "Equity Final [$]": ["endEquity", 1],
  "Equity Peak [$]": ["peakEquity", 1],
  "Commissions [$]": ["fees", 1],
  "Return [%]": ["totalReturn", 100],
  "Buy & Hold Return [%]": ["benchmarkReturn", 100],
  "CAGR [%]": ["cagr", 100],
  "Max. Drawdown [%]": ["maxDrawdown", -100],
  "Max. Drawdown Duration": ["longestDrawdown", 1],
  "# Trades": ["trades", 1],
  "Win Rate [%]": ["winRate", 100],
  "Best Trade [%]": ["bestTrade", 100],
  "Worst Trade [%]": ["worstTrade", 100],
  "Max. Trade Duration": ["longestHolding", 1],
  "Expectancy [%]": ["averageTrade", 100],
  SQN: ["sqn", 1],
};

/** Theirs that are defined otherwise: the formula, and ours. */
const DIFFERENT: Readonly<Record<string, string>> = {
  "Exposure Time [%]": "counts the bar of an exit at its open as held; ours counts bars in which a trade was open",
  "Return (Ann.) [%]": "geometric mean of day returns to the power of 252; ours is the CAGR over calendar time",
  "Volatility (Ann.) [%]": "of a compounded return: sqrt((var + (1 + g)^2)^252 - (1 + g)^504)",
  "Sharpe Ratio": "annualised geometric return / compounded volatility; ours is Sharpe's mean / deviation",
  "Sortino Ratio": "annualised geometric return / downside deviation; ours takes the arithmetic mean",
  "Calmar Ratio": "annualised geometric return / maximum drawdown; ours takes the CAGR",
  "Alpha [%]": "total return - beta x buy and hold, not a year's; ours is Jensen's, annualised",
  Beta: "of log returns bar by bar; ours is of simple returns day by day",
  "Avg. Drawdown [%]": "bar by bar, blind to one that begins with the last bar; ours is of daily equity",
  "Avg. Drawdown Duration": "likewise, and rounded up to whole bars",
  "Avg. Trade [%]": "geometric mean of the trades' returns",
  "Avg. Trade Duration": "rounded up to whole bars",
  "Profit Factor": "of the trades' returns; ours is of money",
  "Kelly Criterion": "counts a trade that made nothing as lost; ours leaves it out",
};

function ours(run: GoldenRun): Statistics {
  // Buying and holding starts at the bar on which every indicator has a value; before it there is nothing held.
  const value = run.curve.value.map((_, row) => run.close[Math.max(row, run.firstTradingBar)] as number);
  const benchmark: EquityCurve = { time: run.curve.time, value, length: value.length };
  return summary(run.curve, run.table, { benchmark, dayOf: (instant) => Math.floor(instant / DAY) });
}

describe.each(NAMES)("the run %s of backtesting.py", (name) => {
  beforeEach(({ skip }) => skip(!hasShared, NO_SHARED));

  it("gives every statistic of its report from its equity and trades by its own formulas", () => {
    const run = goldenRun(name);
    const computed = backtestingPyStats(run);
    expect(Object.keys(computed)).toEqual(Object.keys(run.stats));
    for (const [statistic, expected] of Object.entries(run.stats))
      expectClose(computed[statistic], expected, statistic);
  });

  it("gives the same numbers as our statistics wherever the definitions agree", () => {
    const run = goldenRun(name);
    const statistics = ours(run);
    for (const [statistic, [key, factor]] of Object.entries(SAME)) {
      const expected = run.stats[statistic];
      if (expected === undefined) continue;
      expectClose((statistics[key] ?? Number.NaN) * factor, expected, `${statistic} is ${key}`);
    }
  });

  it("has no statistic that is neither ours nor listed with the formula that differs", () => {
    const listed = [...Object.keys(SAME), ...Object.keys(DIFFERENT)];
    expect(Object.keys(goldenRun(name).stats).filter((statistic) => !listed.includes(statistic))).toEqual([]);
  });

  it("has our exposure, Calmar and Kelly once its own habits are taken out", () => {
    const run = goldenRun(name);
    const statistics = ours(run);
    const held = new Uint8Array(run.time.length - 1);
    for (const trade of run.trades) held.fill(1, trade.entryBar, trade.exitBar);
    const bars = held.reduce((count, one) => count + one, 0);
    expectClose(statistics.exposure, bars / held.length, "exposure without the bars of exits at the open");
    const depth = -(run.stats["Max. Drawdown [%]"] as number);
    expectClose(statistics.calmar, (run.stats["CAGR [%]"] as number) / depth, "Calmar of its CAGR");
    const odds = run.trades.filter((trade) => trade.profit !== 0).map((trade) => trade.profit);
    expectClose(statistics.kelly, kellyOfProfits(odds), "Kelly without trades that made nothing");
  });
});

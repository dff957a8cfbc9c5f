/**
 * The statistics of backtesting.py, by its own definitions and under its own names, for bars of a day or less. Where
 * Seatrial defines a statistic otherwise, a test computes theirs with these and ours with core/statistics.
 *
 * Shapes: one equity value a bar, stamped with the bar's start (epoch ms UTC); trades by rows of those bars. Results
 * are in the units of its report: per cent where the name says [%], money where it says [$], instants in epoch ms UTC,
 * durations in milliseconds.
 */
import { DAY, HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";

export interface BacktestingPyTrade {
  /** Above 0 for long, below 0 for short. */
  readonly size: number;
  readonly entryBar: number;
  readonly exitBar: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Net of commission. */
  readonly profit: number;
  readonly commission: number;
}

export interface BacktestingPyRun {
  /** Bar starts. */
  readonly time: ArrayLike<number>;
  readonly equity: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  readonly trades: readonly BacktestingPyTrade[];
  /** The first row on which every indicator has a value: the bar before the first decision. */
  readonly firstTradingBar: number;
}

export type BacktestingPyStats = Readonly<Record<string, number>>;

/** All of them, keyed as in its report. "Commissions [$]" is there only where some were paid, as in its report. */
export function backtestingPyStats(run: BacktestingPyRun): BacktestingPyStats {
  const { time, equity, close, trades } = run;
  const last = time.length - 1;
  const totalReturn = (equity[last] - equity[0]) / equity[0];
  const buyAndHold = (close[last] - close[run.firstTradingBar]) / close[run.firstTradingBar];
  const days = dayReturns(time, equity);
  const daysPerYear = annualTradingDays(time);
  const annual = annualReturn(days, daysPerYear);
  const volatility = annualVolatility(days, daysPerYear);
  const beta = logBeta(equity, close);
  const depths = drawdownColumn(equity);
  const maxDrawdown = Math.max(...depths);
  const falls = drawdownsOf(time, depths);
  const returns = trades.map(tradeReturn);
  const profits = trades.map((trade) => trade.profit);
  const held = trades.map((trade) => time[trade.exitBar] - time[trade.entryBar]);
  const commission = sum(trades.map((trade) => trade.commission));
  const roundUp = (duration: number): number => Math.ceil(duration / resolution(time)) * resolution(time);
  return {
    Start: time[0],
    End: time[last],
    Duration: time[last] - time[0],
    "Exposure Time [%]": exposureInBars(time.length, trades) * 100,
    "Equity Final [$]": equity[last],
    "Equity Peak [$]": Math.max(...Array.from(equity)),
    ...(commission > 0 && { "Commissions [$]": commission }),
    "Return [%]": totalReturn * 100,
    "Buy & Hold Return [%]": buyAndHold * 100,
    "Return (Ann.) [%]": annual * 100,
    "Volatility (Ann.) [%]": volatility * 100,
    "CAGR [%]": compoundGrowth(time, equity) * 100,
    "Sharpe Ratio": annual / volatility,
    "Sortino Ratio": annual / downsideDeviation(days, daysPerYear),
    "Calmar Ratio": annual / maxDrawdown,
    "Alpha [%]": (totalReturn - beta * buyAndHold) * 100,
    Beta: beta,
    "Max. Drawdown [%]": -maxDrawdown * 100,
    "Avg. Drawdown [%]": -mean(falls.map((fall) => fall.depth)) * 100,
    "Max. Drawdown Duration": roundUp(Math.max(...falls.map((fall) => fall.duration))),
    "Avg. Drawdown Duration": roundUp(mean(falls.map((fall) => fall.duration))),
    "# Trades": trades.length,
    "Win Rate [%]": winRate(profits) * 100,
    "Best Trade [%]": Math.max(...returns) * 100,
    "Worst Trade [%]": Math.min(...returns) * 100,
    "Avg. Trade [%]": geometricMean(returns) * 100,
    "Max. Trade Duration": roundUp(Math.max(...held)),
    "Avg. Trade Duration": roundUp(mean(held)),
    "Profit Factor": profitFactorOfReturns(returns),
    "Expectancy [%]": mean(returns) * 100,
    SQN: systemQuality(profits),
    "Kelly Criterion": kellyOfProfits(profits),
  };
}

/** Last equity of each UTC day (by bar start) over that of the day before, less 1. The first day has none. */
export function dayReturns(time: ArrayLike<number>, equity: ArrayLike<number>): number[] {
  const closes: number[] = [];
  for (let row = 0; row < time.length; row++) {
    const sameDay = row > 0 && Math.floor(time[row] / DAY) === Math.floor(time[row - 1] / DAY);
    if (sameDay) closes[closes.length - 1] = equity[row];
    else closes.push(equity[row]);
  }
  return closes.slice(1).map((close, at) => close / closes[at] - 1);
}

/** 365 where more than 60 % of the weekend's share of bars is there, else 252. */
export function annualTradingDays(time: ArrayLike<number>): 252 | 365 {
  const weekend = Array.from(time).filter((instant) => [0, 6].includes(new Date(instant).getUTCDay())).length;
  return weekend / time.length > (2 / 7) * 0.6 ? 365 : 252;
}

/** exp(mean(log(1 + r))) - 1; 0 where one return is -1 or less. */
export function geometricMean(returns: readonly number[]): number {
  if (returns.some((value) => value <= -1)) return 0;
  return Math.exp(sum(returns.map((value) => Math.log(1 + value))) / returns.length) - 1;
}

/** (1 + geometric mean of day returns)^days - 1. */
export function annualReturn(days: readonly number[], daysPerYear: number): number {
  return (1 + geometricMean(days)) ** daysPerYear - 1;
}

/** Of a compounded return: sqrt((var + (1 + g)^2)^days - (1 + g)^(2 days)). */
export function annualVolatility(days: readonly number[], daysPerYear: number): number {
  const growth = 1 + geometricMean(days);
  return Math.sqrt((variance(days) + growth ** 2) ** daysPerYear - growth ** (2 * daysPerYear));
}

/** sqrt(mean(min(r, 0)^2)) x sqrt(days). */
export function downsideDeviation(days: readonly number[], daysPerYear: number): number {
  return Math.sqrt(mean(days.map((value) => Math.min(value, 0) ** 2))) * Math.sqrt(daysPerYear);
}

/** (last / first)^(1 / years) - 1, in calendar years of 365.25 days. */
export function compoundGrowth(time: ArrayLike<number>, equity: ArrayLike<number>): number {
  const last = time.length - 1;
  return (equity[last] / equity[0]) ** ((365.25 * DAY) / (time[last] - time[0])) - 1;
}

/** Slope of log returns of equity, bar by bar, over those of the close. */
export function logBeta(equity: ArrayLike<number>, close: ArrayLike<number>): number {
  const own = logReturns(equity);
  const market = logReturns(close);
  const ownMean = mean(own);
  const marketMean = mean(market);
  const covariance = sum(own.map((value, at) => (value - ownMean) * (market[at] - marketMean))) / (own.length - 1);
  return covariance / variance(market);
}

/** Share of bars that any trade touches, those of its entry and its exit included. */
export function exposureInBars(bars: number, trades: readonly BacktestingPyTrade[]): number {
  const held = new Uint8Array(bars);
  for (const trade of trades) held.fill(1, trade.entryBar, trade.exitBar + 1);
  return held.reduce((count, one) => count + one, 0) / bars;
}

/** Return of a trade on its entry value, commission taken off. */
export function tradeReturn(trade: BacktestingPyTrade): number {
  const gross = Math.sign(trade.size) * (trade.exitPrice / trade.entryPrice - 1);
  return gross - trade.commission / (Math.abs(trade.size) * trade.entryPrice);
}

/** Of returns, not of money: sum of those above 0 / sum of those below. */
export function profitFactorOfReturns(returns: readonly number[]): number {
  return sum(returns.filter((value) => value > 0)) / -sum(returns.filter((value) => value < 0));
}

/** sqrt(n) x mean / sample standard deviation of profits. */
export function systemQuality(profits: readonly number[]): number {
  return (Math.sqrt(profits.length) * mean(profits)) / Math.sqrt(variance(profits));
}

/** Win rate - (1 - win rate) / (average win / average loss); a trade that made 0 counts as lost. */
export function kellyOfProfits(profits: readonly number[]): number {
  const payoff = mean(profits.filter((value) => value > 0)) / -mean(profits.filter((value) => value < 0));
  return winRate(profits) - (1 - winRate(profits)) / payoff;
}

/**
 * Drawdowns between points at a high. One that begins with the very last point is not seen: the last point counts as
 * the end of a drawdown, and two neighbouring ends have nothing between them.
 */
export function drawdownsOf(
  time: ArrayLike<number>,
  depths: readonly number[],
): { readonly depth: number; readonly duration: number }[] {
  const found: { depth: number; duration: number }[] = [];
  let previous = 0;
  for (let row = 1; row < depths.length; row++) {
    if (depths[row] !== 0 && row < depths.length - 1) continue;
    if (row > previous + 1) {
      const depth = Math.max(...depths.slice(previous, row + 1));
      found.push({ depth, duration: time[row] - time[previous] });
    }
    previous = row;
  }
  return found;
}

/** 1 - equity / highest equity so far, per bar. */
export function drawdownColumn(equity: ArrayLike<number>): number[] {
  let peak = Number.NEGATIVE_INFINITY;
  return Array.from(equity, (value) => {
    peak = Math.max(peak, value);
    return 1 - value / peak;
  });
}

/** Durations are rounded up to the largest whole unit of the usual distance between bars. */
function resolution(time: ArrayLike<number>): number {
  const distances = Array.from(time)
    .slice(-100)
    .map((instant, at, all) => instant - (all[at - 1] ?? Number.NaN))
    .slice(1)
    .sort((a, b) => a - b);
  const median = distances[distances.length >>> 1];
  return [DAY, HOUR, MINUTE, SECOND].find((unit) => median % unit === 0) ?? 1;
}

function winRate(profits: readonly number[]): number {
  return profits.filter((value) => value > 0).length / profits.length;
}

function logReturns(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length - 1 }, (_, at) => Math.log(values[at + 1] / values[at]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function variance(values: readonly number[]): number {
  const average = mean(values);
  return sum(values.map((value) => (value - average) ** 2)) / (values.length - 1);
}

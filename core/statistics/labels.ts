/** What kind of number a statistic is, which decides how it is printed. */
export type StatisticKind = "fraction" | "ratio" | "money" | "count" | "duration" | "instant";

/** The least a statistic needs before it is a number; below any of these it is undefined. */
export interface StatisticNeeds {
  /** Daily returns. */
  readonly returns?: number;
  /** Days on the calendar from the first to the last point. */
  readonly days?: number;
  /** Calendar months with a return. */
  readonly months?: number;
  /** Trades. */
  readonly trades?: number;
}

export interface StatisticLabel {
  /** As it is printed in front of the number. */
  readonly label: string;
  readonly kind: StatisticKind;
  /** One sentence. */
  readonly definition: string;
  readonly needs?: StatisticNeeds;
}

// Why these counts: annualised figures of returns ask for a month of sessions (20). The power that turns a growth into
// one a year is at most 4 at 90 days. The standard errors of skewness and kurtosis, sqrt(6 / n) and sqrt(24 / n), are
// 0.3 and 0.6 at 60 returns. Of 100 returns 5 lie in a 5 % tail. At 10 trades one more or less moves a win rate by 10
// points; 30 is where Tharp lets his number count. A positive month out of 12 is a statement about a year.
const MONTH_OF_RETURNS = { returns: 20 } as const;
const QUARTER_OF_RETURNS = { returns: 60 } as const;
const TAIL = { returns: 100 } as const;
const QUARTER = { days: 90 } as const;
const TEN_TRADES = { trades: 10 } as const;
const THIRTY_TRADES = { trades: 30 } as const;

/**
 * Every statistic of a run, in the order in which they are printed and stand in a result. docs/statistics.md holds
 * the same table.
 */
export const STATISTIC_LABELS = {
  start: { label: "Start", kind: "instant", definition: "First instant of the equity curve." },
  end: { label: "End", kind: "instant", definition: "Last instant of the equity curve." },
  duration: { label: "Duration", kind: "duration", definition: "Time from start to end." },
  tradingDays: { label: "Trading days", kind: "count", definition: "Days with a return." },
  periodsPerYear: {
    label: "Periods a year",
    kind: "count",
    definition: "Daily returns taken to make a year: given, or measured from the curve.",
  },
  startEquity: { label: "Start equity", kind: "money", definition: "Equity at the start: the starting cash." },
  endEquity: { label: "End equity", kind: "money", definition: "Equity at the end." },
  peakEquity: { label: "Peak equity", kind: "money", definition: "Highest equity of the curve." },
  netProfit: { label: "Net profit", kind: "money", definition: "End equity less start equity." },

  totalReturn: { label: "Total return", kind: "fraction", definition: "End equity / start equity - 1." },
  cagr: {
    label: "CAGR",
    kind: "fraction",
    definition: "Compound growth a year: (end / start)^(1 / years) - 1, years of 365.25 days on the calendar.",
    needs: QUARTER,
  },
  annualVolatility: {
    label: "Volatility (ann.)",
    kind: "fraction",
    definition: "Sample standard deviation of daily returns x sqrt(periods a year).",
    needs: MONTH_OF_RETURNS,
  },
  bestDay: { label: "Best day", kind: "fraction", definition: "Highest daily return.", needs: { returns: 2 } },
  worstDay: { label: "Worst day", kind: "fraction", definition: "Lowest daily return.", needs: { returns: 2 } },
  bestMonth: { label: "Best month", kind: "fraction", definition: "Highest monthly return.", needs: { months: 2 } },
  worstMonth: { label: "Worst month", kind: "fraction", definition: "Lowest monthly return.", needs: { months: 2 } },
  positiveMonths: {
    label: "Positive months",
    kind: "fraction",
    definition: "Share of months with a return above 0.",
    needs: { months: 12 },
  },

  sharpe: {
    label: "Sharpe ratio",
    kind: "ratio",
    definition: "Mean / standard deviation of daily returns above the risk-free rate, x sqrt(periods a year).",
    needs: MONTH_OF_RETURNS,
  },
  probabilisticSharpe: {
    label: "Probabilistic Sharpe",
    kind: "fraction",
    definition: "Probability that the true Sharpe ratio is above 0, given length, skewness and kurtosis.",
    needs: QUARTER_OF_RETURNS,
  },
  sortino: {
    label: "Sortino ratio",
    kind: "ratio",
    definition: "Mean / downside deviation of daily returns above the risk-free rate, x sqrt(periods a year).",
    needs: MONTH_OF_RETURNS,
  },
  calmar: { label: "Calmar ratio", kind: "ratio", definition: "CAGR / maximum drawdown.", needs: QUARTER },

  maxDrawdown: {
    label: "Max drawdown",
    kind: "fraction",
    definition: "Deepest fall of equity from a high, at every point of the curve, as a fraction of that high.",
  },
  maxDrawdownPeak: {
    label: "Max drawdown peak",
    kind: "instant",
    definition: "Last instant at the high before the deepest fall.",
  },
  maxDrawdownTrough: {
    label: "Max drawdown trough",
    kind: "instant",
    definition: "Instant of the lowest point of the deepest fall.",
  },
  maxDrawdownRecovery: {
    label: "Max drawdown recovery",
    kind: "instant",
    definition: "Instant at which that high was reached again; n/a while it is not.",
  },
  maxDrawdownDuration: {
    label: "Max drawdown duration",
    kind: "duration",
    definition: "The deepest fall from its peak to its recovery, or to the end.",
  },
  maxDrawdownRecoveryTime: {
    label: "Max drawdown recovery time",
    kind: "duration",
    definition: "The deepest fall from its trough to its recovery.",
  },
  longestDrawdown: {
    label: "Longest drawdown",
    kind: "duration",
    definition: "Longest time from a high to its recovery, or to the end, at every point of the curve.",
  },
  drawdowns: { label: "# Drawdowns", kind: "count", definition: "Falls from a high of equity at the end of days." },
  averageDrawdown: {
    label: "Avg. drawdown",
    kind: "fraction",
    definition: "Mean depth of the drawdowns of daily equity.",
  },
  averageDrawdownDuration: {
    label: "Avg. drawdown duration",
    kind: "duration",
    definition: "Mean time from peak to recovery, or to the end, of the drawdowns of daily equity.",
  },
  averageDrawdownRecoveryTime: {
    label: "Avg. drawdown recovery time",
    kind: "duration",
    definition: "Mean time from trough to recovery of the drawdowns of daily equity that recovered.",
  },
  ulcerIndex: {
    label: "Ulcer index",
    kind: "fraction",
    definition: "Root mean square of the drawdown of daily equity.",
    needs: MONTH_OF_RETURNS,
  },

  valueAtRisk: {
    label: "Value at risk (95 %)",
    kind: "fraction",
    definition: "Daily loss that 95 % of the days did not exceed, historical; positive is a loss.",
    needs: TAIL,
  },
  expectedShortfall: {
    label: "Expected shortfall (95 %)",
    kind: "fraction",
    definition: "Mean loss of the worst 5 % of the days, historical; positive is a loss.",
    needs: TAIL,
  },
  skewness: {
    label: "Skewness",
    kind: "ratio",
    definition: "Skewness of daily returns, adjusted for the sample (G1).",
    needs: QUARTER_OF_RETURNS,
  },
  kurtosis: {
    label: "Excess kurtosis",
    kind: "ratio",
    definition: "Excess kurtosis of daily returns, adjusted for the sample (G2); 0 for the normal distribution.",
    needs: QUARTER_OF_RETURNS,
  },

  exposure: {
    label: "Exposure",
    kind: "fraction",
    definition:
      "Share of bars in which a position was held, for any part of them; of several instruments, of the instants at which any had a bar.",
  },
  valueTraded: { label: "Value traded", kind: "money", definition: "Value of all fills, buys and sells." },
  turnover: {
    label: "Turnover (ann.)",
    kind: "ratio",
    definition: "Half the value traded / mean daily equity / years.",
    needs: QUARTER,
  },
  fees: { label: "Fees", kind: "money", definition: "Fees and commissions paid." },
  slippage: {
    label: "Slippage",
    kind: "money",
    definition: "Cost of fills away from their reference prices; n/a where the run does not tell.",
  },

  trades: { label: "# Trades", kind: "count", definition: "Trades from entry to exit." },
  winRate: {
    label: "Win rate",
    kind: "fraction",
    definition: "Trades with a net profit / all trades.",
    needs: TEN_TRADES,
  },
  bestTrade: { label: "Best trade", kind: "fraction", definition: "Highest net profit / entry value of a trade." },
  worstTrade: { label: "Worst trade", kind: "fraction", definition: "Lowest net profit / entry value of a trade." },
  averageTrade: { label: "Avg. trade", kind: "fraction", definition: "Mean net profit / entry value of the trades." },
  averageWin: { label: "Avg. win", kind: "money", definition: "Mean net profit of the winning trades." },
  averageLoss: { label: "Avg. loss", kind: "money", definition: "Mean net loss of the losing trades, below 0." },
  payoffRatio: {
    label: "Payoff ratio",
    kind: "ratio",
    definition: "Average win / average loss.",
    needs: TEN_TRADES,
  },
  profitFactor: {
    label: "Profit factor",
    kind: "ratio",
    definition: "Gross profit of the winners / gross loss of the losers; n/a without a loser.",
    needs: TEN_TRADES,
  },
  expectancy: { label: "Expectancy", kind: "money", definition: "Mean net profit of a trade.", needs: TEN_TRADES },
  sqn: {
    label: "SQN",
    kind: "ratio",
    definition: "System quality number: sqrt(trades) x mean / standard deviation of the trades' net profits.",
    needs: THIRTY_TRADES,
  },
  kelly: {
    label: "Kelly fraction",
    kind: "fraction",
    definition: "Share of winners - share of losers / payoff ratio, trades that made nothing left out.",
    needs: THIRTY_TRADES,
  },
  averageMae: {
    label: "Avg. MAE",
    kind: "fraction",
    definition: "Mean furthest move against a trade / entry price.",
  },
  worstMae: { label: "Worst MAE", kind: "fraction", definition: "Largest move against a trade / entry price." },
  averageMfe: {
    label: "Avg. MFE",
    kind: "fraction",
    definition: "Mean furthest move in favour of a trade / entry price.",
  },
  bestMfe: { label: "Best MFE", kind: "fraction", definition: "Largest move in favour of a trade / entry price." },
  averageHolding: { label: "Avg. holding time", kind: "duration", definition: "Mean time from entry to exit." },
  longestHolding: { label: "Longest holding time", kind: "duration", definition: "Longest time from entry to exit." },
  shortestHolding: {
    label: "Shortest holding time",
    kind: "duration",
    definition: "Shortest time from entry to exit.",
  },
  averageBarsHeld: { label: "Avg. bars held", kind: "ratio", definition: "Mean number of bars a trade was held." },
  longestWinningStreak: {
    label: "Longest winning streak",
    kind: "count",
    definition: "Most winning trades in a row, by exit.",
  },
  longestLosingStreak: {
    label: "Longest losing streak",
    kind: "count",
    definition: "Most losing trades in a row, by exit.",
  },

  benchmarkReturn: {
    label: "Buy & hold return",
    kind: "fraction",
    definition: "Total return of the benchmark over the same instants.",
  },
  benchmarkMaxDrawdown: {
    label: "Buy & hold max drawdown",
    kind: "fraction",
    definition: "Deepest fall of the benchmark from a high.",
  },
  alpha: {
    label: "Alpha (ann.)",
    kind: "fraction",
    definition: "Jensen's alpha: mean daily excess return - beta x the benchmark's, x periods a year.",
    needs: QUARTER_OF_RETURNS,
  },
  beta: {
    label: "Beta",
    kind: "ratio",
    definition: "Covariance of daily returns with the benchmark's / variance of the benchmark's.",
    needs: QUARTER_OF_RETURNS,
  },
  correlation: {
    label: "Correlation",
    kind: "ratio",
    definition: "Correlation of daily returns with the benchmark's.",
    needs: QUARTER_OF_RETURNS,
  },
  trackingError: {
    label: "Tracking error (ann.)",
    kind: "fraction",
    definition: "Sample standard deviation of daily returns less the benchmark's, x sqrt(periods a year).",
    needs: MONTH_OF_RETURNS,
  },
  informationRatio: {
    label: "Information ratio",
    kind: "ratio",
    definition: "Mean / standard deviation of daily returns less the benchmark's, x sqrt(periods a year).",
    needs: MONTH_OF_RETURNS,
  },
} as const satisfies Readonly<Record<string, StatisticLabel>>;

export type StatisticKey = keyof typeof STATISTIC_LABELS;

/** The keys in order. */
export const STATISTIC_KEYS = Object.keys(STATISTIC_LABELS) as readonly StatisticKey[];

/** The label of a key, with every optional field in its type. */
export function statisticLabel(key: StatisticKey): StatisticLabel {
  return STATISTIC_LABELS[key];
}

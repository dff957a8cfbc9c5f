import type { TradeTable } from "./inputs.js";

/** Sums over a list of trades, from which the figures below follow. A trade that made exactly 0 neither won nor lost. */
export interface TradeTotals {
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  /** Profits of the winners, net of fees, in base currency; 0 or more. */
  readonly grossProfit: number;
  /** Losses of the losers, as a positive amount in base currency; 0 or more. */
  readonly grossLoss: number;
  /** Fees of all trades, in base currency. */
  readonly fees: number;
  /** Entry plus exit value of all trades, in base currency. */
  readonly valueTraded: number;
  /** Net profit / entry value of a trade; undefined without a trade that has an entry value. */
  readonly bestReturn: number | undefined;
  readonly worstReturn: number | undefined;
  readonly averageReturn: number | undefined;
}

export function tradeTotals(table: TradeTable): TradeTotals {
  const { profit, fees, entryValue, entryPrice, exitPrice, length } = table;
  let wins = 0;
  let losses = 0;
  let grossProfit = 0;
  let grossLoss = 0;
  let feesPaid = 0;
  let valueTraded = 0;
  let best = Number.NEGATIVE_INFINITY;
  let worst = Number.POSITIVE_INFINITY;
  let returns = 0;
  let priced = 0;
  for (let row = 0; row < length; row++) {
    const made = profit[row];
    if (made > 0) {
      wins++;
      grossProfit += made;
    } else if (made < 0) {
      losses++;
      grossLoss -= made;
    }
    feesPaid += fees[row];
    const value = entryValue[row];
    if (!(value > 0)) continue;
    valueTraded += value * (1 + Math.abs(exitPrice[row] / entryPrice[row]));
    const fraction = made / value;
    returns += fraction;
    priced++;
    if (fraction > best) best = fraction;
    if (fraction < worst) worst = fraction;
  }
  const known = priced > 0;
  return {
    trades: length,
    wins,
    losses,
    grossProfit,
    grossLoss,
    fees: feesPaid,
    valueTraded,
    bestReturn: known ? best : undefined,
    worstReturn: known ? worst : undefined,
    averageReturn: known ? returns / priced : undefined,
  };
}

/** Winners / all trades. */
export function winRate(totals: TradeTotals): number | undefined {
  return totals.trades > 0 ? totals.wins / totals.trades : undefined;
}

/** Mean profit of the winners, in base currency. */
export function averageWin(totals: TradeTotals): number | undefined {
  return totals.wins > 0 ? totals.grossProfit / totals.wins : undefined;
}

/** Mean loss of the losers, in base currency, as a negative amount. */
export function averageLoss(totals: TradeTotals): number | undefined {
  return totals.losses > 0 ? -totals.grossLoss / totals.losses : undefined;
}

/** Average win / average loss, both as positive amounts. Undefined without a winner or without a loser. */
export function payoffRatio(totals: TradeTotals): number | undefined {
  const win = averageWin(totals);
  const loss = averageLoss(totals);
  return win === undefined || loss === undefined ? undefined : win / -loss;
}

/** Gross profit / gross loss. Undefined without a loser. */
export function profitFactor(totals: TradeTotals): number | undefined {
  return totals.losses > 0 ? totals.grossProfit / totals.grossLoss : undefined;
}

/** What a trade makes on average, in base currency: win rate x average win - loss rate x average loss. */
export function expectancy(totals: TradeTotals): number | undefined {
  return totals.trades > 0 ? (totals.grossProfit - totals.grossLoss) / totals.trades : undefined;
}

/**
 * Kelly fraction: p - (1 - p) / payoff ratio, p being winners / (winners + losers), since a trade that made nothing
 * does not change the stake that grows fastest. Undefined without a winner or without a loser.
 * Source: Kelly (1956), "A New Interpretation of Information Rate", Bell System Technical Journal 35(4).
 */
export function kelly(totals: TradeTotals): number | undefined {
  const payoff = payoffRatio(totals);
  if (payoff === undefined) return undefined;
  const odds = totals.wins / (totals.wins + totals.losses);
  return odds - (1 - odds) / payoff;
}

/**
 * System quality number: sqrt(n) x mean / sample standard deviation of the trades' profits. Profits stand for Tharp's
 * R multiples, since a trade need not have an initial risk; his cap of n at 100 is not applied, so that it is the
 * t-statistic of the average profit. Undefined for fewer than 2 trades or profits that are all alike.
 * Source: Tharp (2008), "Van Tharp's Definitive Guide to Position Sizing".
 */
export function systemQuality(table: TradeTable): number | undefined {
  const { profit, length } = table;
  if (length < 2) return undefined;
  let sum = 0;
  for (let row = 0; row < length; row++) sum += profit[row];
  const average = sum / length;
  let squares = 0;
  for (let row = 0; row < length; row++) squares += (profit[row] - average) ** 2;
  const deviation = Math.sqrt(squares / (length - 1));
  // Profits that are equal but for rounding would give a ratio of 1e15.
  return deviation > Math.abs(average) * 1e-12 ? (Math.sqrt(length) * average) / deviation : undefined;
}

import type { BarSeries } from "../core/market/bar-series.js";
import type { Instrument } from "../core/market/instrument.js";
import type { OrderBook } from "../core/orders/order-book.js";
import type { FillLog } from "../core/portfolio/fill-log.js";
import type { TradeLog } from "../core/portfolio/trade-log.js";
import type { EquityCurve, TradeTable } from "../core/statistics/inputs.js";
import type { Statistics } from "../core/statistics/summary.js";

export interface IndicatorOutput {
  readonly name: string;
  /** Whether it is of another size than the main one, and drawn in a pane of its own. */
  readonly apart: boolean;
  readonly values: Float64Array;
}

/** One indicator of the strategy on one series, a column of values an output, row by row of that series. */
export interface IndicatorTrace {
  readonly name: string;
  readonly pane: "price" | "own";
  /** Index of the series in `BacktestResult.series`. */
  readonly series: number;
  readonly outputs: readonly IndicatorOutput[];
}

/** How often a guard or the broker stopped an order, by denial code. */
export interface DenialCount {
  readonly code: string;
  readonly count: number;
  /** The first one in full, such as "STALE_QUOTE: age=3bars limit=2bars". */
  readonly first: string;
  /** When the first one happened, epoch ms UTC. */
  readonly firstTime: number;
}

/** Something the reader should know before looking at a number: in plain words, the gravest first. */
export interface Caveat {
  readonly level: "note" | "warning";
  readonly text: string;
}

/** Everything a backtest says. Instants are epoch ms UTC, money in the base currency unless said. */
export interface BacktestResult {
  /** Name of the strategy's class. */
  readonly strategy: string;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly instruments: readonly Instrument[];
  /** The series that were replayed; rows of fills and trades count in the finest series of an instrument. */
  readonly series: readonly BarSeries[];
  /** Those of them that the strategy was handed, which `bars` counts; the others fill orders alone. */
  readonly handed: readonly BarSeries[];
  /** For each instrument, the index in `series` of its finest series; -1 where it has no bars, built ones neither. */
  readonly finest: readonly number[];
  /** Where the strategy began to act and the last instant of the data. */
  readonly from: number;
  readonly to: number;
  readonly warmupBars: number;
  readonly bars: number;
  readonly baseCurrency: string;
  readonly startCash: number;
  /** IANA zone in which dates are shown. */
  readonly timeZone: string;
  readonly equity: EquityCurve;
  /** Buying and holding the benchmark with the same cash over the same instants. */
  readonly benchmark: EquityCurve | undefined;
  readonly benchmarkName: string | undefined;
  readonly statistics: Statistics;
  readonly trades: TradeTable;
  readonly tradeLog: TradeLog;
  readonly orders: OrderBook;
  readonly fills: FillLog;
  readonly denials: readonly DenialCount[];
  readonly ambiguousBars: number;
  /** What was assumed (fill rule, ambiguous bars, slippage, fees), each a sentence. */
  readonly assumptions: readonly string[];
  readonly caveats: readonly Caveat[];
  readonly indicators: readonly IndicatorTrace[];
  /** SHA-256 of everything that went in, and of everything that came out. */
  readonly inputHash: string;
  readonly outcomeHash: string;
}

import type { FeeModel } from "../brokers/sim/fee-model.js";
import type { MarginModel } from "../brokers/sim/margin-model.js";
import type { FillRule, IntrabarRule, LimitRule } from "../brokers/sim/rules.js";
import type { SlippageModel } from "../brokers/sim/slippage.js";
import type { Sessions } from "../core/calendar/sessions.js";
import type { GuardSettings } from "../core/guards/index.js";
import type { LogSink } from "../core/log.js";
import type { BarSeries } from "../core/market/bar-series.js";
import type { CorporateActions } from "../core/market/corporate-actions.js";
import type { InstrumentSpec } from "../core/market/instrument.js";
import type { QuoteSeries } from "../core/market/quote.js";
import type { TradeSeries } from "../core/market/trade.js";
import type { ParamValues } from "../core/params.js";
import type { StrategyClass } from "../core/strategy.js";
import type { CsvSourceOptions } from "../data/open-data.js";
import type { StoreSelection } from "../data/store/open-stored.js";

/** An instant: epoch ms UTC, a Date, an ISO text with its offset, or a date (a whole day in the run's zone). */
export type When = number | string | Date;

/** What a backtest is made of; only the strategy and the data are needed. Money is in the base currency. */
export interface BacktestOptions {
  readonly strategy: StrategyClass;
  /** Series of bars, or what `--data` takes: "sample", "synthetic:seed=7,bars=100000", "store", CSV files. */
  readonly data: string | readonly string[] | readonly BarSeries[];
  /** What CSV files do not say of themselves: bar size, time zone, what a row's time stamps, session hours. */
  readonly csv?: CsvSourceOptions;
  /** Where `data` is "store": the store's file, default "seatrial.db", and which of its bars, seen how. */
  readonly store?: StoreSelection & { readonly file?: string };
  /** Quotes and trades of the same instruments: where there are some, they decide fills and bars inform. */
  readonly quotes?: readonly QuoteSeries[];
  readonly trades?: readonly TradeSeries[];
  /**
   * Bar sizes that are built for every instrument out of its trades or its finest bars, such as "10000volume" or "65min",
   * as a list or between commas. Then the strategy is handed these and what it subscribes to, and the bars of the data
   * fill orders.
   */
  readonly build?: string | readonly string[];
  readonly params?: ParamValues;
  /** The strategy begins after this; bars before it warm it up. */
  readonly from?: When;
  /** The last instant, or the last day. */
  readonly to?: When;
  /** Default 100,000. */
  readonly cash?: number;
  /** Default "USD". */
  readonly baseCurrency?: string;
  /** Base currency for one unit of another, where no forex pair of the data tells it. */
  readonly rates?: Readonly<Record<string, number>>;
  /** Default "reg-t". */
  readonly margin?: string | MarginModel;
  /** Default "next-open". */
  readonly fill?: FillRule;
  /** Default "through". */
  readonly limitFill?: LimitRule;
  /** Default "pessimistic". */
  readonly intrabar?: IntrabarRule;
  /** Milliseconds from making an order to its reaching the market. Default 0. */
  readonly latency?: number;
  /** Default "ib-fixed". */
  readonly fees?: string | FeeModel;
  /** Default "ticks:1". */
  readonly slippage?: string | SlippageModel;
  /** Largest share of a bar's volume that fills may make up. Default: no cap. */
  readonly volumeLimit?: number;
  /** What differs from an instrument's defaults, by symbol as in the configuration, or as a list. */
  readonly instruments?: readonly InstrumentSpec[] | Readonly<Record<string, Omit<InstrumentSpec, "symbol">>>;
  /** Splits and dividends by symbol, over raw prices; those of a store come with its data. */
  readonly actions?: Readonly<Record<string, CorporateActions>>;
  /**
   * Whose hours are kept: "auto" (default) for the calendar of each instrument's exchange where one covers the data and
   * the data keeps it, the name of a calendar such as "XNYS" for all, or "bars" for what the times of the bars tell.
   */
  readonly calendar?: string;
  /** Sessions by symbol, in place of a calendar's. */
  readonly sessions?: Readonly<Record<string, Sessions>>;
  /** `false` leaves only the kill switch. */
  readonly guards?: GuardSettings | false;
  /** Symbol that buying and holding is compared with; default the first instrument. `false` for none. */
  readonly benchmark?: string | false;
  /** Seed of `this.random`. Default 1. */
  readonly seed?: number;
  /** Catch bars that are kept beyond their handler; slower. Default false. */
  readonly strict?: boolean;
  /** IANA zone for dates in the result. Default the first instrument's. */
  readonly timeZone?: string;
  /** The strategy's source text, which enters the hash of the inputs. Default: its class as text. */
  readonly source?: string;
  readonly log?: LogSink;
  /** Told of progress, before the first event and from time to time: events done and all there are. */
  readonly progress?: (done: number, total: number) => void;
  /** Ends the run early: it throws INTERRUPTED. */
  readonly signal?: AbortSignal;
}

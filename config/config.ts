import type { GuardSettings } from "../core/guards/index.js";
import type { Adjustment } from "../core/market/corporate-actions.js";
import type { InstrumentSpec } from "../core/market/instrument.js";
import type { ParamValue } from "../core/params.js";
import type { DateOrder, Stamp } from "../data/files/csv-words.js";
import type { Hours, What } from "../data/store/series-key.js";

/** What is said of an instrument; its symbol is the key it stands under. */
export type InstrumentSettings = Omit<InstrumentSpec, "symbol">;

export const MARGINS = ["cash", "reg-t", "reg-t-intraday", "unlimited"] as const;
export const FILLS = ["next-open", "same-close"] as const;
export const LIMIT_FILLS = ["through", "touch"] as const;
export const INTRABARS = ["pessimistic", "optimistic", "ohlc"] as const;

/** What CSV files do not say of themselves. */
export interface CsvSettings {
  /** Size of the bars, such as "5min". Default: what their times show. */
  readonly bar?: string;
  /** IANA zone of times without an offset. Default: UTC where the column says so, else the instrument's. */
  readonly timeZone?: string;
  /** Whether the time of a row is the start of its bar (default) or the end. */
  readonly stamp?: Stamp;
  /** The session of a daily bar, such as { open: "09:30", close: "16:00" }, local to the instrument's zone. */
  readonly sessionHours?: { readonly open: string; readonly close: string };
  /** Names of the columns, between commas, of files that do not begin with them. */
  readonly columns?: string;
  /** Which of day and month comes first in dates that end with the year, where the dates do not tell. */
  readonly dateOrder?: DateOrder;
  /** What prices have been multiplied by, such as 10000; 1 takes them as they are. */
  readonly priceScale?: number;
}

/** Which bars of the store a run is made of, where `data` is "store". */
export interface StoreSettings {
  /** The store, relative to the configuration's folder. Default "seatrial.db" in the working folder. */
  readonly file?: string;
  /** Symbols, as a list or between commas; may be left out where the store has one. */
  readonly symbols?: string | readonly string[];
  /** Bar sizes, as a list or between commas; may be left out where there is one. */
  readonly bar?: string | readonly string[];
  /** How prices are seen: "raw", adjusted for "splits" (default), or "all": for dividends too. */
  readonly adjust?: Adjustment;
  /** What the bars show, such as "quotes". Default: trades, else quotes, else midpoints. */
  readonly what?: What;
  /** "regular" (default where there are some) or "all". */
  readonly hours?: Hours;
}

export interface AccountSettings {
  /** "cash": what is bought is paid for; "reg-t": US margin rules; "unlimited": nothing is checked. */
  readonly margin?: (typeof MARGINS)[number];
}

/** What becomes of a session's positions when it is stopped. */
export const ON_STOP = ["keep", "flatten"] as const;
export type OnStop = (typeof ON_STOP)[number];

/** How a session that trades reaches TWS or IB Gateway, and what it keeps to there. */
export interface SessionSettings {
  /** Id of the account that trades. Default: the login's only one. For live trading it has to be typed in as well. */
  readonly account?: string;
  /** Where TWS or IB Gateway is. Default 127.0.0.1. */
  readonly host?: string;
  readonly port?: number;
  /** The id to connect with, one for each session; the journal is bound to it. Default 1. */
  readonly clientId?: number;
  /** What is traded, as a list or between commas. */
  readonly symbols?: string | readonly string[];
  /** Size of the bars that are asked of TWS, such as "5min"; larger ones are built from them. */
  readonly bar?: string;
  /** Bars of "regular" hours (default) or of "all". */
  readonly hours?: Hours;
  /** What becomes of positions when it is stopped: "keep" (default) or "flatten". */
  readonly onStop?: OnStop;
  /** Seconds that the last values of a bar may come behind its end. Default 1.5. */
  readonly barGrace?: number;
  /** Lines of market data that the login has. Default 100. */
  readonly lines?: number;
  /** Of these, lines on which each trade is told. Default 5. */
  readonly tickByTickLines?: number;
}

export interface LiveSettings extends SessionSettings {
  /** Trading days on a paper account that a version of a strategy needs before it goes live. Default 5. */
  readonly paperDays?: number;
}

/** What a run is made of. Flags of the command line override what stands here; what neither says has a default. */
export interface RunSettings {
  /** File of the strategy, relative to the configuration's folder. */
  readonly strategy?: string;
  /** Where the bars come from: "sample", "synthetic:seed=7,bars=100000", "store", or CSV files such as "SPY=spy.csv". */
  readonly data?: string | readonly string[];
  readonly csv?: CsvSettings;
  readonly store?: StoreSettings;
  /** Bar sizes built out of the data for the strategy, such as "10000volume"; orders fill on the data itself. */
  readonly build?: string | readonly string[];
  /** First and last day, such as "2024-01-31", or an instant with its offset, such as "2024-01-31T15:30:00Z". */
  readonly from?: string;
  readonly to?: string;
  /** Money the account begins with, in the base currency. */
  readonly cash?: number;
  /** ISO code of the account's currency, such as "USD". */
  readonly baseCurrency?: string;
  /** What one unit of a currency is worth in the account's, where no forex pair of the data tells it. */
  readonly rates?: Readonly<Record<string, number>>;
  readonly account?: AccountSettings;
  /** Whose hours are kept: "auto", a calendar such as "XNYS", or "bars" for what the times of the bars tell. */
  readonly calendar?: string;
  /** Where a market order made on a bar fills: at the next bar's open, or at that bar's own close (optimistic). */
  readonly fill?: (typeof FILLS)[number];
  /** Whether a limit needs a price beyond it ("through") or only at it ("touch"). */
  readonly limitFill?: (typeof LIMIT_FILLS)[number];
  /** Who wins where one bar reached both a stop and a limit of the same group. */
  readonly intrabar?: (typeof INTRABARS)[number];
  /** Milliseconds between an order and the first event it can fill on. */
  readonly latency?: number;
  /** A fee schedule by name, such as "ib-fixed". */
  readonly fees?: string;
  /** A slippage model by name, such as "none", "ticks:1" or "bps:2". */
  readonly slippage?: string;
  /** The largest share of a bar's volume one order may take, above 0 and up to 1. */
  readonly volumeLimit?: number;
  /** What differs from an instrument's defaults, by symbol. */
  readonly instruments?: Readonly<Record<string, InstrumentSettings>>;
  /** Limits of the guards by name; false takes one out, or all of them. */
  readonly guards?: GuardSettings | false;
  /** Parameters of the strategy by name. */
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** Symbol whose buying and holding the run is compared with; false for none. */
  readonly benchmark?: string | false;
  /** Seed of `this.random`: a whole number of 0 or more. */
  readonly seed?: number;
  /** Folder for what the run leaves behind, relative to the configuration's folder. */
  readonly out?: string;
  /** Catch bars that are kept beyond their handler; slower. */
  readonly strict?: boolean;
  /** Folder of paper and live sessions, relative to the configuration's folder. Default "seatrial-sessions" in the working folder. */
  readonly sessions?: string;
  /** Sessions on a paper account. Without a port or host, `seatrial paper` trades against a simulated gateway. */
  readonly paper?: SessionSettings;
  /** Sessions with real money. */
  readonly live?: LiveSettings;
}

/** What `seatrial.config.ts` exports: common settings, and named runs that override them. */
export interface SeatrialConfig extends RunSettings {
  readonly runs?: Readonly<Record<string, RunSettings>>;
}

import type { BarSeries } from "../../../core/market/bar-series.js";
import type { Instant } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import type { Refusal } from "../errors.js";
import type { TimedBar } from "../history/bar-sequence.js";

/** Why a stream was asked for again. */
export type RenewalReason =
  | "silent"
  | "frozen"
  | "not verified"
  | "competing session"
  | "ended by TWS"
  | "data lost"
  | "connected again";

/** What a feed tells beside market events. */
export interface FeedEvents {
  /** The quotes of an instrument have been asked for, for the first time or again. */
  subscribed: { readonly instrument: Instrument; readonly reason: RenewalReason | "start" };
  /** No tick has come for too long in an open session; told again whenever that is acted upon. */
  silent: { readonly instrument: Instrument; readonly since: Instant };
  /** All values have been the same for too long; told again whenever it is looked into. */
  frozen: { readonly instrument: Instrument; readonly since: Instant };
  /** A stream is not asked for again for now: it was too often, or asking is of no use. Its bars where `series` is given. */
  givenUp: { readonly instrument: Instrument; readonly series?: BarSeries; readonly reason: string };
  /** The data is of another type: 1 real-time, 2 frozen, 3 delayed, 4 delayed and frozen; NaN before it was told. */
  dataType: { readonly instrument: Instrument; readonly type: number; readonly before: number };
  /** Trading is halted (1 by the regulator, 2 by limit up or down) or goes on (0). */
  halted: { readonly instrument: Instrument; readonly value: number };
  /** What TWS says of a stream of an instrument. */
  told: { readonly instrument: Instrument; readonly refusal: Refusal };
  /** What keeps its quotes from coming has changed; "" for nothing. */
  problem: { readonly instrument: Instrument; readonly problem: string };
  /** Its trades come another way from now on. */
  trades: { readonly instrument: Instrument; readonly by: TradeSource };
  /** Bars that were missed have come. */
  gapFilled: { readonly series: BarSeries; readonly bars: number; readonly from: Instant; readonly to: Instant };
  /** A bar has come after a break. */
  lateBar: { readonly series: BarSeries; readonly row: number };
  /** A bar that was handed out has other values at TWS by now. */
  revised: { readonly series: BarSeries; readonly bar: TimedBar };
  /** A bar that is none was passed over: its prices make no sense, its date has no session, or it overlaps another. */
  unsound: { readonly series: BarSeries; readonly bar: TimedBar };
  /** Bars do not come for now. */
  barsInterrupted: { readonly series: BarSeries; readonly reason: string };
}

/** Where the trades of an instrument come from: none, tick by tick, time and sales (233), or the last price. */
export type TradeSource = "none" | "tick-by-tick" | "time-and-sales" | "last";

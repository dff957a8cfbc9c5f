import type { Sessions } from "../../../core/calendar/sessions.js";
import type { Clock } from "../../../core/clock.js";
import { type BarSize, type Instant, MINUTE, SECOND } from "../../../core/market/bar-size.js";
import type { AssetClass, Instrument } from "../../../core/market/instrument.js";
import { LIMITS } from "../../ib/pacing.js";
import type { TwsConnection } from "../connection/tws-connection.js";
import type { ContractDetails } from "../contracts/contract-details.js";
import type { RenewalTimes } from "../history/updating-bars.js";
import type { WallClock } from "./bar-times.js";

/** Bars that a live feed brings. */
export interface FeedSeries {
  readonly instrument: Instrument;
  readonly size: BarSize;
  readonly what: "trades" | "midpoint" | "bid" | "ask";
  readonly hours: "regular" | "all";
  /** The first bar starts here or later: what has ended before the feed has started is the warm-up. */
  readonly from: Instant;
}

export interface TwsFeedOptions {
  readonly connection: TwsConnection;
  readonly instruments: readonly Instrument[];
  /** By instrument. */
  readonly contracts: readonly ContractDetails[];
  readonly series: readonly FeedSeries[];
  /** By instrument: whether each trade is wanted. */
  readonly trades: readonly boolean[];
  /** By instrument: the regular sessions, which know those with the hours before and after. */
  readonly sessions: readonly Sessions[];
  /** By instrument: the date, yyyymmdd, of each of these sessions, where they do not have it themselves. */
  readonly tradeDates: readonly Int32Array[];
  /** By instrument: the exchange's clock, by which bars of less than a day begin. */
  readonly zones: readonly WallClock[];
  /** The session's time, and all that the feed knows of time. */
  readonly clock: Clock;
  /** The market data lines of the login. Default: IB's 100, and 5 of them for tick-by-tick. */
  readonly lines?: { readonly total?: number; readonly tickByTick?: number };
  /** Milliseconds that a bar's last values may come behind its end. Default 0; 1,500 suits a live TWS. */
  readonly barGrace?: number;
  readonly stale?: Partial<StaleTimes>;
  /** How often bars that TWS ends are asked for again. */
  readonly renewal?: Partial<RenewalTimes>;
  /** Milliseconds of the machine that `start` waits for the history of one series, and for a word of every quote. */
  readonly patience?: { readonly history?: number; readonly quotes?: number };
}

/** After how long silence is looked into, in milliseconds of the session's time; Infinity for never. */
export interface StaleTimes {
  /** Without any tick in an open session, by kind of instrument: the limits of the guard for old quotes. */
  readonly silent: Readonly<Record<"stock" | "future" | "forex" | "thin", number>>;
  /** With the same bid, ask, last and sizes all the time: the limits of the guard for frozen quotes. */
  readonly frozen: Readonly<Record<"liquid" | "thin", number>>;
  /** After a lost and found upstream or farm, until each side has been told again. */
  readonly verify: number;
  /** Between bars that are told, while the instrument's ticks go on. */
  readonly bars: number;
  /** How often a stream is asked for again within `within`. */
  readonly most: number;
  readonly within: number;
  /** Between questions whether another session has let go of the data. */
  readonly competing: number;
}

export const STALE_TIMES: StaleTimes = {
  silent: { stock: MINUTE, future: MINUTE, forex: 30 * SECOND, thin: 5 * MINUTE },
  frozen: { liquid: 5 * MINUTE, thin: 30 * MINUTE },
  verify: 5 * SECOND,
  bars: 3 * MINUTE,
  most: 3,
  within: 10 * MINUTE,
  competing: MINUTE,
};

export const FEED_LINES = { total: LIMITS.marketDataLines, tickByTick: LIMITS.tickByTick } as const;

/** How long an instrument may be without any tick while its market is open. */
export function silenceLimit({ assetClass, thin }: Instrument, { silent }: StaleTimes): number {
  return thin ? silent.thin : silent[KINDS[assetClass]];
}

/** How long the values of an instrument may be the same while its market is open. */
export function frozenLimit({ thin }: Instrument, { frozen }: StaleTimes): number {
  return thin ? frozen.thin : frozen.liquid;
}

const KINDS: Readonly<Record<AssetClass, keyof StaleTimes["silent"]>> = {
  stock: "stock",
  etf: "stock",
  index: "stock",
  future: "future",
  forex: "forex",
  option: "thin",
};

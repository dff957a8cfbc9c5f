import type { BarSeries } from "../../core/market/bar-series.js";
import { DAY, type Instant } from "../../core/market/bar-size.js";
import { TICK_RULES, type TickRules } from "../../core/market/bar-ticks.js";
import { feesByName } from "../sim/fees-by-name.js";
import { marginByName } from "../sim/margin.js";
import type { SimRules } from "../sim/rules.js";
import { slippageByName } from "../sim/slippage.js";
import { GatewayError } from "./errors.js";
import type { FaultPlan } from "./faults/fault-plan.js";
import type { GatewayData } from "./gateway-data.js";
import { finestSeries } from "./gateway-data.js";
import type { VenueAccount } from "./orders/sim-venue.js";
import type { Speed } from "./simulation/driver.js";
import type { TimeStyle } from "./time-text.js";

/** How a simulated gateway is set up; only the data has no default. */
export interface GatewayOptions {
  readonly data: GatewayData;
  /** 0 takes any free port. Default 4002. */
  readonly port?: number;
  /** Ids of the accounts; each begins with its own cash. Default DU1234567. */
  readonly accounts?: readonly string[];
  /** Default 1. */
  readonly speed?: Speed;
  /** Milliseconds of the wall clock between two moves of time, at a speed that is a number. Default 5. */
  readonly beat?: number;
  /** Where simulated time begins. Default: the open of the session after which a fifth of the data is left. */
  readonly from?: Instant;
  /** What each account begins with. Default: 1,000,000 USD, as IB's paper accounts. */
  readonly funds?: Partial<VenueAccount>;
  /** Makes the rules of the simulated broker for one account. Default: IB's fixed fees and Regulation T margin. */
  readonly rules?: () => SimRules;
  /** How quotes and trades are made from bars. Default: one every 5 seconds. */
  readonly ticks?: TickRules;
  /** Seed of whatever is left to chance. Default 1. */
  readonly seed?: number;
  /** What goes wrong, and when. Default: nothing. */
  readonly faults?: FaultPlan;
  /** The port of the lockstep channel at speed "max". Default: any free one. */
  readonly lockstepPort?: number;
  /** Which limits of the real gateway apply. Default: all. */
  readonly limits?: Partial<LimitSwitches>;
  /** How times are written. Default "exchange". */
  readonly timeStyle?: TimeStyle;
  /** IANA zone of the machine's operator. Default America/New_York. */
  readonly operatorZone?: string;
  /** Hears of what happens, a line each: clients that come and go, faults that begin and end. */
  readonly log?: (line: string) => void;
  /** Milliseconds that never fall: what speed and limits are measured by. Default: the machine's. */
  readonly wallClock?: () => number;
}

/** Limits of a real gateway that can be switched off. */
export interface LimitSwitches {
  /** 50 messages a second, disconnected the third time. */
  readonly messageRate: boolean;
  /** Market data lines, tick-by-tick and depth streams. */
  readonly lines: boolean;
  /** The windows of historical requests, and how many may be open. */
  readonly historyPacing: boolean;
}

export const ALL_LIMITS: LimitSwitches = { messageRate: true, lines: true, historyPacing: true };
export const DEFAULT_FUNDS: VenueAccount = { cash: 1_000_000, currency: "USD", rates: {} };
export const DEFAULT_ACCOUNT = "DU1234567";
export const DEFAULT_PORT = 4002;
export const DEFAULT_TICKS: TickRules = { ...TICK_RULES, every: 5_000 };

/** Quotes have a spread, so that nothing slips besides. */
export function defaultRules(): SimRules {
  return {
    fill: "next-open",
    limitFill: "through",
    intrabar: "pessimistic",
    latency: 0,
    fees: feesByName("ib-fixed"),
    slippage: slippageByName("none"),
    margin: marginByName("reg-t"),
    volumeLimit: 0,
  };
}

/** How much of the data lies ahead where nobody says when to begin. */
const AHEAD = 0.2;

/** @throws GatewayError ACCOUNT_INVALID, ACCOUNT_TWICE */
export function checkAccounts(accounts: readonly string[]): void {
  for (const [i, account] of accounts.entries()) {
    if (!/^D[A-Z0-9]{3,11}$/.test(account)) throw new GatewayError("ACCOUNT_INVALID", { account });
    if (accounts.indexOf(account) !== i) throw new GatewayError("ACCOUNT_TWICE", { account });
  }
}

/** When simulated time begins. @throws GatewayError DATA_WITHOUT_BARS, START_OUTSIDE_DATA */
export function startOf(data: GatewayData, from: Instant | undefined): Instant {
  const finest = finestSeries(data);
  const first = Math.min(...finest.map((series) => series.start[0]));
  const last = Math.max(...finest.map((series) => series.end[series.length - 1]));
  if (from === undefined) {
    const sessions = data.sessions[finest[0].instrument.index];
    const instant = last - AHEAD * (last - first);
    const session = Math.min(sessions.indexAt(instant), sessions.length - 1);
    return sessions.open[session];
  }
  // A date is the instant at which its day begins: that of the first bar lies hours in front of it.
  if (from > first - DAY && from <= last) return Math.max(from, first);
  const text = (instant: Instant): string => new Date(instant).toISOString();
  throw new GatewayError("START_OUTSIDE_DATA", { start: text(from), first: text(first), last: text(last) });
}

/** When the market is over: the close of the last session that has a bar. */
export function endOf(data: GatewayData, finest: readonly BarSeries[]): Instant {
  return Math.max(
    ...finest.map((series) => {
      const last = series.end[series.length - 1];
      const sessions = data.sessions[series.instrument.index];
      const session = sessions.indexAt(last);
      return session < sessions.length ? sessions.close[session] : last;
    }),
  );
}

import { DAY, HOUR, SECOND } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import type { Duration } from "../../ib/durations.js";
import type { BarsRequest, HistorySubject } from "./source-shape.js";

/** TWS's word for what bars show. */
export const WHAT_TO_SHOW: Readonly<Record<HistorySubject["what"], string>> = {
  trades: "TRADES",
  midpoint: "MIDPOINT",
  bid: "BID",
  ask: "ASK",
  "bid-ask": "BID_ASK",
  "adjusted-last": "ADJUSTED_LAST",
};

/** Dates as dates, times in seconds since 1970. */
export const SECONDS_FORMAT = 2;

/**
 * Whether only the regular hours are asked for. Of what trades around the clock IB takes those of stocks for regular,
 * while the sessions of futures and currencies are the whole of their trading.
 */
export function isRegular({ assetClass }: Instrument, hours: HistorySubject["hours"]): boolean {
  return hours === "regular" && assetClass !== "future" && assetClass !== "forex";
}

/** An upper bound of the bars that such a request is answered with. */
export function mostBarsOf(request: Pick<BarsRequest, "instrument" | "hours" | "size" | "duration">): number {
  const { count, unit } = request.duration;
  const open = isRegular(request.instrument, request.hours) ? REGULAR : DAY;
  const ms = unit === "S" ? count * SECOND : count * TRADING_DAYS[unit] * open;
  return Math.ceil(ms / Math.min(request.size.ms, ms));
}

/** Seven hours: few exchanges trade longer, and the limit has room for them. */
const REGULAR = 7 * HOUR;
const TRADING_DAYS: Readonly<Record<Exclude<Duration["unit"], "S">, number>> = { D: 1, W: 5, M: 23, Y: 261 };

import type { BarSize, Instant } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import type { Duration } from "../../ib/durations.js";

// A source of history as the download expects it, whose own declaration brokers may not import. That the two are the same
// shape is held by the compiler, in test/tws/history-download.test.ts and where the one is handed to the other.

export interface HistorySubject {
  readonly instrument: Instrument;
  readonly what: "trades" | "midpoint" | "bid" | "ask" | "bid-ask" | "adjusted-last";
  readonly hours: "regular" | "all";
}

export interface BarsRequest extends HistorySubject {
  readonly size: BarSize;
  /** Bars that start before this; undefined for all up to now. */
  readonly end: Instant | undefined;
  readonly duration: Duration;
}

export interface ScheduleRequest {
  readonly instrument: Instrument;
  readonly hours: "regular" | "all";
  readonly end: Instant;
  readonly duration: Duration;
}

/** Bars as TWS told them, a column each, in its order. */
export interface SourceBars {
  readonly kind: "bars";
  /** When a bar starts, epoch ms UTC. Of bars of a day and more the date (yyyymmdd) on which they end. */
  readonly time: Float64Array;
  /** Prices in the instrument's currency. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Units; below 0 where it is not known. */
  readonly volume: Float64Array;
}

export interface SourceHead {
  readonly kind: "head";
  readonly instant: Instant;
}

export interface SourceSchedule {
  readonly kind: "schedule";
  readonly sessions: readonly { readonly open: Instant; readonly close: Instant; readonly date: number }[];
}

export interface HistoryFailure {
  readonly kind:
    | "no-data"
    | "pacing"
    | "timeout"
    | "range"
    | "disconnected"
    | "permission"
    | "contract"
    | "refused"
    | "stopped";
  readonly text: string;
}

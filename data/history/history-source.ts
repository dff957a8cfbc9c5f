import type { BarSize, Instant } from "../../core/market/bar-size.js";
import type { Adjustment } from "../../core/market/corporate-actions.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Hours, What } from "../store/series-key.js";
import type { Duration, HistoryLimits } from "./history-limits.js";

/** What history is asked of. Quote bars are no kind of history: they are made of bids and asks. */
export interface HistorySubject {
  readonly instrument: Instrument;
  readonly what: Exclude<What, "quotes">;
  readonly hours: Hours;
}

export interface BarsRequest extends HistorySubject {
  readonly size: BarSize;
  /** Bars that start before this; undefined for all up to now, which is the only end that "adjusted-last" takes. */
  readonly end: Instant | undefined;
  readonly duration: Duration;
}

export interface ScheduleRequest {
  readonly instrument: Instrument;
  readonly hours: Hours;
  readonly end: Instant;
  readonly duration: Duration;
}

/**
 * Bars as a source tells them, a column each. They may be out of order, double, or lie outside of what was asked for:
 * the download sorts that out. Prices in the instrument's currency; a volume that is not known is below 0.
 */
export interface SourceBars {
  readonly kind: "bars";
  /** When a bar starts, epoch ms UTC. Of bars of a day and more the date (yyyymmdd) on which they end. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Units, not lots. */
  readonly volume: Float64Array;
}

/** The first instant of which a source has anything. */
export interface SourceHead {
  readonly kind: "head";
  readonly instant: Instant;
}

/** When an instrument was traded, in order of time; a date (yyyymmdd) may have several stretches. */
export interface SourceSchedule {
  readonly kind: "schedule";
  readonly sessions: readonly { readonly open: Instant; readonly close: Instant; readonly date: number }[];
}

/**
 * Why there is no answer, and so what to do about it:
 * - no-data: there is none in that stretch. That is an answer, and remembered as one
 * - pacing: too much was asked for too fast: ask later, and more slowly
 * - timeout: none came, or the source no longer knows of the request: ask again, for less
 * - range: too much at once: ask for less
 * - disconnected: ask again when the connection is back
 * - permission, contract, refused: it would be the same the next time (no subscription; unknown, expired or ambiguous;
 *   anything else). Nothing more is asked of this series
 * - stopped: nothing will be answered to anybody before somebody acts. Nothing more is asked at all
 */
export type FailureKind =
  | "no-data"
  | "pacing"
  | "timeout"
  | "range"
  | "disconnected"
  | "permission"
  | "contract"
  | "refused"
  | "stopped";

export interface HistoryFailure {
  readonly kind: FailureKind;
  /** What the source said, for the user to read. */
  readonly text: string;
}

/**
 * Where history comes from, one request at a time. Whoever asks paces the requests, waits for as long as it wants, and
 * aborts the signal then: the source cancels what is under way and settles, with whatever it likes; nobody looks at it.
 * A failure that the list above knows is an answer; a promise that is rejected is a defect and ends the download.
 */
export interface HistorySource {
  /** Who is noted as having been asked, such as "IB". */
  readonly name: string;
  readonly limits: HistoryLimits;
  /** What has been taken out of the prices of shares that it tells: IB's are adjusted for splits. */
  readonly adjustment: Adjustment;
  /** The time where the source is, epoch ms UTC: bars that have not ended by then are not complete. */
  now(): Instant;
  bars(request: BarsRequest, signal: AbortSignal): Promise<SourceBars | HistoryFailure>;
  /** Answers with the first instant of a kind of history. */
  head(subject: HistorySubject, signal: AbortSignal): Promise<SourceHead | HistoryFailure>;
  schedule(request: ScheduleRequest, signal: AbortSignal): Promise<SourceSchedule | HistoryFailure>;
}

import type { BarSize } from "../../core/market/bar-size.js";

/** How far back a request reaches from its end: seconds, trading days, or the calendar's weeks, months and years. */
export interface Duration {
  readonly count: number;
  readonly unit: "S" | "D" | "W" | "M" | "Y";
}

/** How much is asked for at once, of bars from a size on. */
export interface ChunkLimit {
  /** For bars of this many milliseconds and more. */
  readonly fromMs: number;
  readonly usual: Duration;
  readonly most: Duration;
}

/** At most `most` requests within any stretch of `window` milliseconds. */
export interface PacingRule {
  readonly name: string;
  readonly most: number;
  readonly window: number;
  /**
   * What is counted together: requests that are alike in everything; of the same contract, exchange and kind; or all,
   * where one for bars of bid and ask counts double. Messages are for whoever writes to the socket.
   */
  readonly counts: "identical requests" | "requests of one contract, exchange and kind" | "requests" | "messages";
  /** Whether only small bars and head timestamps are counted and held back. */
  readonly smallBarsOnly: boolean;
  /** Whether breaking it is punished, or makes answers slower only. */
  readonly hard: boolean;
}

/**
 * What a source of history allows and what it is fit for. It says so itself: nothing here is known to the download
 * beforehand.
 */
export interface HistoryLimits {
  readonly sizes: readonly BarSize[];
  /** By falling size: the first whose `fromMs` the bars reach applies. */
  readonly chunks: readonly ChunkLimit[];
  /** Whether bars of this size may be asked for in such a duration at all. */
  readonly isAllowed: (size: BarSize, duration: Duration) => boolean;
  readonly pacing: readonly PacingRule[];
  /** Bars of so many milliseconds and less are small: paced more strictly, and gone when they are older than `kept`. */
  readonly smallBars: { readonly ms: number; readonly kept: number };
  /** Requests that may wait for an answer at the same time. */
  readonly atOnce: number;
  /** Milliseconds to wait for an answer before the request is cancelled. */
  readonly timeOut: number;
  /** How often a request that got no answer is tried again, and how long before each time; the last wait repeats. */
  readonly retries: number;
  readonly backoff: readonly number[];
}

/** The limit for bars of a size. */
export function chunkLimit({ chunks }: HistoryLimits, size: BarSize): ChunkLimit {
  return chunks.find(({ fromMs }) => size.ms >= fromMs) ?? chunks[chunks.length - 1];
}

/** Such as "6 M". */
export function formatDuration({ count, unit }: Duration): string {
  return `${count} ${unit}`;
}

import type { Instant } from "../../core/market/bar-size.js";
import type { Interval } from "../intervals.js";
import type { SeriesKey } from "../store/series-key.js";
import type { FailureKind } from "./history-source.js";

/** Something that a download has found and whoever uses the bars should know. */
export interface FetchNote {
  readonly kind: "split" | "revised" | "begins" | "no data" | "dropped" | "schedule" | "carried over" | "not compared";
  readonly text: string;
}

/** A stretch of which there should be bars and are none. */
export interface MissingStretch extends Interval {
  /** Why: what the source said; that it keeps them no longer; that it left them out twice; that nobody was asked yet. */
  readonly kind: FailureKind | "gone" | "hole" | "not asked";
  readonly text: string;
}

/** All that is wanted of a series, where the download was ended before it came to it. */
export function notAsked({ from = -Infinity, to = Infinity }: Partial<Interval>, now: Instant): MissingStretch {
  return { from, to: Math.min(to, now), kind: "not asked", text: NOT_ASKED };
}

export const NOT_ASKED = "it was not asked for yet";

/** What became of one series. It is complete where nothing is missing. */
export interface SeriesOutcome {
  readonly key: SeriesKey;
  /** Bars that were stored, those fetched again included. */
  readonly bars: number;
  readonly notes: readonly FetchNote[];
  readonly missing: readonly MissingStretch[];
}

/** How far a download is. */
export interface FetchProgress {
  readonly bars: number;
  /** Requests that are done and that are known to be needed so far. */
  readonly done: number;
  readonly planned: number;
}

/** Counts how far it is, and tells. */
export class ProgressCount implements FetchProgress {
  bars = 0;
  done = 0;
  planned = 0;
  private readonly tell: (progress: FetchProgress) => void;

  constructor(tell: (progress: FetchProgress) => void) {
    this.tell = tell;
  }

  plan(requests: number): void {
    this.planned += requests;
    this.tell(this);
  }

  finish(bars: number): void {
    this.done++;
    this.bars += bars;
    this.tell(this);
  }
}

import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instant } from "../../core/market/bar-size.js";
import { SessionCheck } from "../checks/session-check.js";
import { type SessionLookup, tradingTime } from "../checks/trading-time.js";
import { type Interval, intersect, subtract } from "../intervals.js";
import { KeptColumns } from "./kept-columns.js";
import type { StoredSeries } from "./stored-series.js";

/** Trading time of which a series has nothing: nobody was asked for it, or the answer had bars but none of then. */
export interface Gap extends Interval {
  readonly reason: "never fetched" | "no bars";
}

export interface GapOptions {
  /** Default: from the first bar to the last. */
  readonly from?: Instant;
  readonly to?: Instant;
  /** Milliseconds without bars that are no gap. Default a bar, or a minute where bars are shorter. */
  readonly tolerance?: number;
}

/**
 * The gaps of a series, in order of time. Closed sessions are none, and neither is a stretch for which the answer was
 * that there is no data.
 * @returns also whether a calendar told the sessions; without one, days that are missing whole are seen only where nobody
 * asked for them
 * @param into columns to read into, for whoever asks of several series
 */
export function gapsOf(
  series: StoredSeries,
  lookup: SessionLookup,
  options: GapOptions = {},
  into = new KeptColumns(),
): { gaps: Gap[]; calendar: boolean } {
  const extent = series.extent();
  const span = { from: options.from ?? extent.first, to: options.to ?? extent.last };
  if (!(span.from < span.to)) return { gaps: [], calendar: true };
  const whole = (): BarSeries => series.read({ into });
  const { known, expected } = tradingTime(lookup, series.instrument, series.key.hours, span, whole);
  const time = expected === undefined ? [span] : intersect(expected, [span]);
  const answers = series.coverage(span.from, span.to);
  // What the bars themselves tell of sessions says nothing of days that have none.
  const unasked = intersect(subtract([span], answers), known ? time : [span]);
  const gaps = unasked.map(({ from, to }): Gap => ({ from, to, reason: "never fetched" }));
  if (expected !== undefined) {
    const answered = intersect(
      time,
      answers.filter(({ bars }) => bars > 0),
    );
    const report = ({ from, to }: Interval): void => void gaps.push({ from, to, reason: "no bars" });
    const check = new SessionCheck(report, series.size, { expected: answered, allowed: undefined }, options.tolerance);
    for (const bars of series.eachBlock(span.from, span.to)) check.take(bars);
    check.finish();
  }
  return { gaps: gaps.sort((a, b) => a.from - b.from), calendar: known };
}

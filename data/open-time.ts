import type { Sessions } from "../core/calendar/sessions.js";
import type { Instant } from "../core/market/bar-size.js";
import type { Interval } from "./intervals.js";

/**
 * The time between two instants in which trading goes on: sessions without their breaks. Costs the number of sessions
 * between them.
 */
export function openTimeSpans(sessions: Sessions, from: Instant, to: Instant): Interval[] {
  const { open, close, hasBreaks, breakStart, breakEnd } = sessions;
  const spans: Interval[] = [];
  const add = (begin: Instant, end: Instant): void => {
    if (Math.max(from, begin) < Math.min(to, end)) spans.push({ from: Math.max(from, begin), to: Math.min(to, end) });
  };
  for (let i = sessions.indexAt(from); i < sessions.length && open[i] < to; i++) {
    if (hasBreaks && breakStart[i] > open[i]) {
      add(open[i], breakStart[i]);
      add(breakEnd[i], close[i]);
    } else {
      add(open[i], close[i]);
    }
  }
  return spans;
}

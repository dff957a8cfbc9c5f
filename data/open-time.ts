import type { Sessions } from "../core/calendar/sessions.js";
import type { Instant } from "../core/market/bar-size.js";
import type { Interval } from "./intervals.js";

/** The time between two instants in which a session is open. Costs the number of sessions between them. */
export function openTimeSpans(sessions: Sessions, from: Instant, to: Instant): Interval[] {
  const spans: Interval[] = [];
  for (let i = sessions.indexAt(from); i < sessions.length && sessions.open[i] < to; i++) {
    spans.push({ from: Math.max(from, sessions.open[i]), to: Math.min(to, sessions.close[i]) });
  }
  return spans;
}

import type { Instant } from "../market/bar-size.js";
import type { Sessions } from "./sessions.js";

/** The first close after `instant`: of the session it lies in, or of the next one; Infinity after the last. */
export function closeAfter(sessions: Sessions, instant: Instant): Instant {
  const i = sessionAfter(sessions, instant);
  return i < sessions.length ? sessions.close[i] : Infinity;
}

/**
 * The first opening at `instant` or after it: of a session, or of what comes after its break; Infinity after the last.
 */
export function openAfter(sessions: Sessions, instant: Instant): Instant {
  let i = sessions.indexAt(instant);
  if (i === sessions.length || instant <= sessions.open[i]) return i < sessions.length ? sessions.open[i] : Infinity;
  if (sessions.hasBreaks && instant <= sessions.breakEnd[i]) return sessions.breakEnd[i];
  i++;
  return i < sessions.length ? sessions.open[i] : Infinity;
}

/** The date, yyyymmdd, of the session that contains `instant`, or of the next; 0 after the last, or if none is known. */
export function sessionDate(sessions: Sessions, instant: Instant): number {
  const i = sessions.indexAt(instant);
  return sessions.date !== undefined && i < sessions.length ? sessions.date[i] : 0;
}

/** The session an order made at `instant` belongs to: the first that closes after it; `length` after the last. */
export function sessionAfter(sessions: Sessions, instant: Instant): number {
  const i = sessions.indexAt(instant);
  return i < sessions.length && sessions.close[i] === instant ? i + 1 : i;
}

/** How many sessions closed after `from`, up to and with `to`. */
export function closesBetween(sessions: Sessions, from: Instant, to: Instant): number {
  return sessionAfter(sessions, to) - sessionAfter(sessions, from);
}

/** Milliseconds between two instants in which trading went on. Costs the number of sessions between them. */
export function openTimeBetween(sessions: Sessions, from: Instant, to: Instant): number {
  const { open, close, breakStart, breakEnd } = sessions;
  let sum = 0;
  for (let i = sessions.indexAt(from); i < sessions.length && open[i] < to; i++) {
    sum += Math.max(0, Math.min(to, close[i]) - Math.max(from, open[i]));
    if (sessions.hasBreaks && breakStart[i] < to)
      sum -= Math.max(0, Math.min(to, breakEnd[i]) - Math.max(from, breakStart[i]));
  }
  return sum;
}

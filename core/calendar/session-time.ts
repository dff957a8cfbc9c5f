import type { Instant } from "../market/bar-size.js";
import type { Sessions } from "./sessions.js";

/** The first close after `instant`: of the session it lies in, or of the next one; Infinity after the last. */
export function closeAfter(sessions: Sessions, instant: Instant): Instant {
  const i = sessionAfter(sessions, instant);
  return i < sessions.length ? sessions.close[i] : Infinity;
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

/** Milliseconds between two instants in which a session was open. Costs the number of sessions between them. */
export function openTimeBetween(sessions: Sessions, from: Instant, to: Instant): number {
  let sum = 0;
  for (let i = sessions.indexAt(from); i < sessions.length && sessions.open[i] < to; i++) {
    sum += Math.max(0, Math.min(to, sessions.close[i]) - Math.max(from, sessions.open[i]));
  }
  return sum;
}

import type { Sessions } from "../../../core/calendar/sessions.js";
import { DAY, type Instant } from "../../../core/market/bar-size.js";
import { dateText, timeText } from "../time-text.js";
import type { ZoneTimes } from "../zones.js";

/** How many days IB tells hours of. */
const DAYS = 6;

/**
 * The hours of the coming days as contract details carry them: "20260810:0930-20260810:1600;20260815:CLOSED". A session
 * belongs to the date of its close; several of one date, and the two parts of one with a break, stand one behind the
 * other.
 */
export function hoursText(sessions: Sessions, zone: ZoneTimes, now: Instant): string {
  const today = Math.floor((now + zone.offsetAt(now)) / DAY);
  const entries: string[] = [];
  let session = sessions.indexAt(zone.instantAtOrAfter(today * DAY));
  for (let day = today; day < today + DAYS; day++) {
    let closed = true;
    for (; session < sessions.length; session++) {
      // A close at midnight belongs to the day that it ends.
      const close = sessions.close[session];
      const closeDay = Math.floor((close + zone.offsetAt(close) - 1) / DAY);
      if (closeDay > day) break;
      if (closeDay < day) continue;
      for (const [from, to] of stretches(sessions, session)) entries.push(`${edge(from, zone)}-${edge(to, zone)}`);
      closed = false;
    }
    if (closed) entries.push(`${dateText(day)}:CLOSED`);
  }
  return entries.join(";");
}

/** A session, or what lies in front of its break and behind it. */
function stretches(sessions: Sessions, session: number): [Instant, Instant][] {
  const { open, close, hasBreaks, breakStart, breakEnd } = sessions;
  if (!hasBreaks || !(breakStart[session] > open[session])) return [[open[session], close[session]]];
  return [
    [open[session], breakStart[session]],
    [breakEnd[session], close[session]],
  ];
}

function edge(instant: Instant, zone: ZoneTimes): string {
  const wall = instant + zone.offsetAt(instant);
  const day = Math.floor(wall / DAY);
  return `${dateText(day)}:${timeText(wall - day * DAY)
    .slice(0, 5)
    .replace(":", "")}`;
}

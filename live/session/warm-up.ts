import type { Sessions } from "../../core/calendar/sessions.js";
import type { Desk } from "../../core/desk.js";
import { type BarSize, DAY, type Instant, isTimed } from "../../core/market/bar-size.js";

/** How many bars of a size a strategy needs in front of its beginning, larger sizes that it subscribes to included. */
export function barsToWarmUp(desk: Desk, size: BarSize): number {
  const own = desk.readings.reduce((most, { spec }) => Math.max(most, spec.warmup), desk.warmup);
  const larger = desk.subscriptions.reduce(
    (most, { size: one }) => Math.max(most, isTimed(one) && one.ms > size.ms ? Math.ceil(one.ms / size.ms) : 1),
    1,
  );
  // A larger bar that has begun before the first is not whole, and does not count.
  return larger === 1 ? own : (own + 1) * larger;
}

/**
 * Where the bars begin of which the last `count` have ended by `now`.
 * @param anchor the start of the bars of a day and more is that of their session; of smaller ones the session's, in steps
 */
export function startOfBars(sessions: Sessions, size: BarSize, count: number, now: Instant): Instant {
  let session = sessions.length - 1;
  while (session >= 0 && sessions.open[session] >= now) session--;
  let missing = count;
  for (; session >= 0; session--) {
    const open = sessions.open[session];
    const close = sessions.close[session];
    if (size.ms >= DAY) {
      if (close <= now) missing--;
      if (missing <= 0) return open;
      continue;
    }
    // The last bar of a session ends with it.
    const ended = now >= close ? Math.ceil((close - open) / size.ms) : Math.floor((now - open) / size.ms);
    if (ended >= missing) return open + (ended - missing) * size.ms;
    missing -= ended;
  }
  return sessions.open[0];
}

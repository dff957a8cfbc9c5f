import { openTimeBetween, sessionAfter } from "../../../core/calendar/session-time.js";
import type { Sessions } from "../../../core/calendar/sessions.js";
import type { BarSize, Instant } from "../../../core/market/bar-size.js";
import { isDated } from "../../ib/bar-sizes.js";
import type { ZoneClock } from "../../ib/compare-hours.js";

/** What a wall clock shows, as milliseconds to add to an instant. */
export type WallClock = Pick<ZoneClock, "offsetAt">;

/**
 * When IB's bars begin and end. Below a day they begin at round times of the exchange's clock and end at the next one,
 * or at their session's break or close; a day is the session of its date.
 */
export class BarTimes {
  private readonly size: BarSize;
  private readonly sessions: Sessions;
  private readonly dates: Int32Array;
  private readonly clock: WallClock;

  /** @param sessions of the hours that the bars cover; dates yyyymmdd of each, rising */
  constructor(size: BarSize, sessions: Sessions, dates: Int32Array, clock: WallClock) {
    this.size = size;
    this.sessions = sessions;
    this.dates = dates;
    this.clock = clock;
  }

  /** The start of a bar by what TWS calls its time; NaN for a date without a session. */
  startOf(time: number): Instant {
    if (!isDated(this.size)) return time;
    const session = this.sessionOf(time);
    return session < 0 ? Number.NaN : this.sessions.open[session];
  }

  /** The end of a bar by what TWS calls its time; NaN for a date without a session. */
  endOf(time: number): Instant {
    const { size, sessions, clock } = this;
    if (isDated(size)) {
      const session = this.sessionOf(time);
      return session < 0 ? Number.NaN : sessions.close[session];
    }
    const offset = clock.offsetAt(time);
    const end = Math.floor((time + offset) / size.ms) * size.ms - offset + size.ms;
    const i = sessionAfter(sessions, time);
    if (i === sessions.length || time < sessions.open[i]) return end;
    const pause = sessions.hasBreaks && time < sessions.breakStart[i] ? sessions.breakStart[i] : Infinity;
    return Math.min(end, sessions.close[i], pause);
  }

  /** Whether the market was open for a whole bar between two of them: one is missing, or nothing happened. */
  hasHole(end: Instant, start: Instant): boolean {
    return !isDated(this.size) && openTimeBetween(this.sessions, end, start) >= this.size.ms;
  }

  private sessionOf(date: number): number {
    // A table that knows its dates may change.
    const dates = this.sessions.date ?? this.dates;
    let low = 0;
    let high = dates.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (dates[middle] < date) low = middle + 1;
      else high = middle;
    }
    return dates[low] === date ? low : -1;
  }
}

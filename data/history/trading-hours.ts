import { dayOfDate, weekdayOf } from "../../core/calendar/calendar-date.js";
import { sessionAfter } from "../../core/calendar/session-time.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import { type BarSize, type Instant, isDailyOrLarger } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { type Interval, intersect } from "../intervals.js";
import { openTimeSpans } from "../open-time.js";
import type { Hours } from "../store/series-key.js";
import type { ZoneOffsets } from "../zone-offsets.js";
import { type Day, expectedTime, type NominalDay, type ToldSessions, tradingSessions } from "./trading-sessions.js";

/**
 * When the bars of a series begin and end: by the exchange's calendar; where there is none by what the source has told;
 * outside of what either knows by nominal days, on which nothing is expected.
 */
export class TradingHours {
  readonly size: BarSize;
  readonly zone: ZoneOffsets;
  /** Of the series: with trading before and after the regular hours where it has those. Dated. */
  readonly sessions: Sessions;
  private readonly dates: Int32Array;
  private readonly expectedTime: readonly Interval[];
  private readonly nominal: NominalDay;

  /** @param told of the regular hours or of all, as the series is */
  constructor(instrument: Instrument, size: BarSize, hours: Hours, range: Interval, told?: ToldSessions) {
    const sessions = tradingSessions(instrument, hours, range, told);
    this.size = size;
    this.zone = sessions.zone;
    this.nominal = sessions.nominal;
    this.sessions = sessions.all;
    this.dates = sessions.all.date as Int32Array;
    this.expectedTime = expectedTime(instrument, size, hours, sessions, told);
  }

  /** The time of a stretch in which bars may start. */
  open(from: Instant, to: Instant): Interval[] {
    return openTimeSpans(this.sessions, from, to).filter((span) => span.from < span.to);
  }

  /** The time of a stretch in which there should be bars. */
  expected(from: Instant, to: Instant): Interval[] {
    return intersect(this.expectedTime, [{ from, to }]);
  }

  /**
   * Where the bar starts that an instant lies in: a time that is round on the local clock, or behind it the session's
   * open or the end of its break; of days and more the first open of the session, week or month. Outside of all bars the
   * instant itself: so every bar that starts before the answer has ended by `instant`.
   */
  barStart(instant: Instant): Instant {
    const i = sessionAfter(this.sessions, instant);
    if (i === this.sessions.length) return instant;
    if (instant < this.sessions.open[i])
      return this.beginsPeriod(i) ? instant : this.sessions.open[this.firstOfPeriod(i)];
    if (isDailyOrLarger(this.size)) return this.sessions.open[this.firstOfPeriod(i)];
    const { open, hasBreaks, breakStart, breakEnd } = this.sessions;
    // False of the session without a break, where both are NaN.
    if (hasBreaks && instant >= breakEnd[i]) return Math.max(this.rounded(instant), breakEnd[i]);
    if (hasBreaks && instant >= breakStart[i]) return instant;
    return Math.max(this.rounded(instant), open[i]);
  }

  /** When the bar ends that starts at an instant: a bar of less than a day. */
  barEnd(start: Instant): Instant {
    const { sessions } = this;
    const end = this.rounded(start) + this.size.ms;
    const i = sessionAfter(sessions, start);
    if (i === sessions.length || start < sessions.open[i]) return end;
    const pause = sessions.hasBreaks && start < sessions.breakStart[i] ? sessions.breakStart[i] : Infinity;
    return Math.min(end, sessions.close[i], pause);
  }

  /** The instant itself where there is trading right before it, else the end of what trading was before: -Infinity of none. */
  lastTradingBefore(instant: Instant): Instant {
    const { sessions } = this;
    const i = sessionAfter(sessions, instant);
    if (i === sessions.length || sessions.open[i] >= instant) return i > 0 ? sessions.close[i - 1] : -Infinity;
    const pauses = sessions.hasBreaks && sessions.breakStart[i] < instant && instant <= sessions.breakEnd[i];
    return pauses ? sessions.breakStart[i] : instant;
  }

  /** When the bar ends that an instant lies inside of; the instant itself where a bar starts or none is under way. */
  barStop(instant: Instant): Instant {
    const start = this.barStart(instant);
    if (start === instant) return instant;
    if (!isDailyOrLarger(this.size)) return Math.max(instant, this.barEnd(start));
    let last = sessionAfter(this.sessions, instant);
    while (last + 1 < this.sessions.length && !this.beginsPeriod(last + 1)) last++;
    return this.sessions.close[last];
  }

  /** The bar that ends with the session of a date: of a day, a week or a month. */
  barOfDate(date: number): Interval {
    const { sessions } = this;
    const last = this.lastOfDate(date);
    const day = last < 0 ? this.nominal.of(dayOfDate(date)) : undefined;
    const to = day?.close ?? sessions.close[last];
    if (this.size.unit === "day") return { from: day?.open ?? sessions.open[this.firstOfPeriod(last)], to };
    // Of a date without a session the period is that of the session in front of it, if they share it.
    const i = last < 0 ? sessionAfter(sessions, to) - 1 : last;
    const same = i >= 0 && this.periodOf(this.dates[i]) === this.periodOf(date);
    return { from: same ? sessions.open[this.firstOfPeriod(i)] : (day as Day).open, to };
  }

  /** Whether the session is the first of a bar's: of every session but within weeks and months. */
  beginsPeriod(session: number): boolean {
    return session === 0 || this.firstOfPeriod(session) === session;
  }

  /** An instant as the nearest round time of the local clock before it. */
  private rounded(instant: Instant): Instant {
    const offset = this.zone.offsetAt(instant);
    return Math.floor((instant + offset) / this.size.ms) * this.size.ms - offset;
  }

  private firstOfPeriod(session: number): number {
    const period = this.periodOf(this.dates[session]);
    let first = session;
    while (first > 0 && this.periodOf(this.dates[first - 1]) === period) first--;
    return first;
  }

  private periodOf(date: number): number {
    if (this.size.unit === "month") return Math.floor(date / 100);
    const day = dayOfDate(date);
    return this.size.unit === "week" ? day - weekdayOf(day) : day;
  }

  private lastOfDate(date: number): number {
    let low = 0;
    let high = this.dates.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.dates[middle] <= date) low = middle + 1;
      else high = middle;
    }
    return low > 0 && this.dates[low - 1] === date ? low - 1 : -1;
  }
}

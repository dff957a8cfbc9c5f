import { dayOfDate } from "../calendar/calendar-date.js";
import type { Sessions } from "../calendar/sessions.js";
import { BarAggregator } from "./aggregation.js";
import type { BarSeries } from "./bar-series.js";
import { DAY, HOUR, type Instant, MINUTE, SECOND } from "./bar-size.js";
import type { TradeRecord } from "./trade.js";
import { TradingStretch } from "./trading-stretch.js";

/** The instant of local midnight on the date of a session, by its place; not finite where nobody knows. */
export type Midnight = (session: number) => Instant;

/**
 * Sizes below a day, in milliseconds, whose bars begin at round times of the exchange's clock: those that Interactive
 * Brokers serves, for theirs do. Built, fetched and live bars of one size are the same bars.
 */
export const SIZES_BY_THE_CLOCK: ReadonlySet<number> = new Set([
  ...[1, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 3, 5, 10, 15, 20, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 4, 8].map((count) => count * HOUR),
]);

/**
 * Builds bars of time. Sizes that IB has begin at round times of the exchange's clock: an hour of a session that opens at
 * 09:30 is 09:30 to 10:00, and then 10:00 to 11:00. Other sizes below a day are counted from the session's open, and so
 * are all of them where the clock is not known or the smaller bars do not keep it. They are clipped at the session's open
 * and close, at its break, and where extended hours meet regular ones.
 *
 * A day is a session, its regular hours; a week holds the sessions of the dates from a Monday to a Sunday. What lies
 * outside of all hours is in no bar.
 */
export class TimeAggregator extends BarAggregator {
  private readonly sessions: Sessions;
  private readonly midnight: Midnight;
  private readonly stretch: TradingStretch;
  private readonly isDaily: boolean;
  /** The session for which `anchor` holds: an instant at which a bar would begin. */
  private anchored = -1;
  private anchor: Instant = Number.NaN;

  constructor(from: BarSeries | undefined, into: BarSeries, sessions: Sessions, midnight: Midnight) {
    super(from, into);
    this.sessions = sessions;
    this.midnight = midnight;
    this.stretch = new TradingStretch(sessions);
    this.isDaily = into.size.ms >= DAY;
  }

  takeBar(from: BarSeries, row: number): void {
    const { stretch } = this;
    const start = from.start[row];
    const end = from.end[row];
    if (this.due === Infinity || this.isDaily) {
      if (!stretch.seekBar(start, end) || (this.isDaily && !stretch.isRegular)) return;
    }
    if (this.due === Infinity) {
      if (stretch.session !== this.anchored) this.anchorAt(start, end, from.size.ms);
      this.span(start, end);
      this.begin(from.open[row]);
    }
    this.add(from.high[row], from.low[row], from.close[row], from.volume[row]);
  }

  takeTrade({ time, price, size }: TradeRecord): void {
    const { stretch } = this;
    if (this.due === Infinity || this.isDaily) {
      if (!stretch.seekTrade(time) || (this.isDaily && !stretch.isRegular)) return;
    }
    if (this.due === Infinity) {
      if (stretch.session !== this.anchored) this.anchorAt(time, time, 0);
      this.span(time, time);
      this.begin(price);
    }
    this.add(price, price, price, size);
  }

  /** A trade at the end of a bar is the first of the next one; at the close there is none, and it is the last of this. */
  endsBefore({ time }: TradeRecord): boolean {
    const { stretch } = this;
    return this.due <= time && !this.isDaily && !(stretch.holdsEnd && this.due === stretch.to);
  }

  hoursChanged(): void {
    const { stretch } = this;
    this.anchored = -1;
    // A bar whose session is gone ends as it would have.
    if (this.due === Infinity || !stretch.seekBar(this.start, this.start + 1)) return;
    this.due = this.isDaily ? this.lastClose(stretch.session) : Math.min(this.due, stretch.to);
  }

  /** Sets where the bar begins that is begun with what lasts from `start` to `end`, and when it is complete. */
  private span(start: Instant, end: Instant): void {
    const { stretch, sessions, anchor } = this;
    const { ms } = this.into.size;
    if (this.isDaily) {
      this.start = sessions.open[stretch.session];
      this.due = this.lastClose(stretch.session);
      return;
    }
    const bucket = Math.floor((Math.min(start, stretch.to - 1) - anchor) / ms);
    this.start = Math.max(stretch.from, anchor + bucket * ms, this.lastEnd);
    this.due = Math.min(stretch.to, anchor + (bucket + 1) * ms);
    if (!(this.due >= end)) this.due = end;
  }

  private anchorAt(start: Instant, end: Instant, step: number): void {
    const { session } = this.stretch;
    const { ms } = this.into.size;
    const midnight = SIZES_BY_THE_CLOCK.has(ms) ? this.midnight(session) : Number.NaN;
    const keepsClock =
      midnight > -Infinity &&
      midnight < Infinity &&
      (step === 0 || (start - midnight) % step === 0 || (end - midnight) % step === 0);
    this.anchored = session;
    this.anchor = keepsClock ? midnight : this.sessions.open[session];
  }

  private lastClose(session: number): Instant {
    const { close, length } = this.sessions;
    const { unit, count } = this.into.size;
    if (unit === "day") return close[Math.min(length, session + count) - 1];
    const period = this.periodOf(session);
    let last = session;
    while (last + 1 < length && this.periodOf(last + 1) === period) last++;
    return close[last];
  }

  /** The number of the weeks that a session lies in. */
  private periodOf(session: number): number {
    const { date, close } = this.sessions;
    // Without a date it is the day, in UTC, that its last moment belongs to.
    const day = date === undefined ? Math.floor((close[session] - 1) / DAY) : dayOfDate(date[session]);
    return Math.floor(((day - FIRST_MONDAY) * DAY) / this.into.size.ms);
  }
}

/** The day number of 1970-01-05, a Monday: weeks are counted from it. */
const FIRST_MONDAY = 4;

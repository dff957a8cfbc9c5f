import { isoDate } from "../../core/calendar/calendar-date.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import { type Instant, MINUTE } from "../../core/market/bar-size.js";

/** How much of a trading day a session has to be connected for, so that the day counts. */
const SHARE = 0.5;
/** What lies further apart than this was a machine that slept, and nobody was connected. */
const LONGEST_LOOK = 2 * MINUTE;

/** Counts the trading days of a session: those it was connected for during half of their hours at least, to the close. */
export class PaperDays {
  private readonly sessions: Sessions;
  private readonly dates: Int32Array;
  private before: Instant = Number.NaN;
  private connected = 0;
  private session = -1;
  private date = 0;

  /** @param dates of the sessions, yyyymmdd, where these do not know them: a table that does may change */
  constructor(sessions: Sessions, dates: Int32Array) {
    this.sessions = sessions;
    this.dates = dates;
  }

  /**
   * Has a look, more often than hours pass. Answers the day that has just come to its end and counts, as YYYY-MM-DD.
   * @param isReady whether the session could trade since the last look
   */
  look(now: Instant, isReady: boolean): string | undefined {
    const { sessions, before } = this;
    this.before = now;
    // The day was taken off the calendar.
    if (this.session >= 0 && this.dateOf(this.session) !== this.date) this.begin(now);
    const { session } = this;
    const until = session < 0 ? now : Math.min(now, sessions.close[session]);
    if (isReady && session >= 0 && now - before <= LONGEST_LOOK) {
      this.connected += Math.max(0, until - Math.max(before, sessions.open[session]));
    }
    if (session >= 0 && now >= sessions.close[session]) {
      const length = sessions.close[session] - sessions.open[session];
      const counts = isReady && this.connected >= SHARE * length;
      const { date } = this;
      this.begin(now);
      return counts ? isoDate(date) : undefined;
    }
    if (session < 0) this.begin(now);
    return undefined;
  }

  /** The session that is under way, or the next. */
  private begin(now: Instant): void {
    const { close } = this.sessions;
    this.connected = 0;
    this.session = close.findIndex((one, i) => i < this.sessions.length && one > now);
    this.date = this.dateOf(this.session);
  }

  private dateOf(session: number): number {
    return (this.sessions.date ?? this.dates)[session];
  }
}

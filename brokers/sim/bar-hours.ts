import type { Sessions } from "../../core/calendar/sessions.js";
import type { BarSeries } from "../../core/market/bar-series.js";

/** Where the bar at hand lies in the regular hours of its instrument. Instants are epoch ms UTC. */
export class BarHours {
  start = Number.NaN;
  end = Number.NaN;
  /** Whether the market was open at its end. */
  isOpen = false;
  /** Whether it reaches across the open: what it holds from before that is not for orders of the session. */
  crossesOpen = false;
  /** The session that it lies in, or the next one: found anew when a bar has left it. */
  sessionOpen = Infinity;
  sessionClose = Infinity;
  private sessions: Sessions | undefined = undefined;

  /** A bar begins; one of another instrument brings other sessions. */
  move(sessions: Sessions, start: number, end: number): void {
    this.start = start;
    this.end = end;
    if (sessions !== this.sessions || !(end > this.sessionOpen && end <= this.sessionClose)) this.find(sessions);
    this.isOpen = end > this.sessionOpen && !(sessions.hasBreaks && !sessions.isOpenAt(end));
    this.crossesOpen = start < this.sessionOpen && end > this.sessionOpen;
  }

  /** Whether the bar, which is this row of its series, is its session's first. */
  isFirst(series: BarSeries, row: number): boolean {
    return this.end > this.sessionOpen && (row === 0 || series.end[row - 1] <= this.sessionOpen);
  }

  /** Whether the bar is its session's last. */
  get isLast(): boolean {
    return this.end >= this.sessionClose;
  }

  private find(sessions: Sessions): void {
    const i = sessions.indexAt(this.end);
    this.sessions = sessions;
    this.sessionOpen = i < sessions.length ? sessions.open[i] : Infinity;
    this.sessionClose = i < sessions.length ? sessions.close[i] : Infinity;
  }
}

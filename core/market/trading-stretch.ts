import { sessionAfter } from "../calendar/session-time.js";
import type { Sessions } from "../calendar/sessions.js";
import type { Instant } from "./bar-size.js";

/**
 * A stretch of trading that no bar leaves which is built from trades or smaller bars: the regular hours of a session up
 * to its break or behind it, or the extended hours in front of them or behind them. `seekBar` and `seekTrade` move it.
 */
export class TradingStretch {
  /** Instants, epoch ms UTC. */
  from: Instant = Number.NaN;
  to: Instant = Number.NaN;
  /** The place of its session. */
  session = -1;
  /** Whether it lies in the regular hours. */
  isRegular = false;
  /** Whether a trade at its very end belongs to it, as at a close: only what the open ends does not hold its end. */
  holdsEnd = false;
  readonly sessions: Sessions;

  constructor(sessions: Sessions) {
    this.sessions = sessions;
  }

  /** Moves to the stretch that a bar lies in or reaches into; false where there is none, and then nothing moves. */
  seekBar(start: Instant, end: Instant): boolean {
    const { sessions } = this;
    const { extended } = sessions;
    const i = sessionAfter(extended, start);
    if (i === extended.length || !(extended.open[i] < end)) return false;
    const open = sessions.open[i];
    const close = sessions.close[i];
    if (end <= open) return this.move(i, extended.open[i], open, false);
    if (start >= close) return this.move(i, close, extended.close[i], false);
    if (!sessions.hasBreaks) return this.move(i, open, close, true);
    // Of a session without a break both are NaN, and so is every comparison false.
    const pause = sessions.breakStart[i];
    const resume = sessions.breakEnd[i];
    if (start >= pause && end <= resume) return false;
    if (start >= pause) return this.move(i, resume, close, true);
    return this.move(i, open, start < pause ? pause : close, true);
  }

  /**
   * Moves to the stretch of a trade: from its beginning on and with its end, for the last trades of a session are
   * stamped with the close. False where there is none, and then nothing moves.
   */
  seekTrade(time: Instant): boolean {
    const { sessions } = this;
    const { extended } = sessions;
    const i = extended.indexAt(time);
    if (i === extended.length || !(extended.open[i] <= time)) return false;
    const open = sessions.open[i];
    const close = sessions.close[i];
    if (time < open) return this.move(i, extended.open[i], open, false);
    if (time > close) return this.move(i, close, extended.close[i], false);
    if (!sessions.hasBreaks) return this.move(i, open, close, true);
    const pause = sessions.breakStart[i];
    const resume = sessions.breakEnd[i];
    if (time > pause && time < resume) return false;
    if (time >= resume) return this.move(i, resume, close, true);
    return this.move(i, open, time <= pause ? pause : close, true);
  }

  private move(session: number, from: Instant, to: Instant, isRegular: boolean): boolean {
    this.session = session;
    this.from = from;
    this.to = to;
    this.isRegular = isRegular;
    this.holdsEnd = to !== this.sessions.open[session];
    return true;
  }
}

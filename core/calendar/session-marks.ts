import type { Instant } from "../market/bar-size.js";
import type { Instrument } from "../market/instrument.js";
import type { Sessions } from "./sessions.js";

/** Instruments that share their sessions, and how far these have been walked. */
class Walk {
  readonly sessions: Sessions;
  readonly instruments: Instrument[] = [];
  /** The session whose open or close comes next, and whether it is the close. */
  private index: number;
  private closing: boolean;
  /** When a session has ended that is not in the table any more; NaN for none. */
  private ended: Instant = Number.NaN;

  constructor(sessions: Sessions, now: Instant) {
    this.sessions = sessions;
    this.index = this.next(now);
    this.closing = this.index < sessions.length && sessions.open[this.index] < now;
  }

  get due(): Instant {
    const { index, sessions, ended } = this;
    if (ended === ended) return ended;
    if (index >= sessions.length) return Infinity;
    return this.closing ? sessions.close[index] : sessions.open[index];
  }

  /** The sessions have changed: one whose open was told is closed once, now if it is over by the new ones. */
  refit(now: Instant): void {
    const { sessions, closing } = this;
    this.index = closing ? sessions.indexAt(now) : this.next(now);
    const goesOn = this.index < sessions.length && sessions.open[this.index] <= now;
    this.ended = closing && !goesOn ? now : Number.NaN;
  }

  /** Whether what comes next is a close. */
  get closes(): boolean {
    return this.closing;
  }

  step(): void {
    // One that is not in the table has no place there.
    if (this.ended === this.ended) this.ended = Number.NaN;
    else if (this.closing) this.index++;
    this.closing = !this.closing;
  }

  /** An open at this very instant is still to be told, a close is not. */
  private next(now: Instant): number {
    const { sessions } = this;
    const i = sessions.indexAt(now);
    return i < sessions.length && sessions.close[i] === now ? i + 1 : i;
  }
}

/**
 * The opens and closes of the sessions of a run's instruments, in order of time. It is walked once, forward; instruments
 * that share a Sessions object are told of together.
 */
export class SessionMarks {
  private readonly walks: Walk[] = [];

  constructor(instruments: readonly Instrument[], sessions: readonly Sessions[], now: Instant) {
    const bySessions = new Map<Sessions, Walk>();
    for (const [i, instrument] of instruments.entries()) {
      let walk = bySessions.get(sessions[i]);
      if (walk === undefined) {
        walk = new Walk(sessions[i], now);
        bySessions.set(sessions[i], walk);
        this.walks.push(walk);
      }
      walk.instruments.push(instrument);
    }
  }

  /** The next open or close, epoch ms UTC; Infinity after the last. */
  get due(): Instant {
    let due = Infinity;
    for (const walk of this.walks) due = Math.min(due, walk.due);
    return due;
  }

  /** Tells the closes that are due by `now`, each once; opens stay until asked for. */
  closes(now: Instant, tell: (instrument: Instrument) => void): void {
    this.pass(now, true, tell);
  }

  opens(now: Instant, tell: (instrument: Instrument) => void): void {
    this.pass(now, false, tell);
  }

  /** The sessions have changed. */
  refit(now: Instant): void {
    for (const walk of this.walks) walk.refit(now);
  }

  private pass(now: Instant, closes: boolean, tell: (instrument: Instrument) => void): void {
    for (const walk of this.walks) {
      if (walk.due > now || walk.closes !== closes) continue;
      walk.step();
      for (const instrument of walk.instruments) tell(instrument);
    }
  }
}

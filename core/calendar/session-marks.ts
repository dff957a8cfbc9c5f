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

  constructor(sessions: Sessions, now: Instant) {
    this.sessions = sessions;
    const { length, open } = sessions;
    this.index = sessions.indexAt(now);
    // An open at this very instant is still to be told, a close is not.
    if (this.index < length && sessions.close[this.index] === now) this.index++;
    this.closing = this.index < length && open[this.index] < now;
  }

  get due(): Instant {
    const { index, sessions } = this;
    if (index >= sessions.length) return Infinity;
    return this.closing ? sessions.close[index] : sessions.open[index];
  }

  /** Whether what comes next is a close. */
  get closes(): boolean {
    return this.closing;
  }

  step(): void {
    if (this.closing) this.index++;
    this.closing = !this.closing;
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

  private pass(now: Instant, closes: boolean, tell: (instrument: Instrument) => void): void {
    for (const walk of this.walks) {
      if (walk.due > now || walk.closes !== closes) continue;
      walk.step();
      for (const instrument of walk.instruments) tell(instrument);
    }
  }
}

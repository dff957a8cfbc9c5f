import type { Engine } from "../../core/engine.js";
import { type Instant, MINUTE } from "../../core/market/bar-size.js";
import type { Journal } from "../journal/journal.js";

/**
 * What equity alone changes is written once in so long, and at the end: a process that is killed in between forgets a
 * peak of less than that.
 */
const KEPT_EVERY = MINUTE;

/**
 * Keeps in the journal how the day and the run have gone, so that a restart neither forgets a loss nor lifts a stop, and a
 * day's profit is that of the day.
 */
export class LossMemory {
  private readonly journal: Journal;
  private readonly engine: Engine;
  /** What was put last. */
  private at = Number.NEGATIVE_INFINITY;
  private equity = Number.NaN;
  private day = "";

  constructor(journal: Journal, engine: Engine) {
    this.journal = journal;
    this.engine = engine;
  }

  /** Puts into the journal what has changed. A day that begins and a stop are put at once, with what comes of them. */
  keep(now: Instant, isEnd = false): void {
    const { guards, watch, portfolio, started } = this.engine;
    if (!started) return;
    const day = `${watch.dayStart} ${watch.dayEnd} ${watch.isDayStopped} ${watch.isRunStopped}`;
    const isDue = isEnd || now - this.at >= KEPT_EVERY;
    if (day === this.day && !(isDue && portfolio.equity !== this.equity)) return;
    const figures = guards.lossFigures(now, portfolio);
    if (figures === undefined) return;
    this.day = day;
    this.at = now;
    this.equity = portfolio.equity;
    this.journal.putLossFigures(figures);
  }
}

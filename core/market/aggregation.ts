import type { Sessions } from "../calendar/sessions.js";
import type { BarSeries } from "./bar-series.js";
import { DAY } from "./bar-size.js";

/**
 * Builds larger bars out of smaller ones of the same instrument. Buckets of less than a day are anchored at the
 * session's open and clipped at its close; a day is a session; a week holds the sessions that close between one Monday
 * and the next (UTC). A larger bar appears in its series only once it is complete.
 */
export class BarAggregator {
  readonly from: BarSeries;
  readonly into: BarSeries;
  /** When the bar that is being built is complete; Infinity while there is none. */
  due = Infinity;
  private readonly sessions: Sessions;
  private session = -1;
  private start = Number.NaN;
  private open = Number.NaN;
  private high = Number.NaN;
  private low = Number.NaN;
  private close = Number.NaN;
  private volume = Number.NaN;

  constructor(from: BarSeries, into: BarSeries, sessions: Sessions) {
    this.from = from;
    this.into = into;
    this.sessions = sessions;
  }

  /**
   * Takes the next smaller bar. Whoever calls has seen to it that a bar that was due before this one's start has been
   * completed.
   */
  take(row: number): void {
    const from = this.from;
    if (this.due === Infinity) {
      this.begin(row);
    } else {
      if (from.high[row] > this.high) this.high = from.high[row];
      if (from.low[row] < this.low) this.low = from.low[row];
    }
    this.close = from.close[row];
    this.volume += from.volume[row];
  }

  /** What the bar holds so far is worth `factor` times what it was. */
  rescale(factor: number): void {
    this.open *= factor;
    this.high *= factor;
    this.low *= factor;
    this.close *= factor;
    this.volume /= factor;
  }

  /** Adds the bar that is due to its series, and returns its row. */
  complete(): number {
    const row = this.into.append(this.start, this.due, this.open, this.high, this.low, this.close, this.volume);
    this.due = Infinity;
    return row;
  }

  private begin(row: number): void {
    const { from, sessions } = this;
    const end = from.end[row];
    this.session = sessions.indexAt(end);
    const open = sessions.open[this.session];
    const close = sessions.close[this.session];
    const ms = this.into.size.ms;
    if (ms < DAY) {
      const bucket = Math.floor((from.start[row] - open) / ms);
      this.start = Math.max(open, open + bucket * ms);
      this.due = Math.min(close, open + (bucket + 1) * ms);
    } else {
      this.start = open;
      this.due = this.lastCloseOfPeriod(ms);
    }
    if (!(this.due >= end)) this.due = end;
    this.open = from.open[row];
    this.high = from.high[row];
    this.low = from.low[row];
    this.volume = 0;
  }

  private lastCloseOfPeriod(ms: number): number {
    const { close, length } = this.sessions;
    if (this.into.size.unit === "day") {
      return close[Math.min(length, this.session + this.into.size.count) - 1];
    }
    let last = this.session;
    const period = periodOf(close[last], ms);
    while (last + 1 < length && periodOf(close[last + 1], ms) === period) last++;
    return close[last];
  }
}

/** The day 1970-01-05 was a Monday: weeks are counted from it. */
const FIRST_MONDAY = 4 * DAY;

function periodOf(instant: number, ms: number): number {
  return Math.floor((instant - FIRST_MONDAY) / ms);
}

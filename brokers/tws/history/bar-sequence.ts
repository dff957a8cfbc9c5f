import type { Instant } from "../../../core/market/bar-size.js";

/** One bar. A new object each time: whoever is told of it may keep it. */
export interface TimedBar {
  /** Start, epoch ms UTC; of a bar of a day and more the date (yyyymmdd) on which it ends. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Units; below 0 where it is not known. */
  readonly volume: number;
}

export interface BarSequenceEvents {
  /** A bar that is over: each once, later ones later. */
  complete: TimedBar;
  /** The bar under way, as it stands. */
  update: TimedBar;
  /** A bar that was complete has other values now: a late trade, or one that was taken back. */
  revised: TimedBar;
}

/**
 * Makes a sequence of bars, none missing and none double, of what TWS tells piecemeal: a history, the bar under way
 * again and again, and after a break another history that overlaps the first. A bar is over when a later one begins, or
 * when its owner's clock says so.
 */
export class BarSequence {
  private readonly tell: <E extends keyof BarSequenceEvents>(event: E, bar: TimedBar) => void;
  /** When a bar of that time ends; NaN where nobody knows. */
  private readonly endOf: (time: number) => Instant;
  private from: number;
  private underWay: TimedBar | undefined;
  private latest: TimedBar | undefined;

  /** @param from bars that start earlier are not wanted */
  constructor(
    from: number,
    endOf: (time: number) => Instant,
    tell: <E extends keyof BarSequenceEvents>(event: E, bar: TimedBar) => void,
  ) {
    this.from = from;
    this.endOf = endOf;
    this.tell = tell;
  }

  /** From where on a history has to reach so that nothing is missing between it and what came before. */
  get needsFrom(): number {
    return this.underWay?.time ?? this.latest?.time ?? this.from;
  }

  /** Whether a history, in any order, begins no later than what came before it ends. */
  isReachedBy(bars: readonly TimedBar[]): boolean {
    const known = this.underWay ?? this.latest;
    return known === undefined || bars.some(({ time }) => time <= known.time);
  }

  /** When the bar under way ends; NaN where there is none, or nobody knows. */
  get endsAt(): Instant {
    return this.underWay === undefined ? Number.NaN : this.endOf(this.underWay.time);
  }

  /** The bars of a history, in any order; of two with one time the later counts. */
  history(bars: readonly TimedBar[]): void {
    const byTime = new Map(bars.map((bar) => [bar.time, bar]));
    const sorted = [...byTime.values()].sort((a, b) => a.time - b.time);
    for (const bar of sorted) {
      // What was handed out before is only looked at where its values are still known.
      if (this.latest === undefined || bar.time >= this.latest.time) this.take(bar, bar === sorted.at(-1));
    }
  }

  /** A bar as it stands now. */
  update(bar: TimedBar): void {
    this.take(bar, true);
  }

  /** Ends the bar under way where it is over by now. */
  completeUntil(now: Instant): void {
    const { underWay } = this;
    if (underWay === undefined || !(this.endsAt <= now)) return;
    this.underWay = undefined;
    this.complete(underWay);
  }

  private take(bar: TimedBar, isLast: boolean): void {
    const { underWay, latest } = this;
    if (bar.time < this.from) return;
    if (latest !== undefined && bar.time <= latest.time) {
      this.revise(bar, latest);
    } else if (underWay !== undefined && bar.time < underWay.time) {
      this.complete(bar);
    } else {
      if (underWay !== undefined && bar.time > underWay.time) this.complete(underWay);
      this.underWay = bar;
      if (isLast && (underWay === undefined || !same(bar, underWay))) this.tell("update", bar);
    }
  }

  private revise(bar: TimedBar, latest: TimedBar): void {
    if (bar.time === latest.time) {
      if (same(bar, latest)) return;
      this.latest = bar;
    }
    this.tell("revised", bar);
  }

  private complete(bar: TimedBar): void {
    this.latest = bar;
    this.tell("complete", bar);
  }
}

function same(a: TimedBar, b: TimedBar): boolean {
  return (
    a.time === b.time &&
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.volume === b.volume
  );
}

import type { BarSeries } from "../../core/market/bar-series.js";
import { type BarSize, isDailyOrLarger, MINUTE } from "../../core/market/bar-size.js";
import type { Interval } from "../intervals.js";
import type { BarCheck } from "./bar-check.js";
import type { Report } from "./finding.js";
import { duration, utc } from "./words.js";

/** When an instrument trades: stretches in order of time that do not overlap, over the whole time of its bars. */
export interface TradingTime {
  /** When bars are expected; undefined where that is not known. */
  readonly expected: readonly Interval[] | undefined;
  /** When there may be bars. */
  readonly allowed: readonly Interval[] | undefined;
}

/**
 * Finds bars that lie wholly outside of the time in which there may be some, and parts of sessions without bars. Of
 * daily and larger bars a session that one of them touches is there. Of smaller ones a part counts from `tolerance` on,
 * and from a bar's length on, for a session need not be a multiple of it.
 */
export class SessionCheck implements BarCheck {
  private readonly report: Report;
  private readonly size: BarSize;
  private readonly expected: readonly Interval[];
  private readonly allowed: readonly Interval[] | undefined;
  private readonly shortest: number;
  /** The first session that is not over, up to where there are bars, and the first stretch that bars may lie in. */
  private session = 0;
  private filled = -Infinity;
  private place = 0;

  /** @param tolerance milliseconds; default a bar, and a minute for bars of seconds, which are rare where little trades */
  constructor(report: Report, size: BarSize, { expected = [], allowed }: TradingTime, tolerance = MINUTE) {
    this.report = report;
    this.size = size;
    this.expected = expected;
    this.allowed = allowed;
    this.shortest = Math.max(tolerance, size.ms);
  }

  take(bars: BarSeries): void {
    const { start, end, length } = bars;
    for (let row = 0; row < length; row++) {
      if (this.allowed !== undefined) this.place = this.findOutside(start[row], end[row], this.allowed, this.place);
      this.fill(start[row], end[row]);
    }
  }

  finish(): void {
    this.fill(Infinity, Infinity);
  }

  private findOutside(from: number, to: number, allowed: readonly Interval[], place: number): number {
    let i = place;
    // Only bars out of order, which are found elsewhere, lead back.
    while (i > 0 && allowed[i - 1].to > from) i--;
    while (i < allowed.length && allowed[i].to <= from) i++;
    if (i === allowed.length || allowed[i].from >= to)
      this.report({ kind: "outside", from, to, text: `the bar of ${utc(from)} lies in no session` });
    return i;
  }

  private fill(from: number, to: number): void {
    const { expected, filled } = this;
    let session = this.session;
    for (; session < expected.length && expected[session].to <= from; session++)
      this.gap(Math.max(filled, expected[session].from), expected[session].to, expected[session]);
    if (session < expected.length) this.gap(Math.max(filled, expected[session].from), from, expected[session]);
    this.session = session;
    this.filled = Math.max(filled, to);
  }

  private gap(from: number, to: number, session: Interval): void {
    if (!(to > from)) return;
    const whole = from === session.from && to === session.to;
    if (!whole && (isDailyOrLarger(this.size) || to - from < this.shortest)) return;
    const text = whole
      ? `the session of ${utc(from)} has no bars`
      : `no bars for ${duration(to - from)} from ${utc(from)}`;
    this.report({ kind: "gap", from, to, text });
  }
}

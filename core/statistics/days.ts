import { DAY, type Instant } from "../market/bar-size.js";
import type { EquityCurve } from "./inputs.js";

/**
 * The day an instant belongs to, as the number of days from 1970-01-01 to that day's date. It must never fall as the
 * instant rises. Because a bar's equity is stamped with the bar's end, midnight belongs to the day that it ends.
 */
export type DayOf = (instant: Instant) => number;

/** Days by UTC. */
export const utcDay: DayOf = (instant) => Math.ceil(instant / DAY) - 1;

/** Days by a local clock, given its offset from UTC in milliseconds at an instant (New York in winter: -5 hours). */
export function localDay(offsetAt: (instant: Instant) => number): DayOf {
  return (instant) => Math.ceil((instant + offsetAt(instant)) / DAY) - 1;
}

/** Equity at the end of each day: row 0 is the curve's first point, every later row the last point of one day. */
export interface DailyEquity extends EquityCurve {
  /** Days from 1970-01-01 to the date of each row. */
  readonly day: Int32Array;
  /** Where each row stands in the curve it was taken from. */
  readonly row: Int32Array;
}

/**
 * Reduces a curve to days. The first point is kept as what the first day's return starts from, so that the returns of
 * the days compound to the return of the whole curve. A day's last point is searched for by doubling steps: the cost
 * goes with the number of days, not of points.
 */
export function dailyEquity(curve: EquityCurve, dayOf: DayOf = utcDay): DailyEquity {
  const rows: number[] = [];
  const days: number[] = [];
  const { length } = curve;
  if (length > 0) {
    rows.push(0);
    days.push(dayOf(curve.time[0]));
  }
  for (let first = 1; first < length; ) {
    const day = dayOf(curve.time[first]);
    const last = lastRowOfDay(curve, dayOf, first, day);
    rows.push(last);
    days.push(day);
    first = last + 1;
  }
  const row = Int32Array.from(rows);
  return { ...pickRows(curve, row), day: Int32Array.from(days), row };
}

/** The points of a curve at these rows. */
export function pickRows(curve: EquityCurve, rows: Int32Array): EquityCurve {
  const { length } = rows;
  const time = new Float64Array(length);
  const value = new Float64Array(length);
  for (let at = 0; at < length; at++) {
    time[at] = curve.time[rows[at]];
    value[at] = curve.value[rows[at]];
  }
  return { time, value, length };
}

function lastRowOfDay(curve: EquityCurve, dayOf: DayOf, first: number, day: number): number {
  const { time, length } = curve;
  let inside = first;
  let step = 1;
  while (inside + step < length && dayOf(time[inside + step]) === day) {
    inside += step;
    step *= 2;
  }
  let outside = Math.min(inside + step, length);
  while (outside - inside > 1) {
    const middle = (inside + outside) >>> 1;
    if (dayOf(time[middle]) === day) inside = middle;
    else outside = middle;
  }
  return inside;
}

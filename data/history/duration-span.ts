import { addMonths, dayOf } from "../../core/calendar/calendar-date.js";
import { sessionAfter } from "../../core/calendar/session-time.js";
import { type BarSize, DAY, type Instant, MINUTE, SECOND } from "../../core/market/bar-size.js";
import type { Interval } from "../intervals.js";
import type { Duration, HistoryLimits } from "./history-limits.js";
import type { TradingHours } from "./trading-hours.js";

/**
 * Where a duration that ends at `end` begins: seconds go by the clock; a day is a trading day, the one that `end` falls
 * into or follows being the first; weeks, months and years are the calendar's, at the same local time, and the last day
 * of a shorter month stands for one that it has not.
 */
export function reachBack({ count, unit }: Duration, end: Instant, hours: TradingHours): Instant {
  if (unit === "S") return end - count * SECOND;
  if (unit === "D") return openBefore(hours, count, end);
  const { zone } = hours;
  const wall = end + zone.offsetAt(end);
  if (unit === "W") return zone.instantAtOrAfter(wall - count * 7 * DAY);
  const day = dayOf(wall);
  const earlier = addMonths(day, -count * (unit === "Y" ? 12 : 1));
  return zone.instantAtOrAfter(earlier * DAY + (wall - day * DAY));
}

/** The open of the session that lies so many sessions back. */
function openBefore({ sessions }: TradingHours, count: number, end: Instant): Instant {
  const first = sessionAt(sessions, end) - count + 1;
  return first < 0 ? -Infinity : sessions.open[first];
}

/** The last session that opens before an instant; -1 where there is none. */
function sessionAt(sessions: TradingHours["sessions"], end: Instant): number {
  const i = sessionAfter(sessions, end);
  return i < sessions.length && sessions.open[i] < end ? i : i - 1;
}

/** A larger unit that reaches over so much more of a stretch is taken for the rounder word. */
const ROUNDING = 0.05;

/**
 * The duration to ask for so that the answer reaches over a stretch: of all that do and that the source allows the one
 * that reaches least beyond it, in the largest unit; for bars of seconds in the smallest. Days are counted so that they would suffice as days of the calendar too. Undefined where
 * none does.
 */
export function durationFor(
  { from, to }: Interval,
  size: BarSize,
  hours: TradingHours,
  limits: HistoryLimits,
): Duration | undefined {
  const days = Math.ceil((to - from) / DAY);
  const sessions = sessionAt(hours.sessions, to) - sessionAfter(hours.sessions, from) + 1;
  const least: Readonly<Record<Duration["unit"], number>> = {
    S: Math.ceil((to - from) / SECOND),
    D: Math.max(sessions, days),
    W: Math.max(1, Math.floor(days / 7)),
    M: Math.max(1, Math.floor(days / 31)),
    Y: Math.max(1, Math.floor(days / 366)),
  };
  const fit: { readonly duration: Duration; readonly reach: Instant }[] = [];
  for (const unit of ["S", "D", "W", "M", "Y"] as const) {
    let count = Math.max(1, least[unit]);
    // The estimate falls short by two at most: months and years differ in length.
    while (reachBack({ count, unit }, to, hours) > from && count < least[unit] + 3) count++;
    const duration = lifted({ count, unit }, size, limits);
    if (duration === undefined) continue;
    const reach = reachBack(duration, to, hours);
    if (reach <= from) fit.push({ duration, reach });
  }
  const nearest = fit.reduce((best, { reach }) => Math.max(best, reach), -Infinity);
  const near = fit.filter(({ reach }) => reach >= nearest - ROUNDING * (to - from));
  return (size.ms < MINUTE ? near[0] : near[near.length - 1])?.duration;
}

/** The least count from the given one on that the source allows: some units have a least one. */
function lifted({ count, unit }: Duration, size: BarSize, { isAllowed }: HistoryLimits): Duration | undefined {
  for (const least of [count, 30, 60]) {
    if (least >= count && isAllowed(size, { count: least, unit })) return { count: least, unit };
  }
  return undefined;
}

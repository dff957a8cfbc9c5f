import { isWeekend } from "../../core/calendar/calendar-date.js";
import { type BarSize, HOUR } from "../../core/market/bar-size.js";
import { SessionClock, US_STOCK_HOURS } from "../session-hours.js";
import { zoneOffsets } from "../zone-offsets.js";

export const SYNTHETIC_ZONE = "America/New_York";
const SESSION_MS = 6.5 * HOUR;

/** When the bars of a synthetic market are, and how a session's activity spreads over its bars. */
export interface SyntheticTimes {
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** For each bar of a session, its share of the session's activity; they add up to 1. */
  readonly activity: Float64Array;
}

/**
 * Sessions of 09:30 to 16:00 New York time on every weekday, holidays included; the zone's daylight saving is kept.
 * Bars begin at the open, and the last one of a session ends at its close. Activity, of which both volume and variance
 * are made, has the U shape of real sessions: four times as much at both ends as in the middle,
 * 0.5 + 1.5 (2x - 1)^2 at the share x of the session.
 */
export function syntheticTimes(firstDay: number, bars: number, size: BarSize): SyntheticTimes {
  const ms = Math.min(size.ms, SESSION_MS);
  const perSession = barsPerSession(size);
  const clock = new SessionClock(US_STOCK_HOURS, zoneOffsets(SYNTHETIC_ZONE));
  const start = new Float64Array(bars);
  const end = new Float64Array(bars);
  let row = 0;
  for (let day = firstDay; row < bars; day++) {
    if (isWeekend(day)) continue;
    const open = clock.openOf(day);
    const close = open + SESSION_MS;
    for (let slot = 0; slot < perSession && row < bars; slot++, row++) {
      start[row] = open + slot * ms;
      end[row] = Math.min(open + (slot + 1) * ms, close);
    }
  }
  return { start, end, activity: activityShares(perSession, ms) };
}

export function barsPerSession(size: BarSize): number {
  return Math.ceil(SESSION_MS / Math.min(size.ms, SESSION_MS));
}

function activityShares(perSession: number, ms: number): Float64Array {
  // The integral of the U shape from 0 to x: 0.5 x + 0.25 ((2x - 1)^3 + 1).
  const until = (x: number): number => 0.5 * x + 0.25 * ((2 * x - 1) * (2 * x - 1) * (2 * x - 1) + 1);
  return Float64Array.from({ length: perSession }, (_, slot) => {
    const from = (slot * ms) / SESSION_MS;
    return until(Math.min(((slot + 1) * ms) / SESSION_MS, 1)) - until(from);
  });
}

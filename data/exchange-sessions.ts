import { yyyymmdd } from "../core/calendar/calendar-date.js";
import type { ExchangeCalendar } from "../core/calendar/exchange-calendar.js";
import type { Sessions } from "../core/calendar/sessions.js";
import type { Instant } from "../core/market/bar-size.js";
import { zoneOffsets } from "./zone-offsets.js";

/** Longer than any exchange has stayed closed, so that there is a session on either side of every instant asked for. */
const REACH_DAYS = 14;

/**
 * The sessions of an exchange between two dates (yyyymmdd, both included).
 * @throws CalendarError CALENDAR_DATE_INVALID, CALENDAR_DATE_OUTSIDE
 */
export function exchangeSessions(calendar: ExchangeCalendar, from: number, to: number): Sessions {
  return calendar.sessions(from, to, zoneOffsets(calendar.timeZone));
}

/** Whether a calendar covers all dates from one instant to another. */
export function covers(calendar: ExchangeCalendar, from: Instant, to: Instant): boolean {
  const zone = zoneOffsets(calendar.timeZone);
  return zone.dayAt(from) >= calendar.firstDay && zone.dayAt(to) <= calendar.lastDay;
}

/**
 * The sessions that a run from one instant to another needs: those between, and those of two weeks in front and behind,
 * so that the session before and the next open are known; less only where the calendar itself begins or ends.
 * @throws CalendarError CALENDAR_DATE_OUTSIDE where an instant lies outside the years it covers
 */
export function sessionsAround(calendar: ExchangeCalendar, from: Instant, to: Instant): Sessions {
  const zone = zoneOffsets(calendar.timeZone);
  const first = zone.dayAt(from);
  const last = zone.dayAt(to);
  calendar.dayOn(first);
  calendar.dayOn(last);
  const begin = Math.max(calendar.firstDay, first - REACH_DAYS);
  const end = Math.min(calendar.lastDay, last + REACH_DAYS);
  return calendar.sessions(yyyymmdd(begin), yyyymmdd(end), zone);
}

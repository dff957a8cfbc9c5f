import { findCalendarOf } from "../../core/calendar/calendar-of.js";
import { CalendarError } from "../../core/calendar/errors.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { type Instant, isDailyOrLarger } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { sessionsAround } from "../exchange-sessions.js";
import { type Interval, intersect } from "../intervals.js";
import { openTimeSpans } from "../open-time.js";
import { sessionsFromBars } from "../sessions-from-bars.js";
import type { Hours } from "../store/series-key.js";
import type { TradingTime } from "./session-check.js";

/** The sessions of an instrument around two instants; undefined where nothing but its bars tells them. */
export type SessionLookup = (instrument: Instrument, from: Instant, to: Instant) => Sessions | undefined;

/** The sessions that the calendar of an instrument's exchange tells; undefined without one, and outside of its years. */
export const calendarSessions: SessionLookup = (instrument, from, to) => {
  const calendar = findCalendarOf(instrument);
  if (calendar === undefined) return undefined;
  try {
    return sessionsAround(calendar, from, to);
  } catch (error) {
    if (error instanceof CalendarError && error.code === "CALENDAR_DATE_OUTSIDE") return undefined;
    throw error;
  }
};

/**
 * When bars of a series are expected, and when there may be some, between two instants. Where sessions are not known
 * only the bars themselves tell: smaller ones of regular hours their own days, from the first bar to the last; of all
 * other series nothing.
 *
 * @param bars called only where sessions are not known
 */
export function tradingTime(
  lookup: SessionLookup,
  instrument: Instrument,
  hours: Hours,
  span: Interval,
  bars: () => BarSeries,
): TradingTime & { readonly known: boolean } {
  const sessions = lookup(instrument, span.from, span.to);
  if (sessions !== undefined) {
    const around = hours === "regular" ? sessions : sessions.extended;
    const expected = openTimeSpans(sessions, span.from, span.to);
    return { known: true, expected, allowed: openTimeSpans(around, -Infinity, Infinity) };
  }
  const nothing = { known: false, expected: undefined, allowed: undefined };
  if (hours === "all") return nothing;
  const own = bars();
  if (isDailyOrLarger(own.size)) return nothing;
  const told = openTimeSpans(sessionsFromBars(own, instrument.timeZone), span.from, span.to);
  return { known: false, expected: intersect(told, [span]), allowed: undefined };
}

import { findCalendarOf } from "../core/calendar/calendar-of.js";
import type { ExchangeCalendar } from "../core/calendar/exchange-calendar.js";
import type { Instrument } from "../core/market/instrument.js";
import type { SessionHours } from "./session-hours.js";

/**
 * The calendar that says when the session of a daily bar opened and closed where a file tells no more than its date:
 * that of the instrument's exchange. Undefined where hours were given, where no calendar knows the exchange, and for a
 * currency pair, whose day is whoever's: what its vendor takes for one is not the exchange's.
 */
export function dailyCalendarOf(instrument: Instrument, hours: SessionHours | undefined): ExchangeCalendar | undefined {
  return instrument.assetClass === "forex" || hours !== undefined ? undefined : findCalendarOf(instrument);
}

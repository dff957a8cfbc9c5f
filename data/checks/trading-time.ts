import type { Sessions } from "../../core/calendar/sessions.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { type Instant, isDailyOrLarger } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { type Interval, intersect } from "../intervals.js";
import { openTimeSpans } from "../open-time.js";
import { sessionsFromBars } from "../sessions-from-bars.js";
import type { Hours } from "../store/series-key.js";
import type { TradingTime } from "./session-check.js";

/** The sessions of an instrument, and the same with trading before the open and after the close. */
export interface KnownSessions {
  readonly regular: Sessions;
  readonly extended: Sessions;
}

/** The sessions of an instrument around two instants, from its exchange's calendar; undefined where there is none. */
export type SessionLookup = (instrument: Instrument, from: Instant, to: Instant) => KnownSessions | undefined;

/**
 * When bars of a series are expected, and when there may be some, between two instants. Without a calendar only the
 * bars themselves tell: of regular hours their own days, from the first bar to the last; of all hours nothing.
 *
 * @param bars called only without a calendar
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
    const regular = openTimeSpans(sessions.regular, span.from, span.to);
    const around = hours === "regular" ? sessions.regular : sessions.extended;
    // A bar may begin with the session that it ends in.
    return { known: true, expected: regular, allowed: allSpans(around) };
  }
  if (hours === "all") return { known: false, expected: undefined, allowed: undefined };
  const own = bars();
  if (isDailyOrLarger(own.size)) return { known: false, expected: undefined, allowed: undefined };
  const told = openTimeSpans(sessionsFromBars(own, instrument.timeZone), span.from, span.to);
  return { known: false, expected: intersect(told, [span]), allowed: undefined };
}

function allSpans(sessions: Sessions): Interval[] {
  return openTimeSpans(sessions, -Infinity, Infinity);
}

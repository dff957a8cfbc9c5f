import { Sessions } from "../core/calendar/sessions.js";
import type { BarSeries } from "../core/market/bar-series.js";
import { DAY, isDailyOrLarger } from "../core/market/bar-size.js";
import { zoneOffsets } from "./zone-offsets.js";

/**
 * Sessions as a series' own times tell them, for runs without an exchange calendar. They know nothing of holidays,
 * early closes or hours without trades: a calendar of the exchange, where there is one, replaces them.
 *
 * Daily or larger bars: every bar is a session from its start to its end. Smaller bars: a session begins at the first
 * bar whose local date (of its start, in `timeZone`) differs from that of the bar in front; it opens at that bar's
 * start and closes at the end of its last bar, hours before and after regular trading included. Bars with gaps make
 * sessions that open late or close early.
 *
 * @throws DataError ZONE_UNKNOWN
 */
export function sessionsFromBars(series: BarSeries, timeZone: string): Sessions {
  const { start, end, length } = series;
  if (isDailyOrLarger(series.size)) return new Sessions(start.slice(0, length), end.slice(0, length));
  const zone = zoneOffsets(timeZone);
  const open: number[] = [];
  const close: number[] = [];
  // One comparison a bar: the local date is worked out once a day, as the instants between which it holds.
  let dayBegins = Infinity;
  let dayEnds = -Infinity;
  for (let row = 0; row < length; row++) {
    const instant = start[row];
    if (instant >= dayBegins && instant < dayEnds) continue;
    const day = zone.dayAt(instant);
    dayBegins = zone.instantAtOrAfter(day * DAY);
    dayEnds = zone.instantAtOrAfter((day + 1) * DAY);
    if (row > 0) close.push(end[row - 1]);
    open.push(instant);
  }
  if (length > 0) close.push(end[length - 1]);
  return new Sessions(Float64Array.from(open), Float64Array.from(close));
}

import { yyyymmdd } from "../core/calendar/calendar-date.js";
import type { Sessions } from "../core/calendar/sessions.js";
import { HOUR } from "../core/market/bar-size.js";
import { zoneOffsets } from "./zone-offsets.js";

const KNOWN = new WeakMap<Sessions, Map<string, Int32Array>>();

/**
 * The trade date of every session, as yyyymmdd: the one its calendar gave it. Sessions without dates have their local
 * date in `timeZone` twelve hours before the close, or in their middle if they are shorter than a day. That is the date
 * of a day session, the date of the close of a futures session which opens the evening before, the date itself of one
 * that lasts from midnight to midnight, and the last date of a week's or a month's bar.
 *
 * The column is computed once for each Sessions and zone: treat it as read-only.
 * @throws DataError ZONE_UNKNOWN
 */
export function tradeDates(sessions: Sessions, timeZone: string): Int32Array {
  if (sessions.date !== undefined) return sessions.date;
  let byZone = KNOWN.get(sessions);
  if (byZone === undefined) {
    byZone = new Map();
    KNOWN.set(sessions, byZone);
  }
  let dates = byZone.get(timeZone);
  if (dates === undefined) {
    const zone = zoneOffsets(timeZone);
    dates = new Int32Array(sessions.length);
    for (let i = 0; i < dates.length; i++) {
      const close = sessions.close[i];
      dates[i] = yyyymmdd(zone.dayAt(close - Math.min(12 * HOUR, (close - sessions.open[i]) / 2)));
    }
    byZone.set(timeZone, dates);
  }
  return dates;
}

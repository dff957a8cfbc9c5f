import type { Sessions } from "../../../core/calendar/sessions.js";
import { DAY, type Instant, SECOND } from "../../../core/market/bar-size.js";
import type { Duration } from "../../ib/durations.js";
import type { Listing } from "../contracts/listing.js";
import { sessionOfStart } from "./bar-builder.js";

/**
 * Where a duration that ends at `end` begins: seconds are counted by the clock, days are trading days, weeks, months and
 * years are the calendar's, at the same local time.
 */
export function startOfSpan({ count, unit }: Duration, end: Instant, listing: Listing, regular: boolean): Instant {
  if (unit === "S") return end - count * SECOND;
  const { zone } = listing;
  if (unit === "D") return startOfDays(regular ? listing.sessions : listing.extendedSessions, count, end);
  const wall = end + zone.offsetAt(end);
  if (unit === "W") return zone.instantAtOrAfter(wall - count * 7 * DAY);
  const day = Math.floor(wall / DAY);
  const date = new Date(day * DAY);
  const months = unit === "M" ? count : 12 * count;
  const month = date.getUTCMonth() - months;
  // The last day of a shorter month stands for a date that it does not have.
  const lastOfMonth = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const midnight = Date.UTC(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), lastOfMonth));
  return zone.instantAtOrAfter(midnight + (wall - day * DAY));
}

/** The open of the session that lies `count` sessions back, the one that `end` falls into or follows being the first. */
function startOfDays(sessions: Sessions, count: number, end: Instant): Instant {
  let last = sessionOfStart(sessions, end - 1);
  if (last < 0) {
    last = sessions.indexAt(end) - 1;
    while (last >= 0 && sessions.open[last] >= end) last--;
  }
  const first = last - count + 1;
  return first < 0 ? Number.NEGATIVE_INFINITY : sessions.open[first];
}

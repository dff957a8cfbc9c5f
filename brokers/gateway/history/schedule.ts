import type { Instant } from "../../../core/market/bar-size.js";
import type { Listing } from "../contracts/listing.js";
import type { ScheduledSession } from "./history-answers.js";

/** The sessions of a listing that open in [from, to). */
export function sessionsWithin(listing: Listing, from: Instant, to: Instant, regular: boolean): ScheduledSession[] {
  const sessions = regular ? listing.sessions : listing.extendedSessions;
  const found: ScheduledSession[] = [];
  for (let i = 0; i < sessions.length; i++) {
    if (sessions.open[i] < from || sessions.open[i] >= to) continue;
    const date = listing.tradeDates[Math.min(i, listing.tradeDates.length - 1)];
    found.push({ open: sessions.open[i], close: sessions.close[i], date });
  }
  return found;
}

import { DAY, type Instant, MINUTE } from "../../../core/market/bar-size.js";
import type { ResetWindow } from "../../ib/reset-windows.js";

/** Milliseconds to add to an instant for the wall-clock time of a zone. */
export type OffsetAt = (zone: string, instant: Instant) => number;

/**
 * When the reset that IB may be in ends: the latest end of all windows that an instant lies in; undefined in none of
 * them.
 */
export function endOfReset(instant: Instant, windows: readonly ResetWindow[], offsetAt: OffsetAt): Instant | undefined {
  let latest: Instant | undefined;
  for (const window of windows) {
    const wall = instant + offsetAt(window.zone, instant);
    const today = Math.floor(wall / DAY);
    // A window may have begun the day before.
    for (const day of [today - 1, today]) {
      const from = minutesOf(window.from);
      const to = minutesOf(window.to);
      const start = day * DAY + from * MINUTE;
      const end = day * DAY + (to > from ? to : to + 24 * 60) * MINUTE;
      if (!window.days.includes(weekday(day)) || wall < start || wall >= end) continue;
      // The clocks may be put forward or back meanwhile.
      const at = end - offsetAt(window.zone, instant + (end - wall));
      latest = Math.max(latest ?? at, at);
    }
  }
  return latest;
}

/** 1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

function minutesOf(text: string): number {
  const [hours, minutes] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

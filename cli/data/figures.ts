import { isoDate, yyyymmdd } from "../../core/calendar/calendar-date.js";
import { zoneOffsets } from "../../data/zone-offsets.js";

/** A whole number with commas. */
export function numberText(value: number): string {
  return value.toLocaleString("en-US");
}

/** The day of an instant in a time zone; "-" for none. */
export function dayText(instant: number, timeZone: string): string {
  return Number.isNaN(instant) ? "-" : isoDate(yyyymmdd(zoneOffsets(timeZone).dayAt(instant)));
}

/**
 * The first and last day of bars in their instrument's time zone, as --from and --to name them: what ends at midnight
 * belongs to the day before.
 */
export function daysOf(first: number, last: number, timeZone: string): [string, string] {
  return [dayText(first, timeZone), dayText(last - 1, timeZone)];
}

/** An instant as 2024-01-31T14:30:00Z, with milliseconds where there are some. */
export function instantText(instant: number): string {
  return new Date(instant).toISOString().replace(".000Z", "Z");
}

/** A size of a file, such as "812 kB" or "4.7 GB". */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** "1 bar", "2 bars". */
export function countText(count: number, noun: string, plural = `${noun}s`): string {
  return `${numberText(count)} ${count === 1 ? noun : plural}`;
}

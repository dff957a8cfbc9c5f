import type { Zone } from "../backtest/result-days.js";
import { DAY } from "../core/market/bar-size.js";

/** Names of the months from January on. */
export const MONTH_NAMES = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

/** The zone's date of an instant, such as "3 Jan 2000". Midnight belongs to the day that it ends. */
export function dateText(instant: number, zone: Zone): string {
  return calendarDate(new Date(instant + zone.offsetAt(instant) - 1));
}

/** The zone's date of an instant at which something begins: midnight belongs to the day that it begins. */
export function startDateText(instant: number, zone: Zone): string {
  return calendarDate(new Date(instant + zone.offsetAt(instant)));
}

/** The zone's date and clock at an instant, such as "3 Jan 2000, 09:30". */
export function instantText(instant: number, zone: Zone): string {
  const local = instant + zone.offsetAt(instant);
  const date = new Date(local);
  return `${calendarDate(date)}, ${date.toISOString().slice(11, local % 60_000 === 0 ? 16 : 19)}`;
}

/** A span as a reader would say it: "20.3 years", "5 months", "12 days". */
export function spanText(milliseconds: number): string {
  const days = milliseconds / DAY;
  if (days >= 730) return `${(days / 365.25).toFixed(1)} years`;
  if (days >= 60) return `${Math.round(days / 30.4375)} months`;
  const whole = Math.max(1, Math.round(days));
  return whole === 1 ? "1 day" : `${whole} days`;
}

function calendarDate(date: Date): string {
  return `${date.getUTCDate()} ${MONTH_NAMES[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

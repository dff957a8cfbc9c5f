import { type Instant, SECOND } from "../../../core/market/bar-size.js";
import type { ZoneClock } from "../../ib/compare-hours.js";

/** A time in a request, in UTC, which the hyphen says: "20260105-15:00:00". The whole second not before it. */
export function utcText(instant: Instant): string {
  const text = new Date(Math.ceil(instant / SECOND) * SECOND).toISOString();
  return `${text.slice(0, 10).replaceAll("-", "")}-${text.slice(11, 19)}`;
}

/**
 * The time of a bar that was asked for in seconds: its start in epoch ms, or the date (yyyymmdd) of a bar of a day and
 * more, which TWS always writes as a date. Throws for anything else.
 */
export function readBarTime(text: string, isDated: boolean): number {
  if (/^\d{8}$/.test(text)) {
    if (isDated) return Number(text);
  } else if (/^\d{9,11}$/.test(text)) {
    const instant = Number(text) * SECOND;
    return isDated ? dateOf(instant) : instant;
  }
  throw new Error(`"${text}" is no time of a bar ${isDated ? "of a day and more" : "of less than a day"}`);
}

/** A head timestamp: seconds, or a time in UTC. Throws for anything else. */
export function readHeadTime(text: string): Instant {
  if (/^\d{1,11}$/.test(text) && !/^(19|20)\d{6}$/.test(text)) return Number(text) * SECOND;
  return wallOf(text);
}

/** The time of a schedule, which is written like UTC and is the wall clock of the zone that comes with it. */
export function readScheduleTime(text: string, clock: ZoneClock): Instant {
  return clock.instantAtOrAfter(wallOf(text));
}

function wallOf(text: string): number {
  const match = /^(\d{4})(\d{2})(\d{2})(?:[- ](\d{2}):(\d{2}):(\d{2}))?$/.exec(text);
  if (match === null) throw new Error(`"${text}" is no time`);
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function dateOf(instant: Instant): number {
  return Number(new Date(instant).toISOString().slice(0, 10).replaceAll("-", ""));
}

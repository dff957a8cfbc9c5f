import { isoDate } from "../../core/calendar/calendar-date.js";
import { findCalendarOf } from "../../core/calendar/calendar-of.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import { DAY, type Instant, MINUTE } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { covers, sessionsAround } from "../exchange-sessions.js";
import type { Hours } from "../store/series-key.js";
import type { ZoneOffsets } from "../zone-offsets.js";
import { zoneOffsets } from "../zone-offsets.js";
import type { ToldSessions } from "./trading-sessions.js";

/** A date on which the source and the calendar do not have the same hours. */
export interface ScheduleDifference {
  /** yyyymmdd */
  readonly date: number;
  /** Local hours such as "09:30-16:00", or "closed". */
  readonly told: string;
  readonly calendar: string;
}

type ByDate = Map<number, { open: Instant; close: Instant }>;

/**
 * What a source has told of an instrument's sessions beside what its exchange's calendar says, for the dates that lie
 * wholly in both. Undefined where there is no calendar to compare with. Breaks within a session are no difference.
 */
export function compareSchedule(
  instrument: Instrument,
  hours: Hours,
  told: ToldSessions,
): { calendar: string; dates: number; differences: ScheduleDifference[] } | undefined {
  const calendar = findCalendarOf(instrument);
  const { from, to } = told.span;
  if (calendar === undefined || !covers(calendar, from, to)) return undefined;
  const zone = zoneOffsets(calendar.timeZone);
  const sessions = sessionsAround(calendar, from, to);
  const ours = calendarDates(hours === "all" ? sessions.extended : sessions, from, to);
  const theirs: ByDate = new Map();
  for (const { date, open, close } of told.sessions) if (open >= from && close <= to) join(theirs, date, open, close);
  const differences: ScheduleDifference[] = [];
  const dates = [...new Set([...ours.keys(), ...theirs.keys()])].sort((a, b) => a - b);
  for (const date of dates) {
    const [a, b] = [theirs.get(date), ours.get(date)];
    if (a?.open === b?.open && a?.close === b?.close) continue;
    differences.push({ date, told: hoursText(a, zone), calendar: hoursText(b, zone) });
  }
  return { calendar: calendar.name, dates: dates.length, differences };
}

function calendarDates(sessions: Sessions, from: Instant, to: Instant): ByDate {
  const dates: ByDate = new Map();
  for (let i = 0; i < sessions.length; i++) {
    const [open, close] = [sessions.open[i], sessions.close[i]];
    if (open >= from && close <= to) join(dates, (sessions.date as Int32Array)[i], open, close);
  }
  return dates;
}

/** Adds a session; the sessions of one date count as one. */
function join(dates: ByDate, date: number, open: Instant, close: Instant): void {
  const known = dates.get(date);
  dates.set(date, { open: Math.min(open, known?.open ?? open), close: Math.max(close, known?.close ?? close) });
}

function hoursText(session: { open: Instant; close: Instant } | undefined, zone: ZoneOffsets): string {
  if (session === undefined) return "closed";
  const time = (instant: Instant): string => {
    const minutes = Math.round((((instant + zone.offsetAt(instant)) % DAY) + DAY) % DAY) / MINUTE;
    const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
    return `${two(minutes / 60)}:${two(minutes % 60)}`;
  };
  return `${time(session.open)}-${time(session.close)}`;
}

/** The first few differences in words; undefined where there are none. */
export function differencesText(
  symbol: string,
  source: string,
  { calendar, dates, differences }: NonNullable<ReturnType<typeof compareSchedule>>,
): string | undefined {
  if (differences.length === 0) return undefined;
  const shown = differences
    .slice(0, 3)
    .map((one) => `${isoDate(one.date)} ${one.told} by ${source}, ${one.calendar} by the calendar`);
  const rest = differences.length > shown.length ? "; and others" : "";
  return `${symbol}: ${source} and the calendar ${calendar} differ on ${differences.length} of ${dates} days: ${shown.join("; ")}${rest}`;
}

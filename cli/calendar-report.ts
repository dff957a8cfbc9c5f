import { type DayNumber, dayNumber, dayOfDate, isoDate, yearOf, yyyymmdd } from "../core/calendar/calendar-date.js";
import { codesOf } from "../core/calendar/calendars.js";
import { CalendarError } from "../core/calendar/errors.js";
import type { CalendarDay, ExchangeCalendar } from "../core/calendar/exchange-calendar.js";
import { openAfter } from "../core/calendar/session-time.js";
import type { Sessions } from "../core/calendar/sessions.js";
import type { Instant } from "../core/market/bar-size.js";
import { exchangeSessions, sessionsAround } from "../data/exchange-sessions.js";
import { zoneOffsets } from "../data/zone-offsets.js";

/** How many sessions from now on are told. */
const AHEAD = 5;

/** A session with its instants; those of a break are undefined where it has none. */
export interface ToldSession {
  /** yyyymmdd */
  readonly date: number;
  /** Why it is unlike others. */
  readonly name: string | undefined;
  readonly open: Instant;
  readonly close: Instant;
  readonly breakStart: Instant | undefined;
  readonly breakEnd: Instant | undefined;
  readonly extendedOpen: Instant;
  readonly extendedClose: Instant;
}

/** A year as days: what each is, and which are unlike others. */
export interface ToldYear {
  readonly year: number;
  readonly days: readonly CalendarDay[];
  readonly sessions: readonly ToldSession[];
  readonly holidays: readonly CalendarDay[];
  /** Those that open late, close early, or both. */
  readonly unusual: readonly ToldSession[];
}

/** What is to be told of a calendar. */
export interface CalendarReport {
  readonly calendar: ExchangeCalendar;
  readonly codes: readonly string[];
  /** How things stand at an instant. */
  readonly now?: {
    readonly instant: Instant;
    readonly state: "open" | "break" | "extended" | "closed";
    /** When that ends, as far as the calendar tells. */
    readonly until: Instant;
    readonly nextOpen: Instant;
    readonly ahead: readonly ToldSession[];
  };
  /** What a date is, and when there is an open after it. */
  readonly on?: {
    readonly day: CalendarDay;
    readonly session: ToldSession | undefined;
    readonly nextOpen: Instant;
  };
  readonly year?: ToldYear;
  /** What is not exact about the time told of. */
  readonly caveat: string | undefined;
}

export interface CalendarQuestion {
  readonly now?: Instant;
  /** yyyymmdd */
  readonly on?: number | undefined;
  readonly year?: number | undefined;
}

/** @throws CalendarError CALENDAR_DATE_INVALID, CALENDAR_DATE_OUTSIDE */
export function calendarReport(calendar: ExchangeCalendar, { now, on, year }: CalendarQuestion): CalendarReport {
  const dates = [on, year === undefined ? undefined : year * 10000 + 101].filter((date) => date !== undefined);
  const { nominal } = calendar.rules;
  return {
    calendar,
    codes: codesOf(calendar),
    ...(now !== undefined && { now: standing(calendar, now) }),
    ...(on !== undefined && { on: dateTold(calendar, on) }),
    ...(year !== undefined && { year: yearTold(calendar, year) }),
    caveat: nominal !== undefined && dates.some((date) => date < nominal.before) ? nominal.sentence : undefined,
  };
}

function standing(calendar: ExchangeCalendar, instant: Instant): NonNullable<CalendarReport["now"]> {
  const sessions = sessionsAround(calendar, instant, instant);
  const i = sessions.indexAt(instant);
  const nextOpen = openAfter(sessions, instant);
  const ahead: ToldSession[] = [];
  for (let row = i; row < sessions.length && ahead.length < AHEAD; row++) ahead.push(told(calendar, sessions, row));
  const common = { instant, nextOpen, ahead };
  if (sessions.isOpenAt(instant)) {
    const { breakStart, close } = told(calendar, sessions, i);
    return { ...common, state: "open", until: breakStart !== undefined && instant <= breakStart ? breakStart : close };
  }
  if (sessions.contains(instant)) return { ...common, state: "break", until: nextOpen };
  const { extended } = sessions;
  if (!extended.isOpenAt(instant)) return { ...common, state: "closed", until: nextOpen };
  const row = extended.indexAt(instant);
  return { ...common, state: "extended", until: row === i ? sessions.open[i] : extended.close[row] };
}

function dateTold(calendar: ExchangeCalendar, date: number): NonNullable<CalendarReport["on"]> {
  const number = dayOfDate(date);
  if (Number.isNaN(number)) throw new CalendarError("CALENDAR_DATE_INVALID", { date: isoDate(date) });
  const day = calendar.dayOn(number);
  const sessions = exchangeSessions(calendar, date, yyyymmdd(Math.min(number + 14, calendar.lastDay)));
  const isSession = day.kind === "session";
  const next = isSession ? 1 : 0;
  return {
    day,
    session: isSession ? told(calendar, sessions, 0) : undefined,
    nextOpen: next < sessions.length ? sessions.open[next] : Infinity,
  };
}

function yearTold(calendar: ExchangeCalendar, year: number): ToldYear {
  const first = dayNumber(year, 1, 1);
  const last = dayNumber(year, 12, 31);
  if (!(first >= calendar.firstDay && last <= calendar.lastDay)) {
    const { from, to, name } = calendar.rules;
    const details = { calendar: name, date: year, from: isoDate(from), to: isoDate(to) };
    throw new CalendarError("CALENDAR_DATE_OUTSIDE", details);
  }
  const days: CalendarDay[] = [];
  for (let day: DayNumber = first; day <= last; day++) days.push(calendar.dayOn(day));
  const table = exchangeSessions(calendar, yyyymmdd(first), yyyymmdd(last));
  const sessions = Array.from({ length: table.length }, (_, i) => told(calendar, table, i));
  return {
    year,
    days,
    sessions,
    holidays: days.filter(({ kind }) => kind === "holiday"),
    unusual: sessions.filter(({ name }) => name !== undefined),
  };
}

function told(calendar: ExchangeCalendar, sessions: Sessions, i: number): ToldSession {
  const { open, close, breakStart, breakEnd, extended } = sessions;
  const date = sessions.date?.[i] ?? 0;
  const rests = sessions.hasBreaks && !Number.isNaN(breakStart[i]);
  return {
    date,
    name: calendar.dayOn(dayOfDate(date)).name,
    open: open[i],
    close: close[i],
    breakStart: rests ? breakStart[i] : undefined,
    breakEnd: rests ? breakEnd[i] : undefined,
    extendedOpen: extended.open[i],
    extendedClose: extended.close[i],
  };
}

/** The year of an instant, as the exchange's own clock has it. */
export function yearAt(calendar: ExchangeCalendar, instant: Instant): number {
  return yearOf(zoneOffsets(calendar.timeZone).dayAt(instant));
}

import { isoDate, yyyymmdd } from "../core/calendar/calendar-date.js";
import type { CalendarDay } from "../core/calendar/exchange-calendar.js";
import type { Instant } from "../core/market/bar-size.js";
import { zoneOffsets } from "../data/zone-offsets.js";
import type { CalendarReport, ToldSession } from "./calendar-report.js";

/** The report for programs: dates as 2026-11-27, instants in UTC and, beside them, what the local clock shows. */
export function calendarJson({ calendar, codes, now, on, year, caveat }: CalendarReport): string {
  const { rules } = calendar;
  const utc = (instant: Instant): string | null =>
    Number.isFinite(instant) ? new Date(instant).toISOString().replace(".000Z", "Z") : null;
  const offsets = zoneOffsets(calendar.timeZone);
  const local = (instant: Instant): string | null =>
    Number.isFinite(instant) ? new Date(instant + offsets.offsetAt(instant)).toISOString().slice(0, 16) : null;
  const session = (one: ToldSession): object => ({
    date: isoDate(one.date),
    name: one.name ?? null,
    open: utc(one.open),
    close: utc(one.close),
    breakStart: one.breakStart === undefined ? null : utc(one.breakStart),
    breakEnd: one.breakEnd === undefined ? null : utc(one.breakEnd),
    extendedOpen: utc(one.extendedOpen),
    extendedClose: utc(one.extendedClose),
    openLocal: local(one.open),
    closeLocal: local(one.close),
  });
  const day = ({ day, kind, name }: CalendarDay): object => ({
    date: isoDate(yyyymmdd(day)),
    kind,
    name: name ?? null,
  });
  const told = {
    calendar: calendar.name,
    title: calendar.title,
    codes,
    timeZone: calendar.timeZone,
    from: isoDate(rules.from),
    to: isoDate(rules.to),
    caveat: caveat ?? null,
    ...(now !== undefined && {
      now: {
        time: utc(now.instant),
        state: now.state,
        until: utc(now.until),
        nextOpen: utc(now.nextOpen),
        sessions: now.ahead.map(session),
      },
    }),
    ...(on !== undefined && {
      on: {
        ...day(on.day),
        session: on.session === undefined ? null : session(on.session),
        nextOpen: utc(on.nextOpen),
      },
    }),
    ...(year !== undefined && {
      year: {
        year: year.year,
        holidays: year.holidays.map(day),
        unusual: year.unusual.map(session),
        sessions: year.sessions.map(session),
      },
    }),
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

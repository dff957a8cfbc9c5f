import { isoDate } from "../../core/calendar/calendar-date.js";
import type { LocalClock } from "../../core/calendar/exchange-calendar.js";
import { Sessions } from "../../core/calendar/sessions.js";
import { DAY, type Instant, MINUTE } from "../../core/market/bar-size.js";
import type { IbHours } from "./hours.js";

/** A zone's clock, both ways. */
export interface ZoneClock extends LocalClock {
  /** Milliseconds to add to an instant for the wall-clock time. */
  offsetAt(instant: Instant): number;
}

/** A stretch in which trading goes on, without a break: from an instant to another. */
export interface OpenStretch {
  readonly start: Instant;
  readonly end: Instant;
}

/** A date on which IB and the calendar do not have the same hours. No stretch means closed. */
export interface HoursDifference {
  /** yyyymmdd */
  readonly date: number;
  readonly calendar: readonly OpenStretch[];
  readonly ib: readonly OpenStretch[];
}

export interface ComparedHours {
  /** What both say is open. Dates that IB does not speak of are the calendar's. */
  readonly sessions: Sessions;
  readonly differences: readonly HoursDifference[];
}

/**
 * Compares a calendar's sessions with IB's hours on the dates that these speak of, and keeps of both what is open in
 * the one as in the other. For orders within regular hours give `sessions` and `liquidHours`; for those that may fill
 * outside of them, and for futures and forex, `sessions.extended` and `tradingHours`.
 *
 * A session that is open in three stretches or more becomes several of the same date, each with one break at most.
 * @param clock of the zone that IB's hours are in
 */
export function compareHours(sessions: Sessions, hours: IbHours, clock: ZoneClock): ComparedHours {
  const stretches = hours.stretches.map(({ date, start, end }) => ({
    date,
    start: clock.instantAtOrAfter(start),
    end: clock.instantAtOrAfter(end),
  }));
  const spoken = new Set(hours.dates);
  const own = new Map<number, OpenStretch[]>();
  const kept: KeptSession[] = [];
  for (let i = 0; i < sessions.length; i++) {
    const date = sessions.date?.[i] ?? 0;
    const parts = partsOf(sessions, i);
    if (!spoken.has(date)) {
      kept.push(...sessionsOf(date, parts));
      continue;
    }
    own.set(date, [...(own.get(date) ?? []), ...parts]);
    kept.push(...sessionsOf(date, common(parts, stretches)));
  }
  const differences: HoursDifference[] = [];
  for (const date of hours.dates) {
    const calendar = own.get(date) ?? [];
    const ib = joined(stretches.filter((one) => one.date === date));
    if (!same(calendar, ib)) differences.push({ date, calendar, ib });
  }
  return { sessions: columnsOf(kept), differences };
}

/** A difference as a sentence, in local time: "2026-11-27: the calendar has 09:30-13:00, IB has 09:30-16:00." */
export function describeDifference({ date, calendar, ib }: HoursDifference, clock: ZoneClock): string {
  const hours = (stretches: readonly OpenStretch[]): string =>
    stretches.length === 0
      ? "closed"
      : stretches.map(({ start, end }) => `${timeText(start, date, clock)}-${timeText(end, date, clock)}`).join(" ");
  return `${isoDate(date)}: the calendar has ${hours(calendar)}, IB has ${hours(ib)}.`;
}

interface KeptSession {
  readonly date: number;
  readonly parts: readonly OpenStretch[];
}

/** The stretches of a session between its breaks. */
function partsOf(sessions: Sessions, i: number): OpenStretch[] {
  const { open, close, breakStart, breakEnd } = sessions;
  if (!sessions.hasBreaks || Number.isNaN(breakStart[i])) return [{ start: open[i], end: close[i] }];
  return joined([
    { start: open[i], end: breakStart[i] },
    { start: breakEnd[i], end: close[i] },
  ]);
}

function common(parts: readonly OpenStretch[], stretches: readonly OpenStretch[]): OpenStretch[] {
  return joined(
    parts.flatMap((part) =>
      stretches.map(({ start, end }) => ({ start: Math.max(start, part.start), end: Math.min(end, part.end) })),
    ),
  );
}

/** In order of time, none empty, and those that touch or overlap made one. */
function joined(stretches: readonly OpenStretch[]): OpenStretch[] {
  const result: { start: Instant; end: Instant }[] = [];
  for (const { start, end } of stretches.filter((one) => one.start < one.end).sort((a, b) => a.start - b.start)) {
    const previous = result.at(-1);
    if (previous !== undefined && start <= previous.end) previous.end = Math.max(previous.end, end);
    else result.push({ start, end });
  }
  return result;
}

function same(a: readonly OpenStretch[], b: readonly OpenStretch[]): boolean {
  return a.length === b.length && a.every(({ start, end }, i) => start === b[i].start && end === b[i].end);
}

/** Two stretches at a time: one session has one break. */
function sessionsOf(date: number, parts: readonly OpenStretch[]): KeptSession[] {
  const result: KeptSession[] = [];
  for (let i = 0; i < parts.length; i += 2) result.push({ date, parts: parts.slice(i, i + 2) });
  return result;
}

function columnsOf(kept: readonly KeptSession[]): Sessions {
  const column = (value: (parts: readonly OpenStretch[]) => number): Float64Array =>
    Float64Array.from(kept, ({ parts }) => value(parts));
  return new Sessions(
    column((parts) => parts[0].start),
    column((parts) => parts[parts.length - 1].end),
    {
      date: Int32Array.from(kept, ({ date }) => date),
      breakStart: column((parts) => (parts.length === 2 ? parts[0].end : Number.NaN)),
      breakEnd: column((parts) => (parts.length === 2 ? parts[1].start : Number.NaN)),
    },
  );
}

/** 09:30, with the day in front where it is not the date itself: 12-06 18:00. */
function timeText(instant: Instant, date: number, clock: ZoneClock): string {
  const wall = instant + clock.offsetAt(instant);
  const minutes = Math.floor((wall - Math.floor(wall / DAY) * DAY) / MINUTE);
  const clockText = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const own = new Date(wall).toISOString().slice(0, 10);
  return own === isoDate(date) ? clockText : `${own.slice(5)} ${clockText}`;
}

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

/** The hours of a date by both. No stretch means closed. */
export interface BothHours {
  readonly calendar: readonly OpenStretch[];
  readonly ib: readonly OpenStretch[];
}

/** A date on which IB and the calendar do not have the same hours. */
export interface HoursDifference extends BothHours {
  /** yyyymmdd */
  readonly date: number;
  /** With the hours before and after the regular ones, where they differ in these. */
  readonly around?: BothHours;
}

/** What IB tells of the hours of a contract, on a clock. */
export interface IbTradingTimes {
  readonly clock: ZoneClock;
  /** The regular hours. */
  readonly liquid: IbHours;
  /** With trading before and after them. */
  readonly trading: IbHours;
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
  const spoken = new Set(hours.dates);
  const own = new Map<number, OpenStretch[]>();
  for (let i = 0; i < sessions.length; i++) {
    const date = dateOf(sessions, i);
    if (spoken.has(date)) own.set(date, [...(own.get(date) ?? []), ...partsOf(sessions, i)]);
  }
  const told = new Map<number, OpenStretch[]>();
  for (const { date, start, end } of hours.stretches) {
    const near = own.get(date) ?? [];
    const stretch = {
      start: nearTo(clock.instantAtOrAfter(start), near),
      end: nearTo(clock.instantAtOrAfter(end), near),
    };
    told.set(date, [...(told.get(date) ?? []), stretch]);
  }
  const stretches = [...told.values()].flat();
  const kept: KeptSession[] = [];
  for (let i = 0; i < sessions.length; i++) {
    const date = dateOf(sessions, i);
    const parts = partsOf(sessions, i);
    kept.push(...sessionsOf(date, spoken.has(date) ? common(parts, stretches) : parts));
  }
  const differences: HoursDifference[] = [];
  for (const date of hours.dates) {
    const calendar = own.get(date) ?? [];
    const ib = joined(told.get(date) ?? []);
    if (!same(calendar, ib)) differences.push({ date, calendar, ib });
  }
  return { sessions: columnsOf(kept, sessions), differences };
}

/**
 * Compares a calendar's sessions, and those with the hours around them, with all that IB tells of a contract. Both are
 * kept to what the two have open; a date without regular hours is closed altogether.
 * @param regular by what of IB's the regular sessions go: for futures and forex by all trading
 */
export function restrictSessions(
  sessions: Sessions,
  { clock, liquid, trading }: IbTradingTimes,
  regular: "liquid" | "trading",
): ComparedHours {
  const inside = compareHours(sessions, regular === "liquid" ? liquid : trading, clock);
  if (sessions.extended === sessions) return inside;
  const outside = compareHours(sessions.extended, trading, clock);
  const around = stretchesByDate(outside.sessions);
  const kept: KeptSession[] = [];
  for (const [date, parts] of stretchesByDate(inside.sessions)) {
    kept.push(...sessionsOf(date, common(parts, around.get(date) ?? [])));
  }
  return {
    sessions: columnsOf(kept, sessions, around),
    differences: bothDifferences(inside.differences, outside.differences),
  };
}

/** One of a date, of the regular hours and of those around them. */
function bothDifferences(
  inside: readonly HoursDifference[],
  outside: readonly HoursDifference[],
): readonly HoursDifference[] {
  const of = (list: readonly HoursDifference[], date: number): HoursDifference | undefined =>
    list.find((one) => one.date === date);
  const dates = new Set([...inside, ...outside].map(({ date }) => date));
  return [...dates]
    .sort((a, b) => a - b)
    .map((date) => {
      const around = of(outside, date);
      const { calendar, ib } = of(inside, date) ?? { calendar: [], ib: [] };
      return { date, calendar, ib, ...(around !== undefined && { around }) };
    });
}

/** A difference as a sentence, in local time: "2026-11-27: the calendar has 09:30-13:00, IB has 09:30-16:00." */
export function describeDifference(difference: HoursDifference, clock: ZoneClock): string {
  const { calendar, ib } = differenceInWords(difference, clock);
  return `${isoDate(difference.date)}: the calendar has ${calendar}, IB has ${ib}.`;
}

/** The hours of both in local time, such as 09:30-13:00 or closed; those around them where only these differ. */
export function differenceInWords(difference: HoursDifference, clock: ZoneClock): Record<keyof BothHours, string> {
  const { date, around } = difference;
  const isRegular = !same(difference.calendar, difference.ib);
  const { calendar, ib } = isRegular ? difference : (around ?? difference);
  const hours = (stretches: readonly OpenStretch[]): string => hoursInWords(stretches, date, clock);
  const outside = isRegular ? "" : " with the hours around the session";
  return { calendar: `${hours(calendar)}${outside}`, ib: hours(ib) };
}

function hoursInWords(stretches: readonly OpenStretch[], date: number, clock: ZoneClock): string {
  if (stretches.length === 0) return "closed";
  return stretches.map(({ start, end }) => `${timeText(start, date, clock)}-${timeText(end, date, clock)}`).join(" ");
}

interface KeptSession {
  readonly date: number;
  readonly parts: readonly OpenStretch[];
}

function dateOf(sessions: Sessions, i: number): number {
  return sessions.date?.[i] ?? 0;
}

/** IB tells whole minutes: what the calendar has within one is the same. */
function nearTo(instant: Instant, parts: readonly OpenStretch[]): Instant {
  for (const { start, end } of parts) {
    if (Math.abs(start - instant) < MINUTE) return start;
    if (Math.abs(end - instant) < MINUTE) return end;
  }
  return instant;
}

function stretchesByDate(sessions: Sessions): Map<number, OpenStretch[]> {
  const byDate = new Map<number, OpenStretch[]>();
  for (let i = 0; i < sessions.length; i++) {
    const date = dateOf(sessions, i);
    const parts = byDate.get(date);
    if (parts === undefined) byDate.set(date, partsOf(sessions, i));
    else parts.push(...partsOf(sessions, i));
  }
  return byDate;
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

/** @param like what else is known of sessions there  @param around by date, the stretches with the hours around them */
function columnsOf(
  kept: readonly KeptSession[],
  like: Sessions,
  around?: ReadonlyMap<number, readonly OpenStretch[]>,
): Sessions {
  const column = (value: (parts: readonly OpenStretch[], k: number) => number): Float64Array =>
    Float64Array.from(kept, ({ parts }, k) => value(parts, k));
  const last = (parts: readonly OpenStretch[]): OpenStretch => parts[parts.length - 1];
  // Of several sessions of a date the first has the hours before them, and the last those behind.
  const isOf = (k: number, date: number): boolean => kept[k]?.date === date;
  const aroundOf = (k: number, at: Instant): OpenStretch | undefined =>
    around?.get(kept[k].date)?.find(({ start, end }) => start <= at && at <= end);
  return new Sessions(
    column((parts) => parts[0].start),
    column((parts) => last(parts).end),
    {
      date: Int32Array.from(kept, ({ date }) => date),
      breakStart: column((parts) => (parts.length === 2 ? parts[0].end : Number.NaN)),
      breakEnd: column((parts) => (parts.length === 2 ? parts[1].start : Number.NaN)),
      ...(!like.knowsExtended && { knowsExtended: false }),
      ...(around !== undefined && {
        extendedOpen: column(([{ start }], k) =>
          isOf(k - 1, kept[k].date) ? start : (aroundOf(k, start)?.start ?? start),
        ),
        extendedClose: column((parts, k) => {
          const { end } = last(parts);
          return isOf(k + 1, kept[k].date) ? end : (aroundOf(k, end)?.end ?? end);
        }),
      }),
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

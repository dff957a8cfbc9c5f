import { type DayNumber, dayOfDate, isWeekend, yyyymmdd } from "../../core/calendar/calendar-date.js";
import { findCalendarOf } from "../../core/calendar/calendar-of.js";
import type { ExchangeCalendar } from "../../core/calendar/exchange-calendar.js";
import { Sessions } from "../../core/calendar/sessions.js";
import { type BarSize, DAY, type Instant, isDailyOrLarger, MINUTE } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { type Interval, intersect, subtract } from "../intervals.js";
import type { Hours } from "../store/series-key.js";
import { type ZoneOffsets, zoneOffsets } from "../zone-offsets.js";

/** Longer than any exchange has stayed closed. */
const REACH_DAYS = 14;

/** Sessions as a source has told them: the whole truth about the stretch `span`, nothing about other times. */
export interface ToldSessions {
  readonly span: Interval;
  readonly sessions: readonly Day[];
}

/** A session with its date, yyyymmdd. */
export interface Day {
  readonly date: number;
  readonly open: Instant;
  readonly close: Instant;
}

/** The sessions of a series, and of which exchange's calendar they are, if any. */
export interface TradingSessions {
  readonly zone: ZoneOffsets;
  readonly calendar: ExchangeCalendar | undefined;
  readonly nominal: NominalDay;
  /** Those that are known, of the regular hours; told ones are of whatever hours they were asked for. */
  readonly known: Sessions;
  /** Those of the series' hours, with nominal days where none are known. Dated. */
  readonly all: Sessions;
}

/** The sessions of a range and of two weeks around it, with what a source has told beyond its calendar. */
export function tradingSessions(
  instrument: Instrument,
  hours: Hours,
  range: Interval,
  told: ToldSessions | undefined,
): TradingSessions {
  const sessions = ownSessions(instrument, hours, range, told);
  if (sessions.calendar === undefined || told === undefined) return sessions;
  return { ...sessions, all: withTold(sessions.all, told) };
}

/** Those of the calendar, which series of one exchange and range share; where there is none those that were told. */
function ownSessions(
  instrument: Instrument,
  hours: Hours,
  range: Interval,
  told: ToldSessions | undefined,
): TradingSessions {
  const calendar = findCalendarOf(instrument);
  const zone = zoneOffsets(calendar?.timeZone ?? instrument.timeZone);
  const first = zone.dayAt(range.from) - REACH_DAYS;
  const last = zone.dayAt(range.to) + REACH_DAYS;
  const name = calendar && `${calendar.name} ${hours} ${first} ${last}`;
  const shared = name && SHARED.get(name);
  if (shared) return shared;
  const nominal = nominalDay(calendar, hours, zone);
  const known = calendar === undefined ? toldSessions(told) : calendarSessions(calendar, first, last, zone);
  const all = filled(hours === "all" ? known.extended : known, first, last, nominal);
  const made = { zone, calendar, nominal, known, all };
  if (name !== undefined) {
    if (SHARED.size >= MOST_SHARED) SHARED.clear();
    SHARED.set(name, made);
  }
  return made;
}

const SHARED = new Map<string, TradingSessions>();
const MOST_SHARED = 32;

/** What an ordinary day is like, where nothing better is known. */
export interface NominalDay {
  of(day: DayNumber): Day;
  isOpenOn(day: DayNumber): boolean;
}

function nominalDay(calendar: ExchangeCalendar | undefined, hours: Hours, zone: ZoneOffsets): NominalDay {
  const row = calendar?.rules.hours[0];
  const extended = hours === "all" ? row?.extended : undefined;
  const open = extended?.start ?? row?.open ?? 0;
  const close = extended?.end ?? row?.close ?? DAY / MINUTE;
  const weekends = calendar === undefined || calendar.rules.weekends === true;
  return {
    of: (day) => ({
      date: yyyymmdd(day),
      open: zone.instantAtOrAfter(day * DAY + open * MINUTE),
      close: zone.instantAtOrAfter(day * DAY + close * MINUTE),
    }),
    isOpenOn: (day) => weekends || !isWeekend(day),
  };
}

/** The sessions that a calendar knows of between two dates. */
function calendarSessions(calendar: ExchangeCalendar, first: DayNumber, last: DayNumber, zone: ZoneOffsets): Sessions {
  const from = Math.max(first, calendar.firstDay);
  const to = Math.min(last, calendar.lastDay);
  return from > to ? emptySessions() : calendar.sessions(yyyymmdd(from), yyyymmdd(to), zone);
}

function toldSessions(told: ToldSessions | undefined): Sessions {
  if (told === undefined) return emptySessions();
  const { sessions } = told;
  return new Sessions(
    Float64Array.from(sessions, ({ open }) => open),
    Float64Array.from(sessions, ({ close }) => close),
    { date: Int32Array.from(sessions, ({ date }) => date) },
  );
}

function emptySessions(): Sessions {
  return new Sessions(new Float64Array(0), new Float64Array(0), { date: new Int32Array(0) });
}

/** Sessions with nominal days in front of the first and behind the last. */
function filled(known: Sessions, first: DayNumber, last: DayNumber, nominal: NominalDay): Sessions {
  const dates = known.date as Int32Array;
  const days: Day[] = [];
  const begins = known.length === 0 ? Infinity : known.open[0];
  const ends = known.length === 0 ? -Infinity : known.close[known.length - 1];
  const breaks: [start: number, end: number][] = [];
  const add = (day: Day, start = Number.NaN, end = Number.NaN): void => {
    days.push(day);
    breaks.push([start, end]);
  };
  const nominals = (from: DayNumber, to: DayNumber, fits: (day: Day) => boolean): void => {
    for (let day = from; day <= to; day++) {
      const one = nominal.of(day);
      if (nominal.isOpenOn(day) && fits(one)) add(one);
    }
  };
  nominals(first, last, (day) => day.close <= begins);
  for (let i = 0; i < known.length; i++) {
    const day = { date: dates[i], open: known.open[i], close: known.close[i] };
    if (known.hasBreaks) add(day, known.breakStart[i], known.breakEnd[i]);
    else add(day);
  }
  if (known.length > 0) nominals(first, last, (day) => day.open >= ends);
  return new Sessions(
    Float64Array.from(days, ({ open }) => open),
    Float64Array.from(days, ({ close }) => close),
    {
      date: Int32Array.from(days, ({ date }) => date),
      breakStart: Float64Array.from(breaks, ([start]) => start),
      breakEnd: Float64Array.from(breaks, ([, end]) => end),
    },
  );
}

/**
 * Sessions with those that a source has told and the calendar has not, and as long as the longer of the two: bars of a
 * day or an hour in which only the calendar has the exchange closed are asked for, whatever else is. None is expected.
 */
function withTold(own: Sessions, { sessions }: ToldSessions): Sessions {
  const rows = Array.from({ length: own.length }, (_, i) => ({
    date: (own.date as Int32Array)[i],
    open: own.open[i],
    close: own.close[i],
    breakStart: own.hasBreaks ? own.breakStart[i] : Number.NaN,
    breakEnd: own.hasBreaks ? own.breakEnd[i] : Number.NaN,
  }));
  let i = 0;
  let isChanged = false;
  for (const { date, open, close } of sessions) {
    while (i < rows.length && rows[i].close <= open) i++;
    const row = rows.at(i);
    if (row !== undefined && row.open < close) {
      const before = i === 0 ? -Infinity : rows[i - 1].close;
      const after = i + 1 === rows.length ? Infinity : rows[i + 1].open;
      const wider = {
        open: Math.max(before, Math.min(row.open, open)),
        close: Math.min(after, Math.max(row.close, close)),
      };
      isChanged ||= wider.open < row.open || wider.close > row.close;
      rows[i] = { ...row, ...wider };
    } else if (date > (rows[i - 1]?.date ?? 0) && date < (row?.date ?? Infinity)) {
      rows.splice(i, 0, { date, open, close, breakStart: Number.NaN, breakEnd: Number.NaN });
      isChanged = true;
    }
  }
  if (!isChanged) return own;
  return new Sessions(
    Float64Array.from(rows, (row) => row.open),
    Float64Array.from(rows, (row) => row.close),
    {
      date: Int32Array.from(rows, (row) => row.date),
      breakStart: Float64Array.from(rows, (row) => row.breakStart),
      breakEnd: Float64Array.from(rows, (row) => row.breakEnd),
    },
  );
}

/**
 * When there should be bars: the regular sessions without their breaks, as far as the calendar and the source agree. Of
 * the daily bars of futures not those of special days, which some exchanges book to the next date. Of all hours only a
 * calendar tells which are the regular ones.
 */
export function expectedTime(
  instrument: Instrument,
  size: BarSize,
  hours: Hours,
  { calendar, known }: TradingSessions,
  told: ToldSessions | undefined,
): readonly Interval[] {
  if (instrument.thin || (calendar === undefined && hours === "all")) return [];
  const isBooked = (i: number): boolean => {
    if (instrument.assetClass !== "future" || !isDailyOrLarger(size) || calendar === undefined) return true;
    return calendar.dayOn(dayOfDate((known.date as Int32Array)[i])).name === undefined;
  };
  const open: Interval[] = [];
  const pauses: Interval[] = [];
  for (let i = 0; i < known.length; i++) {
    if (isBooked(i)) open.push({ from: known.open[i], to: known.close[i] });
    if (known.hasBreaks) pauses.push({ from: known.breakStart[i], to: known.breakEnd[i] });
  }
  const trading = subtract(open, pauses);
  if (calendar === undefined || told === undefined) return trading;
  return intersect(trading, [
    ...told.sessions.map(({ open: from, close: to }) => ({ from, to })),
    { from: -Infinity, to: told.span.from },
    { from: told.span.to, to: Infinity },
  ]);
}

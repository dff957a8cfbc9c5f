import { type DayNumber, dayOfDate, isWeekend, weekdayOf, yyyymmdd } from "../../core/calendar/calendar-date.js";
import { findCalendarOf } from "../../core/calendar/calendar-of.js";
import type { ExchangeCalendar } from "../../core/calendar/exchange-calendar.js";
import { sessionAfter } from "../../core/calendar/session-time.js";
import { Sessions } from "../../core/calendar/sessions.js";
import { type BarSize, DAY, type Instant, isDailyOrLarger, MINUTE } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { type Interval, intersect, subtract } from "../intervals.js";
import { openTimeSpans } from "../open-time.js";
import type { Hours } from "../store/series-key.js";
import { type ZoneOffsets, zoneOffsets } from "../zone-offsets.js";

/** Longer than any exchange has stayed closed. */
const REACH_DAYS = 14;

/** Sessions as a source has told them: the whole truth about the stretch `span`, nothing about other times. */
export interface ToldSessions {
  readonly span: Interval;
  readonly sessions: readonly { readonly open: Instant; readonly close: Instant; readonly date: number }[];
}

interface Day {
  readonly date: number;
  readonly open: Instant;
  readonly close: Instant;
}

/**
 * When the bars of a series begin and end: by the exchange's calendar; where there is none by what the source has told;
 * outside of what either knows by nominal days, on which nothing is expected.
 */
export class TradingHours {
  readonly size: BarSize;
  readonly zone: ZoneOffsets;
  /** Of the series: with trading before and after the regular hours where it has those. Dated. */
  readonly sessions: Sessions;
  private readonly dates: Int32Array;
  private readonly regular: readonly Interval[];
  private readonly nominal: NominalDay;

  /** @param told of the regular hours or of all, as the series is */
  constructor(instrument: Instrument, size: BarSize, hours: Hours, range: Interval, told?: ToldSessions) {
    const calendar = findCalendarOf(instrument);
    this.size = size;
    this.zone = zoneOffsets(calendar?.timeZone ?? instrument.timeZone);
    this.nominal = nominalDay(calendar, hours, this.zone);
    const first = this.zone.dayAt(range.from) - REACH_DAYS;
    const last = this.zone.dayAt(range.to) + REACH_DAYS;
    const known = knownSessions(calendar, first, last, this.zone);
    const source = known === undefined ? toldSessions(told) : known;
    this.sessions = filled(hours === "all" ? source.extended : source, first, last, this.nominal);
    this.dates = this.sessions.date as Int32Array;
    this.regular = expectedTime(instrument, size, hours, calendar, known, told);
  }

  /** The time of a stretch in which bars may start. */
  open(from: Instant, to: Instant): Interval[] {
    return openTimeSpans(this.sessions, from, to).filter((span) => span.from < span.to);
  }

  /** The time of a stretch in which there should be bars. */
  expected(from: Instant, to: Instant): Interval[] {
    return intersect(this.regular, [{ from, to }]);
  }

  /**
   * Where the bar starts that an instant lies in: a time that is round on the local clock, or the session's open behind
   * it; of days and more the first open of the session, week or month. Outside of all bars the instant itself: so every
   * bar that starts before the answer has ended by `instant`.
   */
  barStart(instant: Instant): Instant {
    const i = sessionAfter(this.sessions, instant);
    if (i === this.sessions.length) return instant;
    if (instant < this.sessions.open[i])
      return this.beginsPeriod(i) ? instant : this.sessions.open[this.firstOfPeriod(i)];
    if (isDailyOrLarger(this.size)) return this.sessions.open[this.firstOfPeriod(i)];
    return Math.max(this.rounded(instant), this.sessions.open[i]);
  }

  /** When the bar ends that starts at an instant: a bar of less than a day. */
  barEnd(start: Instant): Instant {
    const { sessions } = this;
    const end = this.rounded(start) + this.size.ms;
    const i = sessionAfter(sessions, start);
    if (i === sessions.length || start < sessions.open[i]) return end;
    const pause = sessions.hasBreaks && start < sessions.breakStart[i] ? sessions.breakStart[i] : Infinity;
    return Math.min(end, sessions.close[i], pause);
  }

  /** When the bar ends that an instant lies inside of; the instant itself where a bar starts or none is under way. */
  barStop(instant: Instant): Instant {
    const start = this.barStart(instant);
    if (start === instant) return instant;
    if (!isDailyOrLarger(this.size)) return Math.max(instant, this.barEnd(start));
    let last = sessionAfter(this.sessions, instant);
    while (last + 1 < this.sessions.length && !this.beginsPeriod(last + 1)) last++;
    return this.sessions.close[last];
  }

  /** The bar that ends with the session of a date: of a day, a week or a month. */
  barOfDate(date: number): Interval {
    const { sessions } = this;
    const last = this.lastOfDate(date);
    const day = last < 0 ? this.nominal.of(dayOfDate(date)) : undefined;
    const to = day?.close ?? sessions.close[last];
    if (this.size.unit === "day") return { from: day?.open ?? sessions.open[this.firstOfPeriod(last)], to };
    // Of a date without a session the period is that of the session in front of it, if they share it.
    const i = last < 0 ? sessionAfter(sessions, to) - 1 : last;
    const same = i >= 0 && this.periodOf(this.dates[i]) === this.periodOf(date);
    return { from: same ? sessions.open[this.firstOfPeriod(i)] : (day as Day).open, to };
  }

  /** Whether the session is the first of a bar's: of every session but within weeks and months. */
  beginsPeriod(session: number): boolean {
    return session === 0 || this.firstOfPeriod(session) === session;
  }

  /** An instant as the nearest round time of the local clock before it. */
  private rounded(instant: Instant): Instant {
    const offset = this.zone.offsetAt(instant);
    return Math.floor((instant + offset) / this.size.ms) * this.size.ms - offset;
  }

  private firstOfPeriod(session: number): number {
    const period = this.periodOf(this.dates[session]);
    let first = session;
    while (first > 0 && this.periodOf(this.dates[first - 1]) === period) first--;
    return first;
  }

  private periodOf(date: number): number {
    if (this.size.unit === "month") return Math.floor(date / 100);
    const day = dayOfDate(date);
    return this.size.unit === "week" ? day - weekdayOf(day) : day;
  }

  private lastOfDate(date: number): number {
    let low = 0;
    let high = this.dates.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.dates[middle] <= date) low = middle + 1;
      else high = middle;
    }
    return low > 0 && this.dates[low - 1] === date ? low - 1 : -1;
  }
}

/** What an ordinary day is like, where nothing better is known. */
interface NominalDay {
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

/** The sessions that a calendar knows of between two dates; undefined without one. */
function knownSessions(
  calendar: ExchangeCalendar | undefined,
  first: DayNumber,
  last: DayNumber,
  zone: ZoneOffsets,
): Sessions | undefined {
  if (calendar === undefined) return undefined;
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
 * When there should be bars: the regular sessions without their breaks, as far as the calendar and the source agree. Of
 * the daily bars of futures not those of special days, which some exchanges book to the next date. Of all hours only a
 * calendar tells which are the regular ones.
 */
function expectedTime(
  instrument: Instrument,
  size: BarSize,
  hours: Hours,
  calendar: ExchangeCalendar | undefined,
  known: Sessions | undefined,
  told: ToldSessions | undefined,
): readonly Interval[] {
  if (instrument.thin || (known === undefined && hours === "all")) return [];
  const sessions = known ?? toldSessions(told);
  const isBooked = (i: number): boolean => {
    if (instrument.assetClass !== "future" || !isDailyOrLarger(size) || calendar === undefined) return true;
    return calendar.dayOn(dayOfDate((sessions.date as Int32Array)[i])).name === undefined;
  };
  const open: Interval[] = [];
  const pauses: Interval[] = [];
  for (let i = 0; i < sessions.length; i++) {
    if (isBooked(i)) open.push({ from: sessions.open[i], to: sessions.close[i] });
    if (sessions.hasBreaks) pauses.push({ from: sessions.breakStart[i], to: sessions.breakEnd[i] });
  }
  const trading = subtract(open, pauses);
  if (known === undefined || told === undefined) return trading;
  return intersect(trading, [
    ...told.sessions.map(({ open: from, close: to }) => ({ from, to })),
    { from: -Infinity, to: told.span.from },
    { from: told.span.to, to: Infinity },
  ]);
}

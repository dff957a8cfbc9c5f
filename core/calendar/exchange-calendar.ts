import { DAY, type Instant, MINUTE } from "../market/bar-size.js";
import { type DayNumber, dayOfDate, isoDate, isWeekend, yearOf, yyyymmdd } from "./calendar-date.js";
import { CalendarError } from "./errors.js";
import type { DatedHours, ExchangeRules, Hours, LocalTime } from "./exchange-rules.js";
import { Sessions } from "./sessions.js";

/** What a date is on an exchange. */
export interface CalendarDay {
  readonly day: DayNumber;
  readonly kind: "session" | "holiday" | "weekend";
  /** The holiday, or why a session is not an ordinary one; undefined for ordinary days. */
  readonly name: string | undefined;
  /** The hours of a session, with what makes this one different. */
  readonly hours: Hours | undefined;
}

/** Turns local times into instants: what a zone's clock shows, as milliseconds as if it showed UTC. */
export interface LocalClock {
  /** The instant at which the clock shows `wall` first, or passes over it. */
  instantAtOrAfter(wall: number): Instant;
}

/** A date unlike others: undefined hours are as usual. */
interface Special {
  readonly name: string;
  readonly closed: boolean;
  readonly open?: LocalTime | undefined;
  readonly close?: LocalTime | undefined;
  readonly extendedEnd?: LocalTime | undefined;
}

/** The calendar of an exchange: its rules, applied to dates. Built once; the loop asks the `Sessions` it makes. */
export class ExchangeCalendar {
  readonly rules: ExchangeRules;
  readonly name: string;
  readonly title: string;
  /** IANA zone. */
  readonly timeZone: string;
  /** First and last date it knows, as day numbers. */
  readonly firstDay: DayNumber;
  readonly lastDay: DayNumber;
  private readonly years = new Map<number, Map<DayNumber, Special>>();

  constructor(rules: ExchangeRules) {
    this.rules = rules;
    this.name = rules.name;
    this.title = rules.title;
    this.timeZone = rules.timeZone;
    this.firstDay = dayOfDate(rules.from);
    this.lastDay = dayOfDate(rules.to);
  }

  /**
   * What a date is.
   * @throws CalendarError CALENDAR_DATE_OUTSIDE
   */
  dayOn(day: DayNumber): CalendarDay {
    this.demand(day);
    if (this.rules.weekends === undefined && isWeekend(day))
      return { day, kind: "weekend", name: undefined, hours: undefined };
    const date = yyyymmdd(day);
    const special = this.specials(Math.floor(date / 10000)).get(day);
    if (special?.closed) return { day, kind: "holiday", name: special.name, hours: undefined };
    const row = this.hoursOn(date);
    const usual = row.afterOrdinary !== undefined && this.isOrdinary(day - 1) ? row.afterOrdinary : row;
    const hours = special === undefined ? usual : changed(usual, special);
    return { day, kind: "session", name: special?.name, hours };
  }

  /**
   * The sessions of the dates from one to another (yyyymmdd, both included), with dates, breaks and extended hours.
   * @throws CalendarError CALENDAR_DATE_INVALID, CALENDAR_DATE_OUTSIDE
   */
  sessions(from: number, to: number, clock: LocalClock): Sessions {
    const first = this.demand(dayNumberOf(from));
    const last = this.demand(dayNumberOf(to));
    const days: CalendarDay[] = [];
    for (let day = first; day <= last; day++) {
      const one = this.dayOn(day);
      if (one.kind === "session") days.push(one);
    }
    const { open, close, ...detail } = emptyColumns(days.length);
    // All times of a day together: the clock answers soonest what lies close to its last answer.
    for (let i = 0; i < days.length; i++) {
      const { day } = days[i];
      const hours = days[i].hours as Hours;
      const instant = (time: LocalTime): Instant => clock.instantAtOrAfter(day * DAY + time * MINUTE);
      open[i] = instant(hours.open);
      close[i] = instant(hours.close);
      detail.date[i] = yyyymmdd(day);
      detail.breakStart[i] = hours.pause === undefined ? Number.NaN : instant(hours.pause.start);
      detail.breakEnd[i] = hours.pause === undefined ? Number.NaN : instant(hours.pause.end);
      detail.extendedOpen[i] = hours.extended === undefined ? open[i] : instant(hours.extended.start);
      detail.extendedClose[i] = hours.extended === undefined ? close[i] : instant(hours.extended.end);
    }
    return new Sessions(open, close, detail);
  }

  private demand(day: DayNumber): DayNumber {
    if (day >= this.firstDay && day <= this.lastDay) return day;
    throw new CalendarError("CALENDAR_DATE_OUTSIDE", {
      calendar: this.name,
      date: isoDate(yyyymmdd(day)),
      from: isoDate(this.rules.from),
      to: isoDate(this.rules.to),
    });
  }

  private isOrdinary(day: DayNumber): boolean {
    if (day < this.firstDay || isWeekend(day)) return false;
    return !this.specials(yearOf(day)).has(day);
  }

  private hoursOn(date: number): DatedHours {
    const { hours } = this.rules;
    let row = hours.length - 1;
    while (row > 0 && hours[row].from > date) row--;
    return hours[row];
  }

  private specials(year: number): Map<DayNumber, Special> {
    let found = this.years.get(year);
    if (found === undefined) {
      found = specialDays(this.rules, year);
      this.years.set(year, found);
    }
    return found;
  }
}

/** The dates of a year that are unlike others; what is written later goes before what is written earlier. */
function specialDays(rules: ExchangeRules, year: number): Map<DayNumber, Special> {
  const days = new Map<DayNumber, Special>();
  const add = (day: DayNumber, special: Special): void => {
    if (day === day) days.set(day, special);
  };
  for (const { name, day, close, extendedEnd } of rules.shortDays)
    add(day(year), { name, closed: false, close, extendedEnd });
  for (const { name, day } of rules.holidays) add(day(year), { name, closed: true });
  for (const { date, name, closed, open, close } of rules.oneOffs)
    if (Math.floor(date / 10000) === year) add(dayOfDate(date), { name, closed: closed === true, open, close });
  return days;
}

function emptyColumns(length: number) {
  const instants = (): Float64Array => new Float64Array(length);
  return {
    date: new Int32Array(length),
    open: instants(),
    close: instants(),
    breakStart: instants(),
    breakEnd: instants(),
    extendedOpen: instants(),
    extendedClose: instants(),
  };
}

function changed(usual: Hours, special: Special): Hours {
  const open = special.open ?? usual.open;
  const close = special.close ?? usual.close;
  const { pause, extended } = usual;
  return {
    open,
    close,
    ...(pause !== undefined && open < pause.start && close > pause.end && { pause }),
    ...(extended !== undefined && {
      extended: { start: extended.start, end: Math.max(close, special.extendedEnd ?? extended.end) },
    }),
  };
}

function dayNumberOf(date: number): DayNumber {
  const day = dayOfDate(date);
  if (day === day) return day;
  throw new CalendarError("CALENDAR_DATE_INVALID", { date: isoDate(date) });
}

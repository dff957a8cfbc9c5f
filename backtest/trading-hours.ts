import { findCalendarOf } from "../core/calendar/calendar-of.js";
import { calendarNamed } from "../core/calendar/calendars.js";
import type { ExchangeCalendar } from "../core/calendar/exchange-calendar.js";
import type { Sessions } from "../core/calendar/sessions.js";
import { DAY, isDailyOrLarger } from "../core/market/bar-size.js";
import type { Instrument } from "../core/market/instrument.js";
import { covers, sessionsAround } from "../data/exchange-sessions.js";
import type { BacktestOptions } from "./options.js";
import { STRAY_SHARE, sessionBars, straysOf } from "./session-bars.js";
import { sessionsOf, type Universe } from "./universe.js";

/** What of a run's options says by which hours it goes. */
export type HoursOptions = Pick<BacktestOptions, "calendar" | "sessions">;

/** By which hours an instrument is traded in a run. */
export interface HoursSource {
  readonly symbol: string;
  /** The calendar's code; undefined where sessions are taken from the times of the data. */
  readonly calendar: string | undefined;
  /** Whether they were given with the options of the run. */
  readonly given: boolean;
  /** Where a calendar was looked for and not taken: why. */
  readonly why: string | undefined;
}

export interface TradingHours {
  /** The data, with bars that end at their session's close. */
  readonly universe: Universe;
  /** By instrument. */
  readonly sessions: readonly Sessions[];
  readonly sources: readonly HoursSource[];
}

/**
 * The sessions of a run's instruments: those given by symbol; else those of the exchange's calendar, where there is one
 * that covers the data and that the data keeps; else what the times of the data tell. `calendar` may name a calendar for
 * all, or "bars" for none. Daily bars of an instrument with a calendar begin and end with their session, so that the bar
 * of a short day is known at its early close; smaller ones are cut off at it.
 *
 * @throws CalendarError CALENDAR_UNKNOWN for a calendar named; CALENDAR_DATE_OUTSIDE where it does not cover the data
 */
export function tradingHours(universe: Universe, options: HoursOptions): TradingHours {
  const named = options.calendar === undefined || options.calendar === "auto" ? undefined : options.calendar;
  const fallback = sessionsOf(universe, options.sessions);
  const built = new Map<ExchangeCalendar, Sessions>();
  const span = spanOf(universe);
  const sources: HoursSource[] = [];
  const sessions = universe.instruments.map((instrument) => {
    const { symbol } = instrument;
    const keep = (why?: string): Sessions => {
      sources.push({ symbol, calendar: undefined, given: options.sessions?.[symbol] !== undefined, why });
      return fallback(instrument);
    };
    if (options.sessions?.[symbol] !== undefined || named === "bars") return keep();
    // A day order of a run on weeks is for a week, as its bars are all that can tell of one.
    const large = largeBars(universe, instrument);
    if (large !== undefined) return keep(`bars of ${large} hold more than one session`);
    const calendar = named === undefined ? findCalendarOf(instrument) : calendarNamed(named);
    if (calendar === undefined) return keep(`no calendar knows ${instrument.exchange}`);
    if (named === undefined && !covers(calendar, span.from, span.to)) {
      return keep(`the calendar ${calendar.name} does not cover all of the data`);
    }
    let known = built.get(calendar);
    if (known === undefined) {
      known = sessionsAround(calendar, span.from, span.to);
      built.set(calendar, known);
    }
    const stray = named === undefined ? strayOf(universe, instrument, known) : undefined;
    if (stray !== undefined) return keep(`its bars do not keep the hours of ${calendar.name}, ${stray}`);
    sources.push({ symbol, calendar: calendar.name, given: false, why: undefined });
    return known;
  });
  const series = universe.series.map((one) => {
    const { index } = one.instrument;
    return sources[index].calendar === undefined ? one : sessionBars(one, sessions[index]);
  });
  return { universe: { ...universe, series }, sessions, sources };
}

/** What a reader should know of the hours of a run, in sentences. */
export function hoursInWords(sources: readonly HoursSource[]): string[] {
  const calendars = [...new Set(sources.flatMap(({ calendar }) => calendar ?? []))];
  const sentences: string[] = [];
  if (calendars.length > 0) {
    sentences.push(`Sessions, holidays and early closes are those of the calendar ${calendars.join(", ")}.`);
  }
  const given = sources.filter((one) => one.given);
  if (given.length > 0) sentences.push(`Sessions of ${symbolsOf(given)} are those that were given.`);
  const without = sources.filter((one) => one.calendar === undefined && !one.given);
  for (const why of new Set(without.map((one) => one.why))) {
    const alike = without.filter((one) => one.why === why);
    const whose = alike.length === sources.length ? "" : ` of ${symbolsOf(alike)}`;
    const because = why === undefined ? "" : ` (${why})`;
    sentences.push(
      `Sessions${whose} are taken from the times of the bars${because}: holidays and early closes are not known.`,
    );
  }
  return sentences;
}

function symbolsOf(sources: readonly HoursSource[]): string {
  return sources.map(({ symbol }) => symbol).join(", ");
}

function spanOf({ series, quotes, trades }: Universe): { from: number; to: number } {
  let from = Infinity;
  let to = Number.NEGATIVE_INFINITY;
  for (const { start, end, length } of series) {
    if (length === 0) continue;
    from = Math.min(from, start[0]);
    to = Math.max(to, end[length - 1]);
  }
  for (const { time, length } of [...quotes, ...trades]) {
    if (length === 0) continue;
    from = Math.min(from, time[0]);
    to = Math.max(to, time[length - 1]);
  }
  return { from, to };
}

/** Where an instrument's bars lie outside of all sessions more often than late prints do: how many, and the first. */
function strayOf(universe: Universe, instrument: Instrument, sessions: Sessions): string | undefined {
  let bars = 0;
  let count = 0;
  let first = Number.NaN;
  for (const series of universe.series) {
    if (series.instrument !== instrument) continue;
    const strays = straysOf(series, isDailyOrLarger(series.size) ? sessions : sessions.extended);
    bars += series.length;
    count += strays.count;
    first = count === strays.count ? strays.first : first;
  }
  if (count <= bars * STRAY_SHARE) return undefined;
  return `such as that of ${new Date(first).toISOString()} and ${count - 1} more`;
}

/** The label of an instrument's finest bars, where even these are larger than a day. */
function largeBars(universe: Universe, instrument: Instrument): string | undefined {
  const own = universe.series.filter((series) => series.instrument === instrument);
  if (own.length === 0 || own.some(({ size }) => size.ms <= DAY)) return undefined;
  return own[0].size.label;
}

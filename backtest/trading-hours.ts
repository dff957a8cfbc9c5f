import { findCalendarOf } from "../core/calendar/calendar-of.js";
import { calendarNamed } from "../core/calendar/calendars.js";
import type { ExchangeCalendar } from "../core/calendar/exchange-calendar.js";
import type { Sessions } from "../core/calendar/sessions.js";
import { BarSeries } from "../core/market/bar-series.js";
import { DAY, isDailyOrLarger } from "../core/market/bar-size.js";
import type { Instrument } from "../core/market/instrument.js";
import { covers, sessionsAround } from "../data/exchange-sessions.js";
import type { BacktestOptions } from "./options.js";
import { sessionsOf, type Universe } from "./universe.js";

/** By which hours an instrument is traded in a run. */
export interface HoursSource {
  readonly symbol: string;
  /** The calendar's code; undefined where sessions are taken from the times of the data. */
  readonly calendar: string | undefined;
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

/** Up to this share of bars may lie outside of all sessions of a calendar that is still theirs: late prints. */
const STRAY_SHARE = 0.01;

/**
 * The sessions of a run's instruments: those given by symbol; else those of the exchange's calendar, where there is one
 * that covers the data and that the data keeps; else what the times of the data tell. `calendar` may name a calendar for
 * all, or "bars" for none. Daily bars of an instrument with a calendar begin and end with their session, so that the bar
 * of a short day is known at its early close; smaller ones are cut off at it.
 *
 * @throws CalendarError CALENDAR_UNKNOWN for a calendar named; CALENDAR_DATE_OUTSIDE where it does not cover the data
 */
export function tradingHours(universe: Universe, options: BacktestOptions): TradingHours {
  const named = options.calendar === undefined || options.calendar === "auto" ? undefined : options.calendar;
  const fallback = sessionsOf(universe, options.sessions);
  const built = new Map<ExchangeCalendar, Sessions>();
  const span = spanOf(universe);
  const sources: HoursSource[] = [];
  const sessions = universe.instruments.map((instrument, i) => {
    const { symbol } = instrument;
    const keep = (why?: string): Sessions => {
      sources.push({ symbol, calendar: undefined, why });
      return fallback[i];
    };
    if (options.sessions?.[symbol] !== undefined || named === "bars") return keep();
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
    sources.push({ symbol, calendar: calendar.name, why: undefined });
    return known;
  });
  const series = universe.series.map((one) => {
    const { index } = one.instrument;
    return sources[index].calendar === undefined ? one : withinSessions(one, sessions[index]);
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
  const without = sources.filter(({ calendar }) => calendar === undefined);
  if (without.length > 0) {
    const whose = calendars.length === 0 ? "" : ` of ${without.map(({ symbol }) => symbol).join(", ")}`;
    const why = without.find((one) => one.why !== undefined)?.why;
    const because = why === undefined ? "" : ` (${why})`;
    sentences.push(
      `Sessions${whose} are taken from the times of the bars${because}: holidays and early closes are not known.`,
    );
  }
  return sentences;
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
  const hours = sessions.extended;
  let bars = 0;
  let stray = 0;
  let first = Number.NaN;
  for (const { instrument: of, size, start, end, length } of universe.series) {
    if (of !== instrument) continue;
    bars += length;
    const daily = isDailyOrLarger(size);
    for (let row = 0; row < length; row++) {
      const i = hours.indexAt(start[row] + 1);
      // A smaller bar reaches into a session. A larger one holds whole sessions: one that ended later than the close
      // would be handed out with prices from behind it.
      if (i < hours.length && !daily && hours.open[i] < end[row]) continue;
      if (i < hours.length && daily && start[row] <= sessions.open[i] && sessions.close[i] <= end[row]) continue;
      if (stray++ === 0) first = start[row];
    }
  }
  if (stray <= bars * STRAY_SHARE) return undefined;
  return `such as that of ${new Date(first).toISOString()} and ${stray - 1} more`;
}

function withinSessions(series: BarSeries, sessions: Sessions): BarSeries {
  if (series.size.ms > DAY) return series;
  const daily = isDailyOrLarger(series.size);
  const { length } = series;
  let start: Float64Array | undefined;
  let end: Float64Array | undefined;
  for (let row = 0; row < length; row++) {
    const i = sessions.indexAt(series.start[row] + 1);
    if (i === sessions.length || !(sessions.open[i] < series.end[row])) continue;
    if (daily && !(series.start[row] <= sessions.open[i] && sessions.close[i] <= series.end[row])) continue;
    const open = sessions.open[i];
    const close = sessions.close[i];
    // Without bars before the open, a bar that reaches across it holds nothing from before it.
    const isFirst = row === 0 || series.end[row - 1] <= (i === 0 ? -Infinity : sessions.close[i - 1]);
    const from = daily || (series.start[row] < open && isFirst) ? open : series.start[row];
    const to = daily ? close : Math.min(series.end[row], Math.max(close, from + 1));
    if (from === series.start[row] && to === series.end[row]) continue;
    start ??= series.start.slice(0, length);
    end ??= series.end.slice(0, length);
    start[row] = from;
    end[row] = to;
  }
  if (start === undefined || end === undefined) return series;
  const { open, high, low, close, volume, bid, ask } = series.slice(0, length);
  const columns = { start, end, open, high, low, close, volume, ...(bid && { bid }), ...(ask && { ask }) };
  return new BarSeries(series.instrument, series.size, columns, series.source);
}

import {
  BarSeries,
  calendarNamed,
  calendarOf,
  exchangeSessions,
  type InstrumentSpec,
  parseBarSize,
  type QuoteSeries,
  type Sessions,
  type TradeSeries,
} from "../../index.js";
import { DAY, instrument, type Row } from "../bars.js";

/** An instant by what a clock in New York shows, such as at("2024-01-12 16:00"); other zones by their name. */
export function at(local: string, timeZone = "America/New_York"): number {
  const wall = Date.parse(`${local.replace(" ", "T")}Z`);
  // Twice, for the offset at a guess may be that of the other side of a change of clocks.
  let instant = wall - offsetAt(wall, timeZone);
  instant = wall - offsetAt(instant, timeZone);
  return instant;
}

/** The reverse: "2024-01-12 16:00", with seconds where there are some. */
export function local(instant: number, timeZone = "America/New_York"): string {
  const text = new Date(instant + offsetAt(instant, timeZone)).toISOString().replace("T", " ");
  return text.slice(0, text.slice(16, 19) === ":00" ? 16 : 19);
}

const CLOCKS = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = CLOCKS.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    CLOCKS.set(timeZone, clock);
  }
  return clock;
}

function offsetAt(instant: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(instant);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  return (
    Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) -
    Math.floor(instant / 1000) * 1000
  );
}

/** The sessions of an instrument's exchange from one date to another, yyyymmdd. */
export function sessionsOf(spec: InstrumentSpec, from: number, to: number): Sessions {
  return exchangeSessions(calendarOf(instrument(spec)), from, to);
}

export interface Hours {
  /** Also the bars of hours before and after the session. Default false. */
  readonly extended?: boolean;
  /** The prices of a bar, by its number and start. Default 100, all four. */
  readonly row?: (n: number, start: number) => Row;
  /** Which bars there are. Default all. */
  readonly keep?: (start: number) => boolean;
  readonly calendar?: string;
}

/**
 * Bars that follow each other through the sessions of an exchange, from one date to another (yyyymmdd): daily bars as
 * their sessions, smaller ones from each open, cut off at the close, none in a break.
 */
export function exchangeBars(
  which: string | InstrumentSpec,
  size: string,
  from: number,
  to: number,
  hours: Hours = {},
): BarSeries {
  const one = instrument(which);
  const calendar = hours.calendar === undefined ? calendarOf(one) : calendarNamed(hours.calendar);
  const regular = exchangeSessions(calendar, from, to);
  const sessions = hours.extended === true ? regular.extended : regular;
  const series = new BarSeries(one, parseBarSize(size));
  const row = hours.row ?? ((): Row => [100, 100, 100, 100]);
  const { ms } = series.size;
  let n = 0;
  for (let i = 0; i < sessions.length; i++) {
    const [open, close] = [sessions.open[i], sessions.close[i]];
    for (let start = open; start < close; start += ms) {
      const end = ms >= DAY ? close : Math.min(start + ms, close);
      const rests = sessions.hasBreaks && start >= sessions.breakStart[i] && start < sessions.breakEnd[i];
      if ((ms >= DAY || !rests) && (hours.keep?.(start) ?? true)) {
        const [o, h, l, c, v] = row(n++, start);
        series.append(start, end, o, h, l, c, v ?? 1_000_000);
      }
      if (ms >= DAY) break;
    }
  }
  return series.slice(0, series.length);
}

/** Quotes at instants: [when, bid, ask], the instants as `at` reads them or in epoch ms. */
export function quotesAt(
  which: BarSeries | ReturnType<typeof instrument>,
  rows: readonly (readonly [when: string | number, bid: number, ask: number])[],
): QuoteSeries {
  const of = which instanceof BarSeries ? which.instrument : which;
  const size = new Float64Array(rows.length).fill(1_000_000);
  return {
    kind: "quotes",
    instrument: of,
    length: rows.length,
    time: Float64Array.from(rows, ([when]) => (typeof when === "string" ? at(when) : when)),
    bid: Float64Array.from(rows, ([, bid]) => bid),
    ask: Float64Array.from(rows, ([, , ask]) => ask),
    bidSize: size,
    askSize: size,
  };
}

/** Trades at instants: [when, price, size]. */
export function tradesAt(
  which: ReturnType<typeof instrument>,
  rows: readonly (readonly [when: string | number, price: number, size?: number])[],
): TradeSeries {
  return {
    kind: "trades",
    instrument: which,
    length: rows.length,
    time: Float64Array.from(rows, ([when]) => (typeof when === "string" ? at(when) : when)),
    price: Float64Array.from(rows, ([, price]) => price),
    size: Float64Array.from(rows, ([, , size]) => size ?? 100),
  };
}

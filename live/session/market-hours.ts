import { type HoursDifference, type IbTradingTimes, restrictSessions } from "../../brokers/ib/compare-hours.js";
import { Sessions } from "../../core/calendar/sessions.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { SessionHours } from "./session-setup.js";

/** A date on which IB has other hours for an instrument than its calendar. */
export interface InstrumentDifference {
  readonly instrument: Instrument;
  readonly difference: HoursDifference;
  readonly clock: IbTradingTimes["clock"];
}

/** The sessions that an instrument, and all that share its table, have from now on. */
export interface ChangedHours {
  readonly instrument: number;
  readonly sessions: Sessions;
}

export interface HoursTaken {
  readonly changes: readonly ChangedHours[];
  readonly differences: readonly InstrumentDifference[];
}

/**
 * By which hours a session trades: those that its calendars and IB both have open. The tables are the session's own, and
 * whoever holds one sees it change. What IB has said of days that are over is kept.
 */
export class MarketHours {
  /** Of each instrument; those that share a calendar's table share theirs. Each session has its date. */
  readonly tables: readonly Sessions[];
  private readonly instruments: readonly Instrument[];
  private readonly calendars: readonly Sessions[];

  constructor(instruments: readonly Instrument[], hours: readonly SessionHours[]) {
    const dated = new Map(hours.map(({ sessions, tradeDates }) => [sessions, withDates(sessions, tradeDates)]));
    this.instruments = instruments;
    this.calendars = hours.map(({ sessions }) => dated.get(sessions) as Sessions);
    const own = new Map(this.calendars.map((one) => [one, new Sessions(one.open, one.close, one.detail)]));
    this.tables = this.calendars.map((one) => own.get(one) as Sessions);
  }

  /** The date, yyyymmdd, of each session of an instrument now. */
  datesOf(instrument: number): Int32Array {
    return this.tables[instrument].date as Int32Array;
  }

  change(changes: readonly ChangedHours[]): void {
    for (const { instrument, sessions } of changes) this.tables[instrument].become(sessions);
  }

  /** What comes of what IB has told last of each instrument, some of it earlier than the rest: nothing is changed yet. */
  compare(told: readonly IbTradingTimes[]): HoursTaken {
    const { tables, calendars, instruments } = this;
    const differences: InstrumentDifference[] = [];
    const restricted = new Map<Sessions, Sessions>();
    // A table begins anew where all that share it are spoken of; what was said of the days in front of that stays.
    const from = new Map<Sessions, number>();
    for (const [i, hours] of told.entries()) {
      const first = Math.min(...hours.liquid.dates, ...hours.trading.dates);
      if (first < Infinity) from.set(tables[i], Math.max(from.get(tables[i]) ?? 0, first));
    }
    for (const [i, hours] of told.entries()) {
      const table = tables[i];
      const before = restricted.get(table) ?? joinedAt(table, calendars[i], from.get(table) ?? Infinity);
      const regular = BY_ALL_TRADING.includes(instruments[i].assetClass) ? "trading" : "liquid";
      restricted.set(table, restrictSessions(before, hours, regular).sessions);
      // To itself, whatever those have that share its table.
      for (const difference of restrictSessions(calendars[i], hours, regular).differences) {
        differences.push({ instrument: instruments[i], difference, clock: hours.clock });
      }
    }
    const changes = [...restricted]
      .filter(([table, sessions]) => !areSame(table, sessions))
      .map(([table, sessions]) => ({ instrument: tables.indexOf(table), sessions }));
    return { changes, differences };
  }
}

/** What trades nearly around the clock has no hours beside its regular ones. */
const BY_ALL_TRADING: readonly string[] = ["future", "forex"];

function withDates(sessions: Sessions, date: Int32Array): Sessions {
  const { open, close, detail, knowsExtended } = sessions;
  return new Sessions(open, close, { ...detail, date, ...(!knowsExtended && { knowsExtended: false }) });
}

/** The sessions of one table up to a date, yyyymmdd, and from it on those of another. */
function joinedAt(before: Sessions, after: Sessions, date: number): Sessions {
  const end = placeOf(before, date);
  const begin = placeOf(after, date);
  const join = (one: Float64Array, other: Float64Array): Float64Array =>
    Float64Array.of(...one.subarray(0, end), ...other.subarray(begin));
  const breakOf = (sessions: Sessions, name: "breakStart" | "breakEnd"): Float64Array =>
    sessions.hasBreaks ? sessions[name] : new Float64Array(sessions.length).fill(Number.NaN);
  const dates = [...(before.date ?? []).slice(0, end), ...(after.date ?? []).slice(begin)];
  return new Sessions(join(before.open, after.open), join(before.close, after.close), {
    ...after.detail,
    date: Int32Array.from(dates),
    breakStart: join(breakOf(before, "breakStart"), breakOf(after, "breakStart")),
    breakEnd: join(breakOf(before, "breakEnd"), breakOf(after, "breakEnd")),
    ...(after.extended !== after && {
      extendedOpen: join(before.extended.open, after.extended.open),
      extendedClose: join(before.extended.close, after.extended.close),
    }),
  });
}

/** The place of the first session of a date or a later one. */
function placeOf({ date, length }: Sessions, wanted: number): number {
  const place = date?.findIndex((one) => one >= wanted) ?? -1;
  return place < 0 ? length : place;
}

function areSame(a: Sessions, b: Sessions): boolean {
  const columns = (one: Sessions): readonly Float64Array[] => [
    one.open,
    one.close,
    one.breakStart,
    one.breakEnd,
    one.extended.open,
    one.extended.close,
  ];
  const other = columns(b);
  return columns(a).every(
    (column, i) => column.length === other[i].length && column.every((value, k) => Object.is(value, other[i][k])),
  );
}

import type { LocalTime } from "../../core/calendar/schedule.js";
import { Sessions } from "../../core/calendar/sessions.js";
import type { EngineOptions } from "../../core/engine-options.js";
import type { GuardSettings } from "../../core/guards/index.js";
import { BarSeries, type BarSource } from "../../core/market/bar-series.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import type { CorporateActions } from "../../core/market/corporate-actions.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import type { ParamValue } from "../../core/params.js";
import { FORMAT } from "./line.js";

/** What a recording says of the session that no option of its engine says. */
export interface RecordedAbout {
  /** The file of the strategy, as it was named. */
  readonly file: string;
  /** By what the launch ladder knows this version of it. */
  readonly hash: string;
}

/** Sessions as a recording has them: columns by name. */
export type SessionColumns = Readonly<Record<string, readonly number[]>>;

/** What the engine of a session was made of: the first line of its recording. */
export interface RecordingHeader extends RecordedAbout {
  readonly format: number;
  /** The class of the strategy. */
  readonly strategy: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly instruments: readonly InstrumentSpec[];
  readonly hasQuotes: readonly boolean[];
  readonly hasTrades: readonly boolean[];
  readonly series: readonly { readonly instrument: number; readonly size: string; readonly source: BarSource }[];
  /** Columns of the sessions of each instrument; those that share them share an entry. */
  readonly sessions: readonly SessionColumns[];
  readonly sessionsOf: readonly number[];
  /** Bar sizes that were asked for of every instrument. */
  readonly built: readonly string[];
  readonly hasEvidence: boolean;
  readonly tradesAtClose: boolean;
  readonly cash: number;
  readonly baseCurrency: string;
  readonly rates?: Readonly<Record<string, number>>;
  readonly guards?: GuardSettings | false;
  readonly from?: number;
  readonly seed?: number;
  readonly strict?: boolean;
  readonly state?: Record<string, unknown>;
  readonly actions?: readonly CorporateActions[];
  readonly onlySubscribed?: boolean;
}

export function headerOf(options: EngineOptions, about: RecordedAbout): RecordingHeader {
  const { feed, broker, desk, sessions, evidence } = options;
  const distinct = [...new Set(sessions)];
  const { cash, baseCurrency, rates, guards, from, seed, strict, state, actions, onlySubscribed } = options;
  return {
    format: FORMAT,
    ...about,
    strategy: desk.strategy,
    params: desk.params,
    instruments: feed.instruments.map(({ index: _index, ...spec }) => spec),
    hasQuotes: feed.hasQuotes,
    hasTrades: feed.hasTrades,
    series: feed.series.map(({ instrument, size, source }) => ({
      instrument: instrument.index,
      size: size.label,
      source,
    })),
    sessions: distinct.map(columnsOf),
    sessionsOf: sessions.map((one) => distinct.indexOf(one)),
    built: desk.subscriptions.filter(({ symbol }) => symbol === undefined).map(({ size }) => size.label),
    hasEvidence: evidence !== undefined,
    tradesAtClose: broker.tradesAtClose,
    cash,
    baseCurrency,
    ...(rates !== undefined && { rates }),
    ...(guards !== undefined && { guards }),
    ...(from !== undefined && { from }),
    ...(seed !== undefined && { seed }),
    ...(strict !== undefined && { strict }),
    ...(state !== undefined && { state }),
    ...(actions !== undefined && { actions }),
    ...(onlySubscribed !== undefined && { onlySubscribed }),
  };
}

export function instrumentsOf(header: RecordingHeader): Instrument[] {
  return header.instruments.map((spec, index) => new Instrument(spec, index));
}

/** The series of the session, without a bar yet. */
export function seriesOf(header: RecordingHeader, instruments: readonly Instrument[]): BarSeries[] {
  return header.series.map(
    ({ instrument, size, source }) => new BarSeries(instruments[instrument], parseBarSize(size), {}, source),
  );
}

export function sessionsOf(header: RecordingHeader): Sessions[] {
  const distinct = header.sessions.map(sessionsFrom);
  return header.sessionsOf.map((place) => distinct[place]);
}

/** A time of day on the date of a session, as the recording has it; Infinity where nobody asked. */
export function recordedLocalTime(read: (name: string) => unknown): (instrument: number) => LocalTime {
  return (instrument) => (session, minutes) =>
    (read(localTimeName(instrument, session, minutes)) ?? Infinity) as number;
}

export function localTimeName(instrument: number, session: number, minutes: number): string {
  return `local time ${instrument} ${session} ${minutes}`;
}

/** The columns of sessions, and 0 where nobody knows of trading outside of them. */
export function columnsOf(sessions: Sessions): SessionColumns {
  const { knowsExtended, ...columns } = sessions.detail;
  return {
    open: [...sessions.open],
    close: [...sessions.close],
    ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values]])),
    ...(knowsExtended === false && { knowsExtended: [0] }),
  };
}

export function sessionsFrom({ open, close, date, knowsExtended, ...rest }: SessionColumns): Sessions {
  const detail = Object.fromEntries(Object.entries(rest).map(([name, values]) => [name, Float64Array.from(values)]));
  return new Sessions(Float64Array.from(open), Float64Array.from(close), {
    ...detail,
    ...(date !== undefined && { date: Int32Array.from(date) }),
    ...(knowsExtended !== undefined && { knowsExtended: false }),
  });
}

import { DAY, type Instant, parseBarSize } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Interval } from "../intervals.js";
import type { BarStore } from "../store/bar-store.js";
import { ScheduleTable, type StoredSchedule, type StoredSession } from "../store/schedule-table.js";
import type { Hours } from "../store/series-key.js";
import type { Asker } from "./asker.js";
import type { Clock } from "./clock.js";
import { compareSchedule, differencesText } from "./compare-schedule.js";
import type { FetchNote } from "./fetch-outcome.js";
import { chunkLimit } from "./history-limits.js";
import type { ScheduleRequest } from "./history-source.js";
import { pacedSchedule } from "./paced-request.js";
import type { ToldSessions } from "./trading-sessions.js";

/** A schedule that reaches so near to now is not asked for again. */
const FRESH = 30 * DAY;

/** The sessions of instruments as their source tells them: asked for once a download, stored, and compared. */
export class Schedules {
  private readonly asker: Asker;
  private readonly clock: Clock;
  private readonly table: ScheduleTable;
  private readonly known = new Map<string, StoredSchedule | undefined>();
  private readonly asked = new Map<string, Promise<ToldSessions | undefined>>();

  constructor(asker: Asker, clock: Clock, store: BarStore) {
    this.asker = asker;
    this.clock = clock;
    this.table = new ScheduleTable(store.file);
  }

  /** What is stored of it: the same object, as long as nothing more is told. */
  stored(instrument: Instrument, hours: Hours): ToldSessions | undefined {
    const name = `${instrument.symbol} ${hours}`;
    if (!this.known.has(name)) this.known.set(name, this.table.find(instrument.symbol, hours));
    return this.known.get(name);
  }

  /** The sessions of a stretch; undefined where nothing has been told. Only the first to ask for it hears of notes. */
  of(
    instrument: Instrument,
    hours: Hours,
    span: Interval,
    note: (note: FetchNote) => void,
    signal: AbortSignal,
  ): Promise<ToldSessions | undefined> {
    const name = `${instrument.symbol} ${hours}`;
    let answer = this.asked.get(name);
    if (answer === undefined) {
      answer = this.fetch(instrument, hours, span, note, signal);
      this.asked.set(name, answer);
    }
    return answer;
  }

  private async fetch(
    instrument: Instrument,
    hours: Hours,
    wanted: Interval,
    note: (note: FetchNote) => void,
    signal: AbortSignal,
  ): Promise<ToldSessions | undefined> {
    const stored = this.stored(instrument, hours);
    const reaches = stored !== undefined && stored.span.from <= wanted.from;
    if (reaches && stored.span.to >= wanted.to - FRESH) return stored;
    const from = reaches ? Math.min(stored.span.to, wanted.to) : wanted.from;
    const { source } = this.asker;
    const { count, unit } = chunkLimit(source.limits, parseBarSize("1day")).most;
    const years = Math.min(Math.max(1, Math.ceil((wanted.to - from) / (365 * DAY))), unit === "Y" ? count : 1);
    const span = { from: Math.max(from, wanted.to - years * 365 * DAY), to: wanted.to };
    const request: ScheduleRequest = { instrument, hours, end: span.to, duration: { count: years, unit: "Y" } };
    const answer = await this.asker.ask(pacedSchedule(request), (cancel) => source.schedule(request, cancel), signal);
    if (answer.kind !== "schedule") {
      note({ kind: "schedule", text: `${instrument.symbol}: ${source.name} told no schedule (${answer.text})` });
      return stored;
    }
    const sessions = soundSessions(answer.sessions, span);
    this.table.put(instrument.symbol, hours, { span, fetched: this.clock.now(), source: source.name, sessions });
    this.known.delete(`${instrument.symbol} ${hours}`);
    const told = this.stored(instrument, hours);
    const compared = told && compareSchedule(instrument, hours, told);
    const text = compared && differencesText(instrument.symbol, source.name, compared);
    if (text !== undefined) note({ kind: "schedule", text });
    return told;
  }
}

/** Sessions of a stretch in order, none within another. */
function soundSessions(sessions: readonly StoredSession[], { from, to }: Interval): StoredSession[] {
  const sound: StoredSession[] = [];
  let closed: Instant = -Infinity;
  let last = 0;
  for (const one of [...sessions].sort((a, b) => a.open - b.open)) {
    const { open, close, date } = one;
    if (!(open >= Math.max(from, closed) && close > open && open < to && date >= last)) continue;
    sound.push({ open, close, date });
    closed = close;
    last = date;
  }
  return sound;
}

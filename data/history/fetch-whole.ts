import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instant } from "../../core/market/bar-size.js";
import { type Interval, subtract } from "../intervals.js";
import { mergeBars } from "../store/merge-bars.js";
import type { SeriesKey } from "../store/series-key.js";
import { pause } from "./clock.js";
import { durationFor, reachBack } from "./duration-span.js";
import type { FetchContext } from "./fetch-context.js";
import type { FetchJob } from "./fetch-job.js";
import { type FetchNote, type MissingStretch, notAsked, type SeriesOutcome } from "./fetch-outcome.js";
import { holesIn } from "./find-holes.js";
import { historyKey } from "./history-key.js";
import { chunkLimit, type Duration } from "./history-limits.js";
import type { BarsRequest, HistoryFailure, SourceBars } from "./history-source.js";
import { pacedBars } from "./paced-request.js";
import { type PreparedSeries, prepareSeries, SeriesEnded } from "./prepare-series.js";
import { readAnswer } from "./read-answer.js";

/**
 * Fetches a series that can only be asked for up to now, in one piece: every dividend changes all of it. What is stored
 * gives way to it at once, or stays as it is.
 */
export class WholeFetch {
  readonly key: SeriesKey;
  private readonly job: FetchJob;
  private readonly context: FetchContext;
  private readonly notes: FetchNote[] = [];
  private readonly missing: MissingStretch[] = [];
  private bars = 0;
  private isOver = false;

  constructor(job: FetchJob, context: FetchContext) {
    this.job = job;
    this.context = context;
    this.key = historyKey(job, job.size, context.asker.source);
  }

  /** @throws SourceStopped, and the signal's reason */
  async run(): Promise<void> {
    const { from = -Infinity, to = this.context.asker.source.now() } = this.job;
    try {
      const { prepared, isDue } = await this.plan();
      if (isDue) await this.fetch(prepared);
    } catch (error) {
      if (!(error instanceof SeriesEnded)) throw error;
      this.missing.push({ from, to, ...error.failure });
    }
    this.isOver = true;
  }

  /** Whether anything is new, and what then is to be had. @throws SeriesEnded */
  async plan(): Promise<{ readonly prepared: PreparedSeries; readonly isDue: boolean }> {
    const known = this.context.store.find(this.key)?.coverage() ?? [];
    const kept = known.filter(({ bars }) => bars > 0);
    const prepared = await prepareSeries(this.job, known, kept, this.context, (note) => void this.notes.push(note));
    const due = subtract(prepared.wanted, [...known, { from: prepared.settled, to: Infinity }]);
    return { prepared, isDue: due.some(({ from, to }) => prepared.hours.open(from, to).length > 0) };
  }

  outcome(): SeriesOutcome {
    const missing = this.isOver ? this.missing : [notAsked(this.job, this.context.asker.source.now())];
    return { key: this.key, bars: this.bars, notes: this.notes, missing };
  }

  private async fetch(prepared: PreparedSeries): Promise<void> {
    const { hours, wanted, settled } = prepared;
    const now = this.context.asker.source.now();
    const span = { from: wanted[0].from, to: wanted[wanted.length - 1].to };
    const { duration, bars } = await this.fetchBars(prepared, span, now);
    const { to } = span;
    const from = Math.min(to, Math.max(span.from, hours.barStart(reachBack(duration, now, hours))));
    if (from > span.from) {
      const text = `no more than ${duration.count} ${duration.unit} can be asked for at once, and not in parts`;
      this.missing.push({ from: span.from, to: from, kind: "range", text });
    }
    if (from === to) return;
    for (const hole of holesIn(bars, { from, to: Math.min(to, settled) }, hours))
      this.missing.push({ ...hole, kind: "hole", text: `${this.context.asker.source.name} has left it out twice` });
    this.store(bars, from, to, settled);
    this.bars += bars.length;
  }

  /** All bars of a span, asked for once more where some are missing, and for less where it was too much. */
  private async fetchBars(
    { hours, settled }: PreparedSeries,
    { from, to }: Interval,
    now: Instant,
  ): Promise<{ duration: Duration; bars: BarSeries }> {
    const { source } = this.context.asker;
    const { most } = chunkLimit(source.limits, this.job.size);
    const least = reachBack(most, now, hours);
    let duration = (from >= least && durationFor({ from, to: now }, this.job.size, hours, source.limits)) || most;
    let first: BarSeries | undefined;
    for (let tries = 0; ; ) {
      const answer = await this.ask(duration);
      if (answer.kind === "range" && duration.count > 1) {
        duration = { ...duration, count: Math.ceil(duration.count / 2) };
      } else if (answer.kind === "timeout" && tries < source.limits.retries) {
        const { backoff } = source.limits;
        await pause(this.context.clock, backoff[Math.min(tries, backoff.length - 1)], this.context.signal);
        tries++;
      } else if (answer.kind !== "bars") {
        throw new SeriesEnded(answer as HistoryFailure);
      } else {
        const begin = Math.max(from, hours.barStart(reachBack(duration, now, hours)));
        const { series } = readAnswer(answer as SourceBars, this.job.instrument, hours, { from: begin, to }, now);
        const bars = first === undefined ? series : mergeBars(this.key, series, first, true).merged;
        const complete = holesIn(bars, { from: begin, to: Math.min(to, settled) }, hours).length === 0;
        if (complete || first !== undefined) return { duration, bars };
        first = series;
      }
    }
  }

  private async ask(duration: Duration): Promise<SourceBars | HistoryFailure> {
    const { instrument, what, hours, size } = this.job;
    const { asker, progress, signal } = this.context;
    const request: BarsRequest = { instrument, what, hours, size, end: undefined, duration };
    progress.plan(1);
    const answer = await asker.ask(
      pacedBars(request, asker.source.limits),
      (cancel) => asker.source.bars(request, cancel),
      signal,
    );
    progress.finish(answer.kind === "bars" ? (answer as SourceBars).time.length : 0);
    return answer;
  }

  private store(bars: BarSeries, from: number, to: number, settled: number): void {
    const { store, asker } = this.context;
    store.transaction(() => {
      const isNew = store.find(this.key) === undefined;
      const answer = { from, to, source: asker.source.name, covers: [{ from, to: Math.min(to, settled) }] };
      if (isNew) return store.write(this.key, bars, answer);
      const generation = store.beginGeneration(this.key);
      store.write(this.key, bars, { ...answer, generation });
      store.completeGeneration(this.key, generation);
    });
  }
}

import { MINUTE } from "../../core/market/bar-size.js";
import type { Interval } from "../intervals.js";
import type { BarStore } from "../store/bar-store.js";
import { RequestTable } from "../store/request-table.js";
import type { SeriesKey } from "../store/series-key.js";
import { Asker } from "./asker.js";
import { type Clock, WALL_CLOCK } from "./clock.js";
import { estimateTime, type PlannedRequest } from "./estimate-time.js";
import type { FetchContext } from "./fetch-context.js";
import { checkNewJob, longestWindow } from "./fetch-history.js";
import type { FetchJob } from "./fetch-job.js";
import { type MissingStretch, ProgressCount } from "./fetch-outcome.js";
import { requestFor, SeriesFetch } from "./fetch-series.js";
import { WholeFetch } from "./fetch-whole.js";
import { Heads } from "./heads.js";
import { chunkLimit, type Duration } from "./history-limits.js";
import type { HistorySource } from "./history-source.js";
import { MemoryRequestLog, pacedBars } from "./paced-request.js";
import { SeriesEnded } from "./prepare-series.js";
import { Schedules } from "./schedules.js";
import type { TradingHours } from "./trading-hours.js";
import { Turns } from "./turns.js";

/** A request that a download would make. */
export interface PlannedChunk {
  readonly ask: Interval;
  readonly duration: Duration;
  /** About how many bars it will bring. */
  readonly bars: number;
}

export interface PlannedSeries {
  readonly key: SeriesKey;
  readonly chunks: readonly PlannedChunk[];
  /** What is wanted and cannot be had, as far as that is known. */
  readonly missing: readonly MissingStretch[];
}

export interface HistoryPlan {
  readonly series: readonly PlannedSeries[];
  /** About how many milliseconds it will take. */
  readonly time: number;
}

export interface PlanOptions {
  /** Is only read. */
  readonly store: BarStore;
  readonly source: HistorySource;
  readonly jobs: readonly FetchJob[];
  readonly pacing?: boolean;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/**
 * Says what a download would ask for and how long it would take. The source is asked for its beginning where that is
 * not known, and for nothing else; nothing is stored.
 * @throws HistoryError as fetchHistory
 * @throws SourceStopped
 */
export async function planHistory(options: PlanOptions): Promise<HistoryPlan> {
  const { store, source, jobs, pacing = true, clock = WALL_CLOCK } = options;
  for (const job of jobs) checkNewJob(job, options);
  const rules = pacing ? source.limits.pacing : [];
  const past = new RequestTable(store.file, longestWindow(source.limits) + MINUTE).unread();
  const asker = new Asker(source, { rules, atOnce: source.limits.atOnce, clock, log: new MemoryRequestLog(past) });
  const context: FetchContext = {
    store,
    asker,
    heads: new Heads(asker, clock, store),
    schedules: new Schedules(asker, clock, store),
    asksSchedules: false,
    clock,
    progress: new ProgressCount(() => {}),
    turns: new Turns(),
    signal: options.signal ?? new AbortController().signal,
  };
  const series = await Promise.all(jobs.map((job) => planOne(job, context)));
  // The download asks for the beginnings once more, for a plan stores nothing.
  const heads = context.heads.requests.map((request): PlannedRequest => ({ request, bars: 0 }));
  const chunks = series.flatMap(({ chunks }, i) =>
    chunks.map(({ ask, duration, bars }): PlannedRequest => {
      const request = requestFor(jobs[i], { ask, keep: ask, duration });
      return { request: pacedBars(request, source.limits), bars };
    }),
  );
  return { series, time: estimateTime([...heads, ...chunks], { ...source.limits, pacing: rules }, past, clock.now()) };
}

async function planOne(job: FetchJob, context: FetchContext): Promise<PlannedSeries> {
  const fetch = job.what === "adjusted-last" ? new WholeFetch(job, context) : new SeriesFetch(job, context);
  const { key } = fetch;
  try {
    if (fetch instanceof SeriesFetch) {
      const { prepared, chunks } = await fetch.plan();
      const { hours, gone } = prepared;
      return {
        key,
        chunks: chunks.map(({ ask, duration }) => ({ ask, duration, bars: barsIn(ask, hours) })),
        missing: gone,
      };
    }
    const { prepared, isDue } = await fetch.plan();
    const ask = { from: prepared.wanted[0]?.from ?? 0, to: context.asker.source.now() };
    const { most: duration } = chunkLimit(context.asker.source.limits, job.size);
    return { key, chunks: isDue ? [{ ask, duration, bars: barsIn(ask, prepared.hours) }] : [], missing: [] };
  } catch (error) {
    if (!(error instanceof SeriesEnded)) throw error;
    const { from = -Infinity, to = context.asker.source.now() } = job;
    return { key, chunks: [], missing: [{ from, to, ...error.failure }] };
  }
}

function barsIn({ from, to }: Interval, hours: TradingHours): number {
  const { size } = hours;
  return hours.open(from, to).reduce((sum, span) => sum + Math.ceil((span.to - span.from) / size.ms), 0);
}

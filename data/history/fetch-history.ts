import { isoDate, yyyymmdd } from "../../core/calendar/calendar-date.js";
import { DAY, isDailyOrLarger, MINUTE } from "../../core/market/bar-size.js";
import type { InstrumentSpec } from "../../core/market/instrument.js";
import type { BarStore } from "../store/bar-store.js";
import { RequestTable } from "../store/request-table.js";
import { seriesName } from "../store/series-key.js";
import { Asker, SourceStopped } from "./asker.js";
import { type Clock, WALL_CLOCK } from "./clock.js";
import { HistoryError } from "./errors.js";
import type { FetchContext } from "./fetch-context.js";
import { checkJob, type FetchJob } from "./fetch-job.js";
import { type FetchProgress, ProgressCount, type SeriesOutcome } from "./fetch-outcome.js";
import { SeriesFetch } from "./fetch-series.js";
import { WholeFetch } from "./fetch-whole.js";
import { Heads } from "./heads.js";
import { historyKey } from "./history-key.js";
import type { HistoryLimits } from "./history-limits.js";
import type { HistorySource } from "./history-source.js";
import { NO_LOG } from "./paced-request.js";
import { Schedules } from "./schedules.js";
import { Turns } from "./turns.js";

export interface FetchOptions {
  readonly store: BarStore;
  readonly source: HistorySource;
  readonly jobs: readonly FetchJob[];
  /** Whether the source's windows are kept. Default true; without, only the number of requests at once is. */
  readonly pacing?: boolean;
  /** Ends the download where it is: what has been stored stays, and the next one goes on behind it. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly clock?: Clock;
}

/** What a download has come to. */
export interface FetchResult {
  readonly series: readonly SeriesOutcome[];
  /** How many requests were sent. */
  readonly requests: number;
  /** Why nothing more was asked, before all was done: what the source said. */
  readonly stopped: string | undefined;
  readonly interrupted: boolean;
}

/**
 * Fetches what the store lacks of some series. Whatever happens to the process, the store holds what was answered, and a
 * further download asks for the rest only. What a source cannot tell or will not is no error: the result lists it.
 *
 * @throws HistoryError HISTORY_SIZE, HISTORY_RANGE_FUTURE, HISTORY_RANGE_REVERSED, HISTORY_FROM_MISSING
 * @throws StoreError what a file can do
 */
export async function fetchHistory(options: FetchOptions): Promise<FetchResult> {
  const { store, source, jobs } = options;
  for (const job of jobs) checkNewJob(job, options);
  const { signal: ended } = options;
  const stop = new AbortController();
  const signal = ended === undefined ? stop.signal : AbortSignal.any([ended, stop.signal]);
  const context = contextOf(options, signal);
  for (const { instrument } of jobs)
    if (store.instrument(instrument.symbol) === undefined) store.putInstrument(specOf(instrument));
  const fetches = jobs.map((job) =>
    job.what === "adjusted-last" ? new WholeFetch(job, context) : new SeriesFetch(job, context),
  );
  let stopped: string | undefined;
  let failure: { readonly error: unknown } | undefined;
  const waiting = [...fetches];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      try {
        await next.run();
      } catch (error) {
        if (error instanceof SourceStopped) stopped ??= error.message;
        else if (error !== signal.reason) failure ??= { error };
        stop.abort(error);
      }
    }
  };
  // More series than requests at once, so that one which waits leaves its place to another.
  await Promise.all(Array.from({ length: 2 * source.limits.atOnce }, lane));
  if (failure !== undefined) throw failure.error;
  return {
    series: fetches.map((one) => one.outcome()),
    requests: context.asker.sent,
    stopped,
    interrupted: ended?.aborted === true,
  };
}

function contextOf(
  { store, source, pacing = true, clock = WALL_CLOCK, onProgress }: FetchOptions,
  signal: AbortSignal,
): FetchContext {
  const { limits } = source;
  const asker = new Asker(source, {
    rules: pacing ? limits.pacing : [],
    atOnce: limits.atOnce,
    clock,
    log: pacing ? new RequestTable(store.file, longestWindow(limits) + MINUTE) : NO_LOG,
  });
  const heads = new Heads(asker, clock, store);
  const schedules = new Schedules(asker, clock, store);
  const progress = new ProgressCount(onProgress ?? (() => {}));
  return { store, asker, heads, schedules, asksSchedules: true, clock, progress, turns: new Turns(), signal };
}

export function longestWindow({ pacing }: HistoryLimits): number {
  return Math.max(0, ...pacing.map(({ window }) => window));
}

/**
 * Of bars of less than a day nobody wants all there are by mistake.
 * @throws HistoryError those of checkJob, HISTORY_FROM_MISSING
 */
export function checkNewJob(
  job: FetchJob,
  { store, source }: Pick<FetchOptions, "source"> & { readonly store: BarStore | undefined },
): void {
  checkJob(job, source);
  const key = historyKey(job, job.size, source);
  if (job.from !== undefined || isDailyOrLarger(job.size) || store?.find(key) !== undefined) return;
  const example = isoDate(yyyymmdd(Math.floor(source.now() / DAY) - 30));
  throw new HistoryError("HISTORY_FROM_MISSING", { series: seriesName(key), example });
}

function specOf({ index: _index, ...spec }: FetchJob["instrument"]): InstrumentSpec {
  return spec;
}

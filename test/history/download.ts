import { Instrument } from "../../core/market/instrument.js";
import { type FetchOptions, type FetchResult, fetchHistory } from "../../data/history/fetch-history.js";
import type { FetchJob } from "../../data/history/fetch-job.js";
import { historyKey } from "../../data/history/history-key.js";
import type { HistorySource } from "../../data/history/history-source.js";
import type { BarStore } from "../../data/store/bar-store.js";
import { type BarSeries, parseBarSize } from "../../index.js";
import type { FakeClock } from "./fake-clock.js";

/** A job for trades in regular hours. */
export function jobFor(symbol: string, label: string, more: Partial<FetchJob> = {}): FetchJob {
  const instrument = new Instrument({ symbol });
  return { instrument, size: parseBarSize(label), what: "trades", hours: "regular", ...more };
}

/** Downloads in the time of a clock that moves by itself. */
export function download(
  clock: FakeClock,
  store: BarStore,
  source: HistorySource,
  jobs: readonly FetchJob[],
  more: Partial<FetchOptions> = {},
): Promise<FetchResult> {
  return clock.until(fetchHistory({ store, source, jobs, clock, ...more }));
}

export type Row = readonly number[];

/** Bars as rows: start, end, open, high, low, close, volume. */
export function rows({ start, end, open, high, low, close, volume, length }: BarSeries): Row[] {
  return Array.from({ length }, (_, r) => [start[r], end[r], open[r], high[r], low[r], close[r], volume[r]]);
}

/** The stored bars of a job. */
export function storedRows(store: BarStore, source: HistorySource, job: FetchJob): Row[] {
  return rows(store.series(historyKey(job, job.size, source)).read());
}

/** What is said of all series. */
export function said({ series }: FetchResult): string[] {
  return series.flatMap(({ notes }) => notes.map(({ kind }) => kind));
}

/** Stretches that are missing in all series, as "kind from/to". */
export function missed({ series }: FetchResult): string[] {
  const day = (instant: number): string => new Date(instant).toISOString().slice(0, 16);
  return series.flatMap(({ missing }) => missing.map(({ kind, from, to }) => `${kind} ${day(from)}/${day(to)}`));
}

import type { BarSize, Instant } from "../../core/market/bar-size.js";
import { nearest } from "../../core/nearest.js";
import { utc } from "../checks/words.js";
import { HistoryError } from "./errors.js";
import type { HistorySource, HistorySubject } from "./history-source.js";

/** Which bars a download is to have. */
export interface FetchJob extends HistorySubject {
  readonly size: BarSize;
  /** Bars that start here or later. Default: where the stored ones begin, or else where the source does. */
  readonly from?: Instant;
  /** Bars that start before this. Default, and at the most: now. */
  readonly to?: Instant;
}

/** @throws HistoryError HISTORY_SIZE where a source of that name has only other sizes */
export function checkSize({ label: size }: BarSize, source: string, sizes: readonly BarSize[]): void {
  const labels = sizes.map(({ label }) => label);
  if (labels.includes(size)) return;
  const near = nearest(size, labels);
  const hint = near === undefined ? "" : `Did you mean ${near}? `;
  throw new HistoryError("HISTORY_SIZE", { source, size, hint, sizes: labels.join(", ") });
}

/** @throws HistoryError HISTORY_SIZE, HISTORY_RANGE_FUTURE, HISTORY_RANGE_REVERSED */
export function checkJob({ size, from, to }: FetchJob, source: HistorySource): void {
  checkSize(size, source.name, source.limits.sizes);
  if (from === undefined) return;
  const now = source.now();
  if (from >= now)
    throw new HistoryError("HISTORY_RANGE_FUTURE", { from: utc(from), now: utc(now), source: source.name });
  if (to !== undefined && to <= from)
    throw new HistoryError("HISTORY_RANGE_REVERSED", { from: utc(from), to: utc(to) });
}

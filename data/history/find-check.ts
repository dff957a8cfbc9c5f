import { DAY, type Instant } from "../../core/market/bar-size.js";
import type { Interval } from "../intervals.js";
import type { StoredSeries } from "../store/stored-series.js";
import type { Stretch } from "./plan-chunks.js";

/** A stored bar lies beside a stretch if no more than this is between them. */
const NEAR = 7 * DAY;

/**
 * Chooses a stored bar that is to be asked for once more and compared, and widens the stretch it lies beside by it: the
 * newest stretch with a bar in front of it, else one with a bar behind it. So it costs no request of its own but where
 * the stretch is as long already as one may be; then it is one for a single bar.
 * Where none has, the newest bar is a stretch of its own, of which nothing is kept.
 *
 * @param kept since when bars of this size can be had at all
 * @returns the stretches with the one to compare in front; as they are where nothing is stored
 */
export function withCheck(stretches: readonly Stretch[], series: StoredSeries | undefined, kept: Instant): Stretch[] {
  if (series === undefined || stretches.length === 0) return [...stretches];
  const newestFirst = [...stretches].sort((a, b) => b.keep.from - a.keep.from);
  for (const stretch of newestFirst) {
    const before = coveredBar(series, { from: stretch.keep.from, to: stretch.keep.from, before: 1 }, kept);
    if (before !== undefined && stretch.ask.from - before.from <= NEAR)
      return inFront(stretches, stretch, { from: before.from, to: stretch.ask.to });
  }
  for (const stretch of newestFirst) {
    const { to } = stretch.keep;
    const behind = coveredBar(series, { from: to, to: to + NEAR }, kept);
    if (behind !== undefined) return inFront(stretches, stretch, { from: stretch.ask.from, to: behind.to });
  }
  const probe = newestBar(series, kept);
  return probe === undefined ? [...stretches] : [probe, ...stretches];
}

/** The newest settled bar, to be asked for and compared; nothing of the answer is kept. */
export function newestBar(series: StoredSeries, kept: Instant): Stretch | undefined {
  const covered = series.coverage().filter(({ bars }) => bars > 0);
  for (const { from, to } of covered.reverse()) {
    const bars = series.read({ from: to, to, before: 1 });
    if (bars.length === 0 || bars.start[0] < from || bars.start[0] < kept) continue;
    return { keep: { from: bars.end[0], to: bars.end[0] }, ask: { from: bars.start[0], to: bars.end[0] } };
  }
  return undefined;
}

function inFront(stretches: readonly Stretch[], chosen: Stretch, ask: Interval): Stretch[] {
  return [{ keep: chosen.keep, ask }, ...stretches.filter((one) => one !== chosen)];
}

/** The first bar of a range, if it is settled and can still be had. */
function coveredBar(
  series: StoredSeries,
  range: { from: Instant; to: Instant; before?: number },
  kept: Instant,
): Interval | undefined {
  const bars = series.read(range);
  if (bars.length === 0 || bars.start[0] < kept) return undefined;
  const bar = { from: bars.start[0], to: bars.end[0] };
  return series.coverage(bar.from, bar.from + 1).length > 0 ? bar : undefined;
}

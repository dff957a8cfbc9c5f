import type { Sessions } from "../../core/calendar/sessions.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { DAY } from "../../core/market/bar-size.js";
import type { Interval } from "../intervals.js";
import type { BarStore } from "./bar-store.js";
import { mergeBars } from "./merge-bars.js";
import type { SeriesKey } from "./series-key.js";

/** What an import came to, in bars. */
export interface Imported {
  readonly added: number;
  /** Stored already, with the same values. */
  readonly same: number;
  /** Stored with other values, or in the way, and given up for the new ones. */
  readonly replaced: number;
}

export interface ImportOptions {
  /** Where the bars come from, such as "file spy.csv". */
  readonly source: string;
  /** Whether new bars win over stored ones; else a difference is an error, and nothing is stored. */
  readonly replace?: boolean;
  /** Sessions of the instrument: one without bars is not covered by the import, so that it can still be fetched. */
  readonly sessions?: Sessions;
}

/**
 * Adds bars to a series, in one transaction: what is stored between and beside them stays. The instrument must be known.
 * @throws StoreError BARS_DIFFER, BARS_COLLIDE, and those of BarStore.write
 */
export function importBars(store: BarStore, key: SeriesKey, bars: BarSeries, options: ImportOptions): Imported {
  const { length } = bars;
  if (length === 0) return { added: 0, same: 0, replaced: 0 };
  return store.transaction(() => {
    const from = bars.start[0];
    const to = bars.start[length - 1] + 1;
    // A stored bar that began earlier may reach into the first new one, and the last new one into one that comes later.
    const stored = store.find(key)?.read({ from, to: bars.end[length - 1], before: 1 });
    const { merged, ...imported } = mergeBars(key, bars, stored, options.replace ?? false);
    if (imported.added + imported.replaced > 0) {
      const { source, sessions } = options;
      const before = stored === undefined || stored.length === 0 ? from : stored.start[0];
      const after = stored === undefined || stored.length === 0 ? to : stored.start[stored.length - 1] + 1;
      const span = { from: Math.min(from, before), to: Math.max(to, after) };
      store.write(key, merged, { ...span, source, covers: coveredBy(bars, sessions) });
    }
    return imported;
  });
}

/**
 * The stretches that bars of a file cover. A file is no answer to a question, so a session without bars inside of it is
 * not known to be without; where sessions are not known, more than four days without bars are left uncovered.
 */
export function coveredBy(bars: BarSeries, sessions?: Sessions): Interval[] {
  const { start, end, length } = bars;
  const covered: Interval[] = [];
  let from = start[0];
  for (let row = 1; row < length; row++) {
    if (start[row] <= end[row - 1]) continue;
    const missing =
      sessions === undefined ? start[row] - end[row - 1] > 4 * DAY : hasSession(sessions, end[row - 1], start[row]);
    if (!missing) continue;
    covered.push({ from, to: end[row - 1] });
    from = start[row];
  }
  covered.push({ from, to: end[length - 1] });
  return covered;
}

/** Whether a whole session lies between two instants. */
function hasSession(sessions: Sessions, from: number, to: number): boolean {
  const i = sessions.indexAt(from);
  const next = i < sessions.length && sessions.open[i] < from ? i + 1 : i;
  return next < sessions.length && sessions.close[next] <= to;
}

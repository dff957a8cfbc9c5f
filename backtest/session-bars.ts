import type { Sessions } from "../core/calendar/sessions.js";
import { BarSeries } from "../core/market/bar-series.js";
import { DAY, isDailyOrLarger } from "../core/market/bar-size.js";

/** Up to this share of bars may lie outside of hours that are still theirs: late prints. */
export const STRAY_SHARE = 0.01;

/** Bars that lie outside of hours: how many, and where the first one starts (epoch ms UTC; NaN for none). */
export interface Strays {
  count: number;
  first: number;
}

/**
 * The bars of a series outside of all sessions. A smaller bar is inside when it reaches into one. A larger one has to
 * hold whole sessions: one that ended later than the close would be handed out with prices from behind it.
 */
export function straysOf({ size, start, end, length }: BarSeries, sessions: Sessions): Strays {
  const strays = { count: 0, first: Number.NaN };
  const daily = isDailyOrLarger(size);
  for (let row = 0; row < length; row++) {
    const i = sessions.indexAt(start[row] + 1);
    const inside =
      i < sessions.length &&
      (daily ? start[row] <= sessions.open[i] && sessions.close[i] <= end[row] : sessions.open[i] < end[row]);
    if (inside) continue;
    if (strays.count++ === 0) strays.first = start[row];
  }
  return strays;
}

/**
 * The series with bars that begin and end with their sessions: daily bars as these, smaller ones cut off at the open, at
 * the close and at a break. A bar that reaches across one of them holds nothing from beyond, unless the data has bars
 * of the hours before and after the session: then only daily bars are changed. Larger bars stay as they are.
 */
export function sessionBars(series: BarSeries, sessions: Sessions): BarSeries {
  if (series.size.ms > DAY) return series;
  const daily = isDailyOrLarger(series.size);
  if (!daily && straysOf(series, sessions).count > series.length * STRAY_SHARE) return series;
  const { length } = series;
  const start = series.start.slice(0, length);
  const end = series.end.slice(0, length);
  const { open, close } = sessions;
  let changed = false;
  for (let row = 0; row < length; row++) {
    const i = sessions.indexAt(start[row] + 1);
    if (i === sessions.length || !(open[i] < end[row])) continue;
    if (daily && !(start[row] <= open[i] && close[i] <= end[row])) continue;
    const [from, to] = daily ? [open[i], close[i]] : cut(start[row], end[row], sessions, i);
    if (from === start[row] && to === end[row]) continue;
    start[row] = from;
    end[row] = to;
    changed = true;
  }
  if (!changed) return series;
  const { open: opens, high, low, close: closes, volume, bid, ask } = series.slice(0, length);
  const columns = {
    start,
    end,
    open: opens,
    high,
    low,
    close: closes,
    volume,
    ...(bid && { bid }),
    ...(ask && { ask }),
  };
  return new BarSeries(series.instrument, series.size, columns, series.source);
}

/** What of a span lies in the session that it reaches into, and on one side of its break. */
function cut(start: number, end: number, sessions: Sessions, i: number): [number, number] {
  let from = Math.max(start, sessions.open[i]);
  let to = Math.min(end, sessions.close[i]);
  if (sessions.hasBreaks) {
    const [rest, resume] = [sessions.breakStart[i], sessions.breakEnd[i]];
    if (from < rest && to > rest && to <= resume) to = rest;
    if (from >= rest && from < resume && to > resume) from = resume;
  }
  return [from, to];
}

import { type BarColumns, BarSeries } from "../../core/market/bar-series.js";
import { type Instant, isDailyOrLarger } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Interval } from "../intervals.js";
import type { SourceBars } from "./history-source.js";
import type { TradingHours } from "./trading-hours.js";

/** What an answer comes to: sound bars in order of time, and how many others were among them. */
export interface ReadBars {
  readonly series: BarSeries;
  /** Told more than once; the last telling counts. */
  readonly doubles: number;
  /** Starting outside of what was asked for. */
  readonly outside: number;
  /** Not over yet at the source. */
  readonly unfinished: number;
  /** No bars at all, such as with a high below the low, or a price of -1. */
  readonly unsound: number;
}

/**
 * The bars of an answer that start within `ask` and have ended by `now`. Their ends come from the trading hours: a bar
 * never reaches over its session's close, nor into the next bar.
 */
export function readAnswer(
  answer: SourceBars,
  instrument: Instrument,
  hours: TradingHours,
  ask: Interval,
  now: Instant,
): ReadBars {
  const { length } = answer.time;
  const start = new Float64Array(length);
  const end = new Float64Array(length);
  const rows = new Int32Array(length);
  const dated = isDailyOrLarger(hours.size);
  const floor = instrument.negativePrices ? -Infinity : 0;
  let count = 0;
  let outside = 0;
  let unfinished = 0;
  let unsound = 0;
  let inOrder = true;
  for (let row = 0; row < length; row++) {
    const bar = dated ? hours.barOfDate(answer.time[row]) : undefined;
    start[row] = bar?.from ?? Math.round(answer.time[row]);
    end[row] = bar?.to ?? hours.barEnd(start[row]);
    if (!(start[row] >= ask.from && start[row] < ask.to)) outside++;
    else if (!isSound(answer, row, floor)) unsound++;
    else if (end[row] > now) unfinished++;
    else {
      inOrder &&= count === 0 || start[row] > start[rows[count - 1]];
      rows[count++] = row;
    }
  }
  const kept = inOrder ? rows.subarray(0, count) : sorted(rows.subarray(0, count), start);
  const series = new BarSeries(instrument, hours.size, gather(answer, kept, start, end));
  return { series, doubles: count - kept.length, outside, unfinished, unsound };
}

/** Rows in the order of their starts; of those that start together the one that was told last. */
function sorted(rows: Int32Array, start: Float64Array): Int32Array {
  const ordered = rows.toSorted((a, b) => start[a] - start[b] || a - b);
  return ordered.filter((row, i) => i + 1 === ordered.length || start[ordered[i + 1]] > start[row]);
}

function gather(answer: SourceBars, rows: Int32Array, start: Float64Array, end: Float64Array): BarColumns {
  const pick = (column: Float64Array): Float64Array => {
    const picked = new Float64Array(rows.length);
    for (let i = 0; i < picked.length; i++) picked[i] = column[rows[i]];
    return picked;
  };
  const starts = pick(start);
  const ends = pick(end);
  for (let i = 0; i + 1 < ends.length; i++) if (ends[i] > starts[i + 1]) ends[i] = starts[i + 1];
  const volume = pick(answer.volume);
  for (let i = 0; i < volume.length; i++) if (!(volume[i] > 0 && volume[i] < Infinity)) volume[i] = 0;
  const { open, high, low, close } = answer;
  return { start: starts, end: ends, open: pick(open), high: pick(high), low: pick(low), close: pick(close), volume };
}

function isSound({ open, high, low, close }: SourceBars, row: number, floor: number): boolean {
  const top = high[row];
  const bottom = low[row];
  return (
    bottom > floor &&
    top < Infinity &&
    open[row] >= bottom &&
    open[row] <= top &&
    close[row] >= bottom &&
    close[row] <= top
  );
}

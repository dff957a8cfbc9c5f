import { BarSeries } from "../../core/market/bar-series.js";
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
  const dated = isDailyOrLarger(hours.size);
  let outside = 0;
  let unfinished = 0;
  let unsound = 0;
  const rows: number[] = [];
  for (let row = 0; row < length; row++) {
    const bar = dated ? hours.barOfDate(answer.time[row]) : undefined;
    start[row] = bar?.from ?? Math.round(answer.time[row]);
    end[row] = bar?.to ?? hours.barEnd(start[row]);
    if (!(start[row] >= ask.from && start[row] < ask.to)) outside++;
    else if (!isSound(answer, row, instrument.negativePrices ? -Infinity : 0)) unsound++;
    else if (end[row] > now) unfinished++;
    else rows.push(row);
  }
  // Sorting keeps the order of those that start together, so the last of them is the last that was told.
  rows.sort((a, b) => start[a] - start[b]);
  const kept = rows.filter((row, i) => i + 1 === rows.length || start[rows[i + 1]] > start[row]);
  const series = new BarSeries(instrument, hours.size, gather(answer, kept, start, end));
  return { series, doubles: rows.length - kept.length, outside, unfinished, unsound };
}

function gather(answer: SourceBars, rows: readonly number[], start: Float64Array, end: Float64Array) {
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]);
  const starts = pick(start);
  const ends = pick(end);
  for (let i = 0; i + 1 < ends.length; i++) ends[i] = Math.min(ends[i], starts[i + 1]);
  return {
    start: starts,
    end: ends,
    open: pick(answer.open),
    high: pick(answer.high),
    low: pick(answer.low),
    close: pick(answer.close),
    volume: pick(answer.volume).map((units) => (units > 0 && units < Infinity ? units : 0)),
  };
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

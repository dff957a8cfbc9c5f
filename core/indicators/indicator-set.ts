import type { BarSeries } from "../market/bar-series.js";
import { LONGEST_CHUNK } from "./bar-chunk.js";
import { takesSteps } from "./indicator.js";
import { attachReading, type Reading } from "./reading.js";
import { type ChunkCursor, SeriesChunks } from "./series-chunks.js";
import { Track } from "./track.js";

/** The running parts of all indicators of a run, by the series they follow. */
export class IndicatorSet {
  /** Of kernels that may run ahead of the row that a strategy is shown. */
  private readonly ahead: readonly SeriesChunks[];
  /** Of those that take one row at a time. */
  private readonly stepped: readonly SeriesChunks[];
  /** Whether there are any of these. */
  private steps: boolean;
  /** Whether there is any indicator. */
  isUsed: boolean;
  /** Bars that each series has yet to deliver before all that follows it is warm. */
  private readonly missing: Int32Array;

  constructor(series: readonly BarSeries[]) {
    this.ahead = series.map((bars) => new SeriesChunks(bars, LONGEST_CHUNK));
    this.stepped = series.map((bars) => new SeriesChunks(bars, 1));
    this.steps = false;
    this.isUsed = false;
    this.missing = new Int32Array(series.length);
  }

  attach(reading: Reading<string>, series: number, pinned: boolean, counts: boolean): void {
    const { spec } = reading;
    const steps = takesSteps(spec);
    const chunks = steps ? this.stepped[series] : this.ahead[series];
    if (steps) this.steps = true;
    this.isUsed = true;
    attachReading(reading, series, this.ahead.length, new Track(chunks.add(spec), chunks.cursor), pinned);
    if (counts) this.require(series, spec.warmup);
  }

  /** Asks for at least so many bars of a series before the strategy begins. */
  require(series: number, bars: number): void {
    this.missing[series] = Math.max(this.missing[series], bars);
  }

  /** Takes a bar: called once for every bar, in order and before any handler sees it. */
  update(series: number, row: number): void {
    this.ahead[series].take(row);
    if (this.steps) this.stepped[series].take(row);
  }

  /** How many rows behind the latest have been computed: to take one of these, its place is all that has to move. */
  aheadOf(series: number): number {
    return this.steps ? 0 : this.ahead[series].ahead;
  }

  /** Where those kernels of a series have the row that was taken last. */
  cursorOf(series: number): ChunkCursor {
    return this.ahead[series].cursor;
  }

  /** Counts a warm-up bar. */
  warm(series: number): void {
    if (this.missing[series] > 0) this.missing[series]--;
  }

  get isWarm(): boolean {
    for (let s = 0; s < this.missing.length; s++) if (this.missing[s] > 0) return false;
    return true;
  }
}

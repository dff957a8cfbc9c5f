import { type BarSize, barSize, DAY, HOUR, MINUTE, parseBarSize, SECOND } from "../../core/market/bar-size.js";
import { FileError } from "./errors.js";

// The sizes that a step of time is taken for: Interactive Brokers' own and the usual multiples. Any other step is more
// likely a gap than a bar size.
const SIZES = [
  "1sec",
  "2sec",
  "3sec",
  "5sec",
  "10sec",
  "15sec",
  "20sec",
  "30sec",
  "1min",
  "2min",
  "3min",
  "4min",
  "5min",
  "6min",
  "10min",
  "12min",
  "15min",
  "20min",
  "30min",
  "1hour",
  "2hour",
  "3hour",
  "4hour",
  "6hour",
  "8hour",
  "12hour",
].map(parseBarSize);

/** Rows looked at for the commonest step or duration. */
const SAMPLE = 20_000;

/**
 * The bar size that the starts and ends of a file show: the commonest duration, if it is that of a bar smaller than a
 * session; undefined if not.
 */
export function sizeByDuration(start: Float64Array, end: Float64Array): BarSize | undefined {
  const counts = new Map<number, number>();
  for (let row = 0; row < start.length && row < SAMPLE; row++) {
    const duration = end[row] - start[row];
    counts.set(duration, (counts.get(duration) ?? 0) + 1);
  }
  const [commonest] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [Number.NaN, 0]);
  return SIZES.find(({ ms }) => ms === commonest);
}

/**
 * The bar size that the times of a file show. Times of day: the smallest step, as bars cannot overlap and may be
 * missing; but the commonest step where it is larger and every shorter one leads to a multiple of it on the clock, as
 * an hour bar from 09:30 to 10:00 does. From about a day on: the commonest step in days, weeks or months. A single
 * date is a daily bar.
 *
 * @param wall the times as written, epoch ms as if the clock showed UTC
 * @throws FileError CSV_BAR_SIZE_UNCLEAR
 */
export function detectBarSize(wall: Float64Array, file: string): BarSize {
  const shown = shownBarSize(wall, stepsOf(wall));
  if (typeof shown !== "string") return shown;
  throw new FileError("CSV_BAR_SIZE_UNCLEAR", { file, reason: shown });
}

/** Milliseconds between neighbouring rows: the least and the most frequent; Infinity and 0 where all times are one. */
export interface Steps {
  readonly smallest: number;
  readonly commonest: number;
}

/** The size that times and their steps show, or why it is not clear. */
export function shownBarSize(wall: Float64Array, { smallest, commonest }: Steps): BarSize | string {
  if (commonest === 0) return isDatesOnly(wall) ? barSize(1, "day") : "it has one row";
  if (commonest > DAY - 2 * HOUR) return calendarSize(Math.round(commonest / DAY), Math.round(smallest / DAY));
  const step = smallest === commonest || shortStepsReachClock(wall, commonest) ? commonest : smallest;
  return SIZES.find(({ ms }) => ms === step) ?? `its smallest step is ${duration(step)}`;
}

/** Whether every time is a midnight as written. */
export function isDatesOnly(wall: Float64Array): boolean {
  return wall.every((time) => time % DAY === 0);
}

export function stepsOf(wall: Float64Array): Steps {
  const counts = new Map<number, number>();
  let smallest = Infinity;
  for (let row = 1; row < wall.length; row++) {
    // Rows out of order are for the check of the finished series to refuse; here only the distance counts.
    const step = Math.abs(wall[row] - wall[row - 1]);
    if (step === 0) continue;
    if (step < smallest) smallest = step;
    if (row <= SAMPLE) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  let commonest = 0;
  let most = 0;
  for (const [step, count] of counts) {
    if (count < most || (count === most && step > commonest)) continue;
    commonest = step;
    most = count;
  }
  return { smallest, commonest };
}

function calendarSize(commonest: number, smallest: number): BarSize | string {
  // A file of two rows may know Friday and Monday only.
  if (commonest <= 4 || smallest === 1) return barSize(1, "day");
  if (commonest >= 6 && commonest <= 8) return barSize(1, "week");
  if (commonest >= 28 && commonest <= 33) return barSize(1, "month");
  if (commonest >= 89 && commonest <= 94) return barSize(3, "month");
  return `its rows are mostly ${commonest} days apart`;
}

function shortStepsReachClock(wall: Float64Array, size: number): boolean {
  for (let row = 1; row < wall.length; row++) {
    const step = wall[row] - wall[row - 1];
    if (step > 0 && step < size && wall[row] % size !== 0) return false;
  }
  return true;
}

function duration(ms: number): string {
  if (ms % HOUR === 0) return `${ms / HOUR} hours`;
  if (ms % MINUTE === 0) return `${ms / MINUTE} minutes`;
  return ms % SECOND === 0 ? `${ms / SECOND} seconds` : `${ms} milliseconds`;
}

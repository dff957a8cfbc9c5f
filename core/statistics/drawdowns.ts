import type { Instant } from "../market/bar-size.js";
import type { EquityCurve } from "./inputs.js";

/** A fall from a high of the curve until that high is reached again. */
export interface Drawdown {
  /** The last point at the high before the fall. */
  readonly peakTime: Instant;
  /** The lowest point, the first one if there are several. */
  readonly troughTime: Instant;
  /** The first point back at the high; undefined while it has not been reached. */
  readonly recoveryTime: Instant | undefined;
  /** 1 - trough / peak: between 0 and 1, and above 1 only when equity fell below zero. */
  readonly depth: number;
  /** From peak to recovery, or to the end of the curve, in milliseconds. */
  readonly duration: number;
  /** From trough to recovery, in milliseconds. */
  readonly recoveryDuration: number | undefined;
}

/** All drawdowns of a curve in figures. */
export interface DrawdownFigures {
  readonly count: number;
  /** Depth of the deepest; 0 when equity never fell. */
  readonly depth: number;
  /** The deepest, the earlier of two that are equal; undefined when equity never fell. */
  readonly deepest: Drawdown | undefined;
  /** Duration of the longest, in milliseconds; 0 when equity never fell. */
  readonly longest: number;
  /** Means over all drawdowns; undefined when there is none. */
  readonly averageDepth: number | undefined;
  readonly averageDuration: number | undefined;
  /** Mean over those that recovered. */
  readonly averageRecovery: number | undefined;
}

/** Every drawdown, in order of time. A curve that starts at 0 or less has none that could be measured. */
export function drawdowns(curve: EquityCurve): Drawdown[] {
  const found: Drawdown[] = [];
  const fall = new DrawdownCursor(curve);
  while (fall.next()) found.push(fall.describe());
  return found;
}

/** The `count` deepest drawdowns, the deepest first, the earlier first where two are equal. */
export function worstDrawdowns(curve: EquityCurve, count: number): Drawdown[] {
  const worst: Drawdown[] = [];
  const fall = new DrawdownCursor(curve);
  while (fall.next()) {
    const depth = fall.depth();
    const least = worst.length < count ? 0 : (worst.at(-1)?.depth ?? Number.POSITIVE_INFINITY);
    if (!(depth > least)) continue;
    const place = worst.findIndex((other) => depth > other.depth);
    worst.splice(place < 0 ? worst.length : place, 0, fall.describe());
    if (worst.length > count) worst.pop();
  }
  return worst;
}

/** Undefined with fewer than two points or when the curve starts at 0 or less. */
export function drawdownFigures(curve: EquityCurve): DrawdownFigures | undefined {
  const { time, value, length } = curve;
  if (length < 2 || !(value[0] > 0)) return undefined;
  let count = 0;
  let depth = 0;
  let deepest: Drawdown | undefined;
  let longest = 0;
  let depths = 0;
  let durations = 0;
  let recovered = 0;
  let recoveries = 0;
  const fall = new DrawdownCursor(curve);
  while (fall.next()) {
    const fallDepth = fall.depth();
    const duration = time[fall.end] - time[fall.peak];
    if (fallDepth > depth) {
      depth = fallDepth;
      deepest = fall.describe();
    }
    if (duration > longest) longest = duration;
    count++;
    depths += fallDepth;
    durations += duration;
    if (fall.recovered) {
      recovered++;
      recoveries += time[fall.end] - time[fall.trough];
    }
  }
  return {
    count,
    depth,
    deepest,
    longest,
    averageDepth: count > 0 ? depths / count : undefined,
    averageDuration: count > 0 ? durations / count : undefined,
    averageRecovery: recovered > 0 ? recoveries / recovered : undefined,
  };
}

/** How far each point is below the highest point before it, as a fraction of that: 0 at a high. For charts. */
export function underwater(curve: EquityCurve): Float64Array {
  const depths = new Float64Array(curve.length);
  let peak = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < curve.length; row++) {
    const equity = curve.value[row];
    if (equity > peak) peak = equity;
    depths[row] = peak > 0 ? 1 - equity / peak : Number.NaN;
  }
  return depths;
}

/**
 * Ulcer index: sqrt(sum(drawdown^2) / n) over the n points after the first, as a fraction. Undefined with fewer than
 * two points or when the curve starts at 0 or less. Meant for daily equity.
 * Source: Martin & McCann (1989), "The Investor's Guide to Fidelity Funds".
 */
export function ulcerIndex(curve: EquityCurve): number | undefined {
  const { value, length } = curve;
  if (length < 2 || !(value[0] > 0)) return undefined;
  let peak = value[0];
  let squares = 0;
  for (let row = 1; row < length; row++) {
    const equity = value[row];
    if (equity > peak) peak = equity;
    const depth = 1 - equity / peak;
    squares += depth * depth;
  }
  return Math.sqrt(squares / (length - 1));
}

/**
 * Goes through a curve drawdown by drawdown. A cursor and not a callback: a curve of five million bars has a million
 * drawdowns, and sums that a closure writes to would be allocated anew for each of them.
 */
class DrawdownCursor {
  /** Rows of the drawdown that next() found; `end` is the recovery, or the last row where there is none. */
  peak = 0;
  trough = 0;
  end = 0;
  recovered = false;
  private readonly curve: EquityCurve;

  constructor(curve: EquityCurve) {
    this.curve = curve;
  }

  /** Whether there is another drawdown. */
  next(): boolean {
    const { value, length } = this.curve;
    if (length === 0 || !(value[0] > 0)) return false;
    let peak = this.end;
    let trough = peak;
    let high = value[peak];
    let low = high;
    this.recovered = false;
    let row = peak + 1;
    for (; row < length; row++) {
      const equity = value[row];
      if (equity >= high) {
        if (low < high) {
          this.recovered = true;
          break;
        }
        peak = row;
        high = equity;
        low = equity;
      } else if (equity < low) {
        trough = row;
        low = equity;
      }
    }
    this.peak = peak;
    this.trough = trough;
    this.end = this.recovered ? row : length - 1;
    return low < high;
  }

  depth(): number {
    const { value } = this.curve;
    return 1 - value[this.trough] / value[this.peak];
  }

  describe(): Drawdown {
    const { time } = this.curve;
    return {
      peakTime: time[this.peak],
      troughTime: time[this.trough],
      recoveryTime: this.recovered ? time[this.end] : undefined,
      depth: this.depth(),
      duration: time[this.end] - time[this.peak],
      recoveryDuration: this.recovered ? time[this.end] - time[this.trough] : undefined,
    };
  }
}

import type { Instant } from "../market/bar-size.js";
import { CalendarError } from "./errors.js";

/**
 * Trading sessions as data. Session i covers (open[i], close[i]]: without its open and with its close, because a fact
 * belongs to the session in which it became known, and a bar is known at its end. A bar that ends at the close is the
 * session's last; one that ends at the open would have lain before it.
 *
 * Looking up keeps a cursor: in order of time a look-up costs O(1) amortised, a jump costs O(log n). Whoever walks
 * through time at a pace of its own gets the same answers from a shared object, only slower.
 */
export class Sessions {
  /** Instants, epoch ms UTC, rising; close[i] <= open[i + 1]. */
  readonly open: Float64Array;
  readonly close: Float64Array;
  readonly length: number;
  private cursor: number;

  /** @throws CalendarError SESSIONS_INVALID */
  constructor(open: Float64Array, close: Float64Array) {
    this.open = open;
    this.close = close;
    this.length = open.length;
    this.cursor = 0;
    if (close.length !== open.length) refuse(this, Math.min(open.length, close.length), "without one of the two");
    for (let i = 0; i < open.length; i++) {
      if (!(close[i] > open[i] && open[i] > -Infinity && close[i] < Infinity))
        refuse(this, i, "not later than it opened");
      if (i > 0 && open[i] < close[i - 1]) refuse(this, i, "and the one in front of it has not closed");
    }
  }

  /** The session that contains `instant`, or else the next one after it; `length` after the last close. */
  indexAt(instant: Instant): number {
    const close = this.close;
    let i = this.cursor;
    if (i === 0 || instant > close[i - 1]) {
      if (i === this.length || instant <= close[i]) return i;
      i++;
      if (i === this.length || instant <= close[i]) {
        this.cursor = i;
        return i;
      }
    }
    return this.jump(instant);
  }

  /** Whether a session contains `instant`: open < instant <= close. */
  isOpenAt(instant: Instant): boolean {
    const i = this.indexAt(instant);
    return i < this.length && instant > this.open[i];
  }

  private jump(instant: Instant): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.close[middle] >= instant) high = middle;
      else low = middle + 1;
    }
    this.cursor = low;
    return low;
  }
}

function refuse(sessions: Sessions, index: number, problem: string): never {
  const at = (column: Float64Array): string => {
    const instant = index < column.length ? column[index] : Number.NaN;
    return Math.abs(instant) <= 8.64e15 ? new Date(instant).toISOString() : String(instant);
  };
  throw new CalendarError("SESSIONS_INVALID", { index, open: at(sessions.open), close: at(sessions.close), problem });
}

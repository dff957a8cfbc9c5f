import type { Instant } from "../market/bar-size.js";
import { CalendarError } from "./errors.js";

/** What may be known of sessions beside when they open and close; a column has a value for each session. */
export interface SessionDetail {
  /** The dates the sessions belong to, yyyymmdd, rising. */
  readonly date?: Int32Array;
  /** When trading rests and goes on again within a session, such as over lunch; NaN where it does not. */
  readonly breakStart?: Float64Array;
  readonly breakEnd?: Float64Array;
  /** When trading outside the regular hours begins and ends; as open and close where there is none. */
  readonly extendedOpen?: Float64Array;
  readonly extendedClose?: Float64Array;
  /** False where nobody knows of trading outside the regular hours, though there are dates. */
  readonly knowsExtended?: boolean;
}

const NONE = new Float64Array(0);

/**
 * Trading sessions as data. Session i covers (open[i], close[i]]: without its open and with its close, because a fact
 * belongs to the session in which it became known, and a bar is known at its end. A bar that ends at the close is the
 * session's last; one that ends at the open would have lain before it. Breaks are taken likewise: the bar that ends
 * when a break begins belongs to what was in front of it.
 *
 * A break does not end a session: DAY orders outlive it, and `indexAt`, `open` and `close` know nothing of it. It is
 * `isOpenAt` that says whether trading goes on.
 *
 * Looking up keeps a cursor: in order of time a look-up costs O(1) amortised, a jump costs O(log n). Whoever walks
 * through time at a pace of its own gets the same answers from a shared object, only slower.
 */
export class Sessions {
  /** Instants, epoch ms UTC, rising; close[i] <= open[i + 1]. */
  readonly open: Float64Array;
  readonly close: Float64Array;
  readonly length: number;
  /** The dates that the sessions belong to, yyyymmdd, where they are known. */
  readonly date: Int32Array | undefined;
  /** Whether there are breaks; without them the two columns are empty. NaN in a session that has none. */
  readonly hasBreaks: boolean;
  readonly breakStart: Float64Array;
  readonly breakEnd: Float64Array;
  /**
   * The same sessions with trading before the open and after the close, for orders that may fill outside the regular
   * hours. Session i here is session i there. It is this object itself where nothing trades at other times.
   */
  readonly extended: Sessions;
  private readonly isBlind: boolean;
  private cursor: number;

  /** @throws CalendarError SESSIONS_INVALID */
  constructor(open: Float64Array, close: Float64Array, detail: SessionDetail = {}) {
    this.open = open;
    this.close = close;
    this.length = open.length;
    this.date = detail.date;
    this.hasBreaks = detail.breakStart?.some((start) => start === start) ?? false;
    this.breakStart = (this.hasBreaks && detail.breakStart) || NONE;
    this.breakEnd = (this.hasBreaks && detail.breakEnd) || NONE;
    this.isBlind = detail.knowsExtended === false;
    this.cursor = 0;
    this.validate();
    this.extended = this.withExtendedHours(detail);
  }

  /**
   * Takes over the sessions of another table, such as where an exchange closes early that the calendar had open: whoever
   * holds this one goes by them from now on. The place of a session may be another then.
   */
  become(other: Sessions): void {
    const { extended } = this;
    Object.assign(this, {
      open: other.open,
      close: other.close,
      length: other.length,
      date: other.date,
      hasBreaks: other.hasBreaks,
      breakStart: other.breakStart,
      breakEnd: other.breakEnd,
      cursor: 0,
    });
    if (extended !== this) extended.become(other.extended);
  }

  /** Whether trading outside the regular hours is told of: sessions that data made know nothing of it. */
  get knowsExtended(): boolean {
    return this.extended !== this || (this.date !== undefined && !this.isBlind);
  }

  /** What is known of them beside when they open and close, as it was given. */
  get detail(): SessionDetail {
    const { date, hasBreaks, breakStart, breakEnd, extended } = this;
    return {
      ...(date !== undefined && { date }),
      ...(hasBreaks && { breakStart, breakEnd }),
      ...(extended !== this && { extendedOpen: extended.open, extendedClose: extended.close }),
      ...(this.isBlind && { knowsExtended: false }),
    };
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

  /** Whether trading goes on: open < instant <= close of a session, and not within its break. */
  isOpenAt(instant: Instant): boolean {
    const i = this.indexAt(instant);
    if (i === this.length || !(instant > this.open[i])) return false;
    return !(this.hasBreaks && instant > this.breakStart[i] && instant <= this.breakEnd[i]);
  }

  /** Whether a session contains `instant`, breaks included. */
  contains(instant: Instant): boolean {
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

  private validate(): void {
    const { open, close, length, date, breakStart, breakEnd } = this;
    if (close.length !== length) this.refuse(Math.min(length, close.length), "without one of the two");
    for (let i = 0; i < length; i++) {
      if (!(close[i] > open[i] && open[i] > -Infinity && close[i] < Infinity))
        this.refuse(i, "not later than it opened");
      if (i > 0 && open[i] < close[i - 1]) this.refuse(i, "and the one in front of it has not closed");
      if (date !== undefined && !(date[i] > 0 && (i === 0 || date[i] >= date[i - 1])))
        this.refuse(i, "and its date is not in order");
      if (!this.hasBreaks || (breakStart[i] !== breakStart[i] && breakEnd[i] !== breakEnd[i])) continue;
      if (!(breakStart[i] >= open[i] && breakEnd[i] > breakStart[i] && breakEnd[i] <= close[i]))
        this.refuse(i, "and its break does not lie between the two");
    }
  }

  private withExtendedHours(detail: SessionDetail): Sessions {
    const { extendedOpen, extendedClose } = detail;
    if (extendedOpen === undefined || extendedClose === undefined) return this;
    let wider = false;
    for (let i = 0; i < this.length; i++) {
      if (!(extendedOpen[i] <= this.open[i] && extendedClose[i] >= this.close[i]))
        this.refuse(i, "and its extended hours do not contain them");
      wider ||= extendedOpen[i] < this.open[i] || extendedClose[i] > this.close[i];
    }
    if (!wider) return this;
    const { extendedOpen: _open, extendedClose: _close, ...shared } = detail;
    return new Sessions(extendedOpen, extendedClose, shared);
  }

  private refuse(index: number, problem: string): never {
    const at = (column: Float64Array): string => {
      const instant = index < column.length ? column[index] : Number.NaN;
      return Math.abs(instant) <= 8.64e15 ? new Date(instant).toISOString() : String(instant);
    };
    throw new CalendarError("SESSIONS_INVALID", { index, open: at(this.open), close: at(this.close), problem });
  }
}

import { dayOf } from "../core/calendar/calendar-date.js";
import { DAY, HOUR, type Instant, MINUTE, SECOND } from "../core/market/bar-size.js";
import { DataError } from "./errors.js";
import { ZoneFile } from "./zone-file.js";

// Intl is asked at the edges of spans of eight days, and inside a span only where the two edges differ: time zones
// change their offset at most once in so short a time.
const SPAN = 8 * DAY;
// Wall-clock times this far from a change of offset need no second thought; no change since 1970 repeated more.
const MARGIN = 3 * HOUR;

interface Span {
  readonly before: number;
  readonly after: number;
  /** The first instant with the offset `after`; the end of the span where nothing changes. */
  readonly change: Instant;
}

/**
 * The offsets of one time zone, fast enough for one question a bar: most are answered from the stretch of constant
 * offset that the last answer came from, and the next stretch comes out of the system's file of the zone. Where that
 * does not tell, Intl (2 us a question) is asked once for every eight days.
 * Wall-clock times ("wall") are milliseconds as if the local clock showed UTC.
 *
 * Intl is asked for the offset itself, as "GMT-05:00". luxon asks for the parts of the local date and computes the offset
 * from them, which takes twenty times as long: more than all else in a backtest over twenty years of days.
 */
export class ZoneOffsets {
  readonly timeZone: string;
  private readonly file: ZoneFile | undefined;
  /** Made when it is first asked: the first one of a process takes some 15 ms. */
  private format: Intl.DateTimeFormat | undefined;
  private readonly spans: Map<number, Span>;
  private readonly edges: Map<number, number>;
  private from: Instant;
  private to: Instant;
  private offset: number;

  /** @param file of this zone; without one Intl alone is asked  @throws DataError ZONE_UNKNOWN */
  constructor(timeZone: string, file?: ZoneFile) {
    this.timeZone = timeZone;
    this.file = file;
    this.format = file === undefined ? offsetFormat(timeZone) : undefined;
    this.spans = new Map();
    this.edges = new Map();
    this.from = Infinity;
    this.to = -Infinity;
    this.offset = 0;
  }

  /** Milliseconds to add to `instant` for the wall-clock time. */
  offsetAt(instant: Instant): number {
    if (!(instant >= this.from && instant < this.to)) this.seek(instant);
    return this.offset;
  }

  /**
   * The instant at which the local clock shows `wall`; NaN where it never does, because it was put forward over it.
   * Where it was put back and shows `wall` twice: the first of the two that is later than `after`.
   */
  instantOf(wall: number, after: Instant = -Infinity): Instant {
    const likely = wall - this.offset;
    if (likely >= this.from + MARGIN && likely < this.to - MARGIN) return likely;
    const offsetBefore = this.offsetAt(wall - DAY);
    const offsetAfter = this.offsetAt(wall + DAY);
    const first = wall - offsetBefore;
    const second = wall - offsetAfter;
    if (first === second) {
      this.offsetAt(first);
      return first;
    }
    const firstHolds = this.offsetAt(first) === offsetBefore;
    const secondHolds = this.offsetAt(second) === offsetAfter;
    if (firstHolds && (first > after || !secondHolds)) return first;
    return secondHolds ? second : Number.NaN;
  }

  /** The instant at which the local clock shows `wall` first, or passes over it. */
  instantAtOrAfter(wall: number): Instant {
    const instant = this.instantOf(wall);
    return Number.isNaN(instant) ? wall - this.offsetAt(wall - DAY) : instant;
  }

  /** The day number of the local date at `instant`. */
  dayAt(instant: Instant): number {
    return dayOf(instant + this.offsetAt(instant));
  }

  private seek(instant: Instant): void {
    const stretch = this.file?.at(instant);
    if (stretch !== undefined) {
      this.answer(stretch.from, stretch.to, stretch.offset);
      return;
    }
    const index = Math.floor(instant / SPAN);
    let span = this.spans.get(index);
    if (span === undefined) {
      span = this.measure(index);
      this.spans.set(index, span);
    }
    const early = instant < span.change;
    this.answer(
      early ? index * SPAN : span.change,
      early ? span.change : (index + 1) * SPAN,
      early ? span.before : span.after,
    );
  }

  /** A stretch beside the last one and of the same offset is joined to it. */
  private answer(from: Instant, to: Instant, offset: number): void {
    const same = offset === this.offset;
    const begins = same && to === this.from;
    const goesOn = same && from === this.to;
    if (!goesOn) this.from = from;
    if (!begins) this.to = to;
    this.offset = offset;
  }

  private measure(index: number): Span {
    let low = index * SPAN;
    let high = (index + 1) * SPAN;
    const before = this.edge(index);
    const after = this.edge(index + 1);
    if (before === after) return { before, after, change: high };
    // Clocks change at full seconds.
    while (high - low > SECOND) {
      const middle = Math.floor((low + high) / (2 * SECOND)) * SECOND;
      if (this.ask(middle) === before) low = middle;
      else high = middle;
    }
    return { before, after, change: high };
  }

  private edge(index: number): number {
    let offset = this.edges.get(index);
    if (offset === undefined) {
      offset = this.ask(index * SPAN);
      this.edges.set(index, offset);
    }
    return offset;
  }

  private ask(instant: Instant): number {
    this.format ??= offsetFormat(this.timeZone);
    const text = this.format.format(instant);
    const at = text.lastIndexOf("GMT") + 3;
    // "-05:00", "+05:53:28" before there were zones, and in some versions nothing at all where the offset is 0.
    const size =
      Number(text.slice(at + 1, at + 3)) * HOUR +
      Number(text.slice(at + 4, at + 6)) * MINUTE +
      Number(text.slice(at + 7)) * SECOND;
    return text[at] === "-" ? -size : size;
  }
}

/** @throws DataError ZONE_UNKNOWN */
function offsetFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DataError("ZONE_UNKNOWN", { zone: timeZone }, error);
  }
}

const KNOWN = new Map<string, ZoneOffsets>();

/** The offsets of a zone, shared by everybody who asks for it.  @throws DataError ZONE_UNKNOWN */
export function zoneOffsets(timeZone: string): ZoneOffsets {
  let zone = KNOWN.get(timeZone);
  if (zone === undefined) {
    zone = new ZoneOffsets(timeZone, ZoneFile.of(timeZone));
    KNOWN.set(timeZone, zone);
  }
  return zone;
}

/** The offsets of a zone; undefined for a name that is none. */
export function findZone(timeZone: string): ZoneOffsets | undefined {
  try {
    return zoneOffsets(timeZone);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

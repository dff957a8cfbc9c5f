import { readFileSync } from "node:fs";
import { type Instant, SECOND } from "../core/market/bar-size.js";

/** A stretch of time over which a zone's clocks are ahead of UTC by the same milliseconds; the end is not part of it. */
export interface ZoneStretch {
  readonly from: Instant;
  readonly to: Instant;
  readonly offset: number;
}

/** Where Linux and macOS keep them. Elsewhere there are none. */
const FOLDER = "/usr/share/zoneinfo";
/** Area/Place or UTC; what begins with right/ counts leap seconds, and posix/ is known to nobody else. */
const NAME = /^(?!right\/|posix\/)(?:[A-Z][A-Za-z_]+(?:\/[A-Z][A-Za-z_-]+)+|UTC)$/;

const HEADER_BYTES = 44;
/** The ends of the six counts in the header are read in this order. */
const COUNTS_AT = 20;

/**
 * The offsets of a zone as the system's own file has them (TZif, RFC 9636): the same database that Intl answers from,
 * without the time that the first question to Intl takes, which is longer than reading ten years of days. It answers from
 * 1970 on, before which that database has come to be split in two, and up to the last change that is listed: what is
 * told by a rule alone is not for this.
 */
export class ZoneFile {
  private readonly changes: readonly Instant[];
  private readonly offsets: readonly number[];
  /** Where the last offset ends to be known. */
  private readonly until: Instant;

  private constructor(changes: readonly Instant[], offsets: readonly number[], until: Instant) {
    this.changes = changes;
    this.offsets = offsets;
    this.until = until;
  }

  /** The file of a zone; undefined where the system has none, or one that cannot be understood. */
  static of(timeZone: string): ZoneFile | undefined {
    if (!NAME.test(timeZone)) return undefined;
    let bytes: Buffer;
    try {
      bytes = readFileSync(`${FOLDER}/${timeZone}`);
    } catch {
      return undefined;
    }
    return ZoneFile.from(bytes);
  }

  /** What the bytes of a file say. */
  static from(bytes: Buffer): ZoneFile | undefined {
    if (!isHeader(bytes, 0)) return undefined;
    // The first part has instants of 32 bits; the second one says all of it again with 64.
    const second = HEADER_BYTES + partBytes(bytes, 0, 4);
    if (bytes[4] < 50 || !isHeader(bytes, second)) return undefined;
    const [, , leaps, times, types] = countsOf(bytes, second);
    const footer = second + HEADER_BYTES + partBytes(bytes, second, 8);
    if (leaps > 0 || types === 0) return undefined;
    // The rule stands between two ends of lines: of a file that has been cut off the second one is missing.
    if (footer >= bytes.length - 1 || bytes[footer] !== 10 || bytes[bytes.length - 1] !== 10) return undefined;
    const timesAt = second + HEADER_BYTES;
    const typesAt = timesAt + times * 9;
    const offsetOf = (type: number): number => bytes.readInt32BE(typesAt + type * 6) * SECOND;
    const changes: number[] = [];
    const offsets: number[] = [];
    for (let i = 0; i < times; i++) {
      changes.push(Number(bytes.readBigInt64BE(timesAt + i * 8)) * SECOND);
      offsets.push(offsetOf(bytes[timesAt + times * 8 + i]));
    }
    if (times === 0) {
      changes.push(-Infinity);
      offsets.push(offsetOf(0));
    }
    const rule = bytes.toString("latin1", footer).trim();
    const goesOn = rule !== "" && !rule.includes(",");
    return new ZoneFile(changes, offsets, goesOn ? Infinity : changes[changes.length - 1]);
  }

  /** The stretch around an instant; undefined where the file alone does not tell. */
  at(instant: Instant): ZoneStretch | undefined {
    const { changes } = this;
    if (!(instant >= 0 && instant >= changes[0] && instant < this.until)) return undefined;
    let low = 0;
    let high = changes.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (changes[middle] <= instant) low = middle;
      else high = middle;
    }
    return {
      from: Math.max(0, changes[low]),
      to: high < changes.length ? changes[high] : this.until,
      offset: this.offsets[low],
    };
  }
}

function isHeader(bytes: Buffer, at: number): boolean {
  return bytes.length >= at + HEADER_BYTES && bytes.toString("latin1", at, at + 4) === "TZif";
}

/** Of a part: indicators of UTC and of standard time, leap seconds, changes, types, letters of their names. */
function countsOf(bytes: Buffer, at: number): number[] {
  return Array.from({ length: 6 }, (_, i) => bytes.readUInt32BE(at + COUNTS_AT + i * 4));
}

function partBytes(bytes: Buffer, at: number, ofInstant: 4 | 8): number {
  const [utc, standard, leaps, times, types, letters] = countsOf(bytes, at);
  return times * (ofInstant + 1) + types * 6 + letters + leaps * (ofInstant + 4) + standard + utc;
}

import { dayNumber } from "../../core/calendar/calendar-date.js";
import { DAY, HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";
import type { DateOrder } from "./csv-words.js";

/** The bytes of a date such as 2024-01-31. */
const DATE_BYTES = 10;

/**
 * Reads one time out of bytes. Understood: 2024-01-31 (also with / or . and as 20240131), alone or followed by T or
 * blanks and 09:30, 09:30:00, 09:30:00.123 or 093000, and then by Z, UTC, GMT, +00:00, +0000 or +00; and the time since
 * 1970 in seconds (9 or 10 digits), milliseconds (12 or 13), microseconds (15 or 16) or nanoseconds (18 or 19), the
 * last two to the nearest millisecond. 31.01.2024 and 01/31/2024 are read in the order that is set; without one,
 * anything in which day and month could be taken for each other is not read.
 *
 * A call returns the place behind the time, or -1 where there is none; the fields then hold what was read. They are
 * fields and not a result, for one reader serves millions of rows.
 */
export class TimeReader {
  /** The date's midnight and the time of day, as if the clock showed UTC; milliseconds. */
  date = 0;
  clock = 0;
  /** Milliseconds that the clock written is ahead of UTC; NaN where nothing is said. */
  offset = Number.NaN;
  order: DateOrder | undefined = undefined;
  private number = 0;
  /** The date that was read last, as 20240131, and its midnight. */
  private known = Number.NaN;
  private knownDate = Number.NaN;
  private readonly last = new DateBytes();

  /** A date, with or without a time of day. */
  readTime(bytes: Uint8Array, from: number): number {
    this.clock = 0;
    this.offset = Number.NaN;
    // Most rows have the date of the one above.
    if (this.last.areAt(bytes, from) && !isDigit(bytes[from + DATE_BYTES])) {
      this.date = this.last.date;
      return this.restOfTime(bytes, from + DATE_BYTES);
    }
    let p = this.digits(bytes, from);
    const count = p - from;
    if (count === 4) {
      p = this.restOfDate(bytes, p, this.number);
      if (p < 0) return -1;
      if (p - from === DATE_BYTES && this.date > -Infinity) this.last.keep(bytes, from, this.date);
    } else if (count <= 2 && this.order !== undefined) {
      p = this.dateInOrder(bytes, p, this.number, this.order);
      if (p < 0) return -1;
    } else if (count === 8) {
      const whole = this.number;
      this.date = dayNumber(Math.floor(whole / 10000), Math.floor(whole / 100) % 100, whole % 100) * DAY;
    } else {
      return this.epoch(bytes, p, count);
    }
    return this.date > -Infinity ? this.restOfTime(bytes, p) : -1;
  }

  /** What may stand behind a date. */
  private restOfTime(bytes: Uint8Array, p: number): number {
    const c = bytes[p];
    if (c === 84 || c === 116) return this.readClock(bytes, p + 1);
    if (c !== 32) return p;
    let next = p;
    while (bytes[next] === 32) next++;
    return isDigit(bytes[next]) ? this.readClock(bytes, next) : p;
  }

  /** A time of day, with or without an offset. */
  readClock(bytes: Uint8Array, from: number): number {
    const pair = bytes[from + 2] === 58 ? twoDigits(bytes, from) : -1;
    let p = pair >= 0 ? from + 2 : this.digits(bytes, from);
    let hours = pair >= 0 ? pair : this.number;
    let minutes = 0;
    let seconds = 0;
    let milliseconds = 0;
    if (p - from === 6 || p - from === 4) {
      seconds = p - from === 6 ? hours % 100 : 0;
      const hhmm = p - from === 6 ? Math.floor(hours / 100) : hours;
      minutes = hhmm % 100;
      hours = Math.floor(hhmm / 100);
    } else {
      if (p === from || p - from > 2 || bytes[p] !== 58) return -1;
      minutes = twoDigits(bytes, p + 1);
      if (minutes < 0) return -1;
      p += 3;
      if (bytes[p] === 58) {
        seconds = twoDigits(bytes, p + 1);
        if (seconds < 0) return -1;
        p += 3;
      }
    }
    if (bytes[p] === 46 && isDigit(bytes[p + 1])) {
      let unit = 100;
      for (p++; isDigit(bytes[p]); p++) {
        milliseconds += (bytes[p] - 48) * unit;
        unit = unit === 1 ? 0 : unit / 10;
      }
    }
    this.clock = hours * HOUR + minutes * MINUTE + seconds * SECOND + milliseconds;
    if (minutes > 59 || seconds > 59 || this.clock > DAY) return -1;
    return this.zone(bytes, p);
  }

  private zone(bytes: Uint8Array, from: number): number {
    this.offset = Number.NaN;
    const p = bytes[from] === 32 ? from + 1 : from;
    const c = bytes[p];
    if (c === 90 || c === 122) {
      this.offset = 0;
      return p + 1;
    }
    if ((c === 85 && bytes[p + 1] === 84 && bytes[p + 2] === 67) || isGmt(bytes, p)) {
      this.offset = 0;
      return bytes[p + 3] === 43 || bytes[p + 3] === 45 ? this.signedOffset(bytes, p + 3) : p + 3;
    }
    return c === 43 || c === 45 ? this.signedOffset(bytes, p) : from;
  }

  private signedOffset(bytes: Uint8Array, p: number): number {
    const hours = twoDigits(bytes, p + 1);
    if (hours < 0) return -1;
    let minutes = hours * 60;
    let end = p + 3;
    if (bytes[end] === 58 || isDigit(bytes[end])) {
      if (bytes[end] === 58) end++;
      const more = twoDigits(bytes, end);
      if (more < 0 || more > 59) return -1;
      minutes += more;
      end += 2;
    }
    if (minutes > 18 * 60) return -1;
    this.offset = (bytes[p] === 43 ? minutes : -minutes) * MINUTE;
    return end;
  }

  private epoch(bytes: Uint8Array, end: number, count: number): number {
    if (count < 9 || count > 19 || count % 3 === 2) return -1;
    const unit = count <= 10 ? SECOND : count <= 13 ? 1 : count <= 16 ? 1e-3 : 1e-6;
    let p = end;
    let time = unit >= 1 ? this.number * unit : Math.round(this.number * unit);
    if (bytes[p] === 46 && unit === SECOND) {
      let part = 100;
      for (p++; isDigit(bytes[p]); p++) {
        time += (bytes[p] - 48) * part;
        part = part === 1 ? 0 : part / 10;
      }
    }
    this.date = Math.floor(time / DAY) * DAY;
    this.clock = time - this.date;
    this.offset = 0;
    return p;
  }

  private restOfDate(bytes: Uint8Array, separatorAt: number, year: number): number {
    const separator = bytes[separatorAt];
    if (separator !== 45 && separator !== 47 && separator !== 46) return -1;
    let p = this.digits(bytes, separatorAt + 1);
    const month = this.number;
    if (p - separatorAt > 3 || bytes[p] !== separator) return -1;
    const dayAt = p + 1;
    p = this.digits(bytes, dayAt);
    if (p - dayAt > 2) return -1;
    const date = (year * 100 + month) * 100 + (p === dayAt ? 0 : this.number);
    // Of a day with many bars it is reckoned once. Month and day have two digits at most.
    if (date !== this.known) {
      this.known = date;
      this.knownDate = dayNumber(year, month, date % 100) * DAY;
    }
    this.date = this.knownDate;
    return p;
  }

  /** The rest of 31.01.2024 or 01/31/2024 behind its first number. */
  private dateInOrder(bytes: Uint8Array, separatorAt: number, first: number, order: DateOrder): number {
    const separator = bytes[separatorAt];
    if (separator !== 45 && separator !== 47 && separator !== 46) return -1;
    const secondEnd = this.digits(bytes, separatorAt + 1);
    const second = this.number;
    if (secondEnd === separatorAt + 1 || secondEnd - separatorAt > 3 || bytes[secondEnd] !== separator) return -1;
    const end = this.digits(bytes, secondEnd + 1);
    if (end - secondEnd !== 5) return -1;
    const [day, month] = order === "dmy" ? [first, second] : [second, first];
    this.date = dayNumber(this.number, month, day) * DAY;
    return end;
  }

  private digits(bytes: Uint8Array, from: number): number {
    let p = from;
    let value = 0;
    for (let digit = bytes[p] - 48; digit >= 0 && digit <= 9; digit = bytes[p] - 48) {
      value = value * 10 + digit;
      p++;
    }
    this.number = value;
    return p;
  }
}

/** A date of ten bytes that has been read, by which the same one is known again without reading it. */
class DateBytes {
  /** Its midnight, milliseconds. */
  date = Number.NaN;
  private year = 0;
  private monthAndDay = 0;
  /** What stands between them; nothing has been kept yet while it is below 0. */
  private parts = -1;

  keep(bytes: Uint8Array, from: number, date: number): void {
    this.date = date;
    this.year = fourBytes(bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]);
    this.monthAndDay = fourBytes(bytes[from + 5], bytes[from + 6], bytes[from + 8], bytes[from + 9]);
    this.parts = fourBytes(bytes[from + 4], bytes[from + 7], 0, 0);
  }

  areAt(bytes: Uint8Array, from: number): boolean {
    return (
      fourBytes(bytes[from + 5], bytes[from + 6], bytes[from + 8], bytes[from + 9]) === this.monthAndDay &&
      fourBytes(bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]) === this.year &&
      fourBytes(bytes[from + 4], bytes[from + 7], 0, 0) === this.parts
    );
  }
}

/** Four bytes as one number of 32 bits. */
function fourBytes(a: number, b: number, c: number, d: number): number {
  return a | (b << 8) | (c << 16) | (d << 24);
}

/** The number that two digits make; -1 where they are none. */
function twoDigits(bytes: Uint8Array, from: number): number {
  const tens = bytes[from] - 48;
  const ones = bytes[from + 1] - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function isGmt(bytes: Uint8Array, p: number): boolean {
  return bytes[p] === 71 && bytes[p + 1] === 77 && bytes[p + 2] === 84;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

import { widerDoubles } from "../../core/columns.js";
import { countLines } from "./count-lines.js";
import { CLOCK, type CsvHeader, END, FIELDS, FIRST_FIELD, IGNORED, TIME } from "./csv-header.js";
import { TimeReader } from "./csv-time.js";
import type { DateOrder } from "./csv-words.js";
import { FileError } from "./errors.js";
import type { BadRows, RawRows } from "./raw-rows.js";

const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const MINUS = 45;
const ZERO = 48;
const COMMA = 44;
const POINT = 46;
const SEMICOLON = 59;
const VOLUME = FIRST_FIELD + FIELDS.indexOf("volume");
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));
const LARGEST_EXACT = Number.MAX_SAFE_INTEGER;
/** Bytes whose lines tell how many there may be in all. */
const SAMPLE = 1 << 18;
/** So many more rows than are likely: what is not written to costs no memory, and a column that grows is copied. */
const SPARE = 1.03;
/** Every number of so many digits fits into 31 bits. */
const FEW_DIGITS = 9;
/** Every whole number of so many digits is a double. */
const EXACT_DIGITS = 15;

/**
 * Reads all rows below the header in one pass over the bytes; about 5 million rows a second. Numbers are correctly
 * rounded: up to 2^53 and 22 decimals by one exact division (Clinger 1990, "How to read floating point numbers
 * accurately"), others by the language's own conversion. Between semicolons a decimal comma counts as a point. Rows that
 * cannot be read are noted and left out.
 *
 * @param bytes text that ends with a newline
 * @param order of day and month in dates that end with the year
 * @throws FileError CSV_TIME_UNREADABLE where the very first row has no time that can be read; CSV_NO_ROWS
 */
export function readRows(
  bytes: Uint8Array,
  header: CsvHeader,
  file: string,
  order: DateOrder | undefined,
  bad: BadRows,
): RawRows {
  return new RowReader(bytes, header, file, order, bad).read();
}

class RowReader {
  private readonly bytes: Uint8Array;
  private readonly header: CsvHeader;
  private readonly file: string;
  private readonly delimiter: number;
  private readonly decimalComma: boolean;
  private readonly time = new TimeReader();
  private wall: Float64Array;
  private instant: Float64Array;
  private ends: Float64Array;
  private readonly columns: Float64Array[];
  /** For every line that is no row, the number of rows in front of it, rising: from this follow the line numbers. */
  private readonly gaps: number[] = [];
  private readonly bad: BadRows;
  private pos: number;
  private row = 0;
  /** How many of the gaps lie before the line that is being read. */
  private gapsAbove = 0;
  /** Whether times say their offset: 1 yes, 0 no, -1 while only dates have been seen. */
  private offsets = -1;

  constructor(bytes: Uint8Array, header: CsvHeader, file: string, order: DateOrder | undefined, bad: BadRows) {
    this.bytes = bytes;
    this.header = header;
    this.file = file;
    this.bad = bad;
    this.time.order = order;
    this.delimiter = header.delimiter;
    this.decimalComma = header.delimiter === SEMICOLON;
    this.pos = header.offset;
    const sample = bytes.subarray(header.offset, header.offset + SAMPLE);
    const rows = this.rowsIn(countLines(sample, 0), sample.length);
    this.wall = new Float64Array(rows);
    this.instant = new Float64Array(rows);
    this.ends = new Float64Array(header.ends ? rows : 0);
    this.columns = FIELDS.map((_, field) => new Float64Array(header.has[field] ? rows : 0));
  }

  read(): RawRows {
    const { bytes } = this;
    while (this.pos < bytes.length) {
      const begin = this.pos;
      this.gapsAbove = this.gaps.length;
      if (this.skipBlankLine()) continue;
      if (this.row === this.wall.length) this.makeRoom();
      const problem = this.readRow();
      if (problem === "") this.row++;
      else this.noteBad(begin, problem);
    }
    const length = this.row;
    if (length === 0 && this.bad.count === 0) throw new FileError("CSV_NO_ROWS", { file: this.file });
    const cut = (column: Float64Array): Float64Array => column.subarray(0, length);
    const gaps = Int32Array.from(this.gaps);
    return {
      length,
      wall: cut(this.wall),
      instant: cut(this.instant),
      end: this.header.ends ? cut(this.ends) : undefined,
      hasOffset: this.offsets === 1,
      fields: this.columns.map((column, field) => (this.header.has[field] ? cut(column) : undefined)),
      lineOf: (row) => this.header.line + row + countUpTo(gaps, row),
    };
  }

  /** How many rows there may be in all, if the first bytes have so many lines. A cell takes a byte at least. */
  private rowsIn(lines: number, first: number): number {
    const { bytes, header } = this;
    const all = bytes.length - header.offset;
    if (first >= all) return lines;
    const likely = Math.ceil((lines / first) * all * SPARE);
    return Math.max(lines, Math.min(likely, Math.ceil(all / header.roles.length)));
  }

  /** For at least one more row, and for all that are left if they are as long as those so far. */
  private makeRoom(): void {
    const { row } = this;
    const rows = this.rowsIn(row + 1, this.pos - this.header.offset + 1);
    this.wall = widerDoubles(this.wall, rows);
    this.instant = widerDoubles(this.instant, rows);
    if (this.header.ends) this.ends = widerDoubles(this.ends, rows);
    for (let field = 0; field < this.columns.length; field++)
      if (this.header.has[field]) this.columns[field] = widerDoubles(this.columns[field], rows);
  }

  private skipBlankLine(): boolean {
    const { bytes } = this;
    let p = this.pos;
    while (bytes[p] === SPACE || bytes[p] === RETURN) p++;
    if (bytes[p] !== LINE_FEED) return false;
    this.pos = p + 1;
    this.gaps.push(this.row);
    return true;
  }

  /** Reads the line at `pos` into the columns at `row`; says what is wrong with it, or nothing. */
  private readRow(): string {
    const { bytes, delimiter, time, row } = this;
    const { roles } = this.header;
    const width = roles.length;
    let clock = 0;
    let offset = Number.NaN;
    let endOffset = Number.NaN;
    let column = 0;
    for (;;) {
      if (column === width) return `has more than ${width} columns`;
      const role = roles[column];
      const begin = this.pos;
      let fits = true;
      if (role === IGNORED) {
        this.skipCell();
      } else if (role >= FIRST_FIELD) {
        fits = this.readNumber(this.columns[role - FIRST_FIELD], row, role === VOLUME);
      } else {
        fits = this.readTimeCell(role === CLOCK);
        if (role === END) {
          this.ends[row] = time.date + time.clock;
          endOffset = time.offset;
        } else {
          clock += time.clock;
          if (role === TIME) this.wall[row] = time.date;
          if (time.offset === time.offset) offset = time.offset;
        }
      }
      if (!fits) return this.describe(begin, role);
      column++;
      const c = bytes[this.pos];
      if (c === delimiter) {
        this.pos++;
        continue;
      }
      if (c === RETURN) this.pos++;
      this.pos++;
      break;
    }
    if (column < width) return `has ${column} of ${width} columns`;
    if (this.header.ends) {
      if ((endOffset === endOffset) !== (offset === offset))
        return "says an offset from UTC with one of its start and end, and none with the other";
      if (endOffset === endOffset) this.ends[row] -= endOffset;
    }
    return this.placeTime(row, clock, offset);
  }

  private placeTime(row: number, clock: number, offset: number): string {
    const wall = this.wall[row] + clock;
    const says = offset === offset ? 1 : 0;
    this.wall[row] = wall;
    this.instant[row] = says === 1 ? wall - offset : wall;
    if (says === this.offsets) return "";
    // Dates alone fit with times that say no offset, and with nothing else.
    if (this.offsets === -1) {
      if (says === 1 && row > 0) return "says an offset from UTC, and the rows above say none";
      if (says === 1 || clock !== 0) this.offsets = says;
      return "";
    }
    return says === 1
      ? "says an offset from UTC, and the rows above say none"
      : "says no offset from UTC, and the rows above say one";
  }

  private readTimeCell(clockOnly: boolean): boolean {
    const { bytes, time } = this;
    let p = this.pos;
    while (bytes[p] === SPACE) p++;
    const quoted = bytes[p] === QUOTE;
    if (quoted) p++;
    p = clockOnly ? time.readClock(bytes, p) : time.readTime(bytes, p);
    if (p < 0) return false;
    if (quoted && bytes[p++] !== QUOTE) return false;
    return this.endCell(p);
  }

  /** Moves to the end of a cell whose content ends at `p`; false where there is more in it. */
  private endCell(p: number): boolean {
    const { bytes } = this;
    while (bytes[p] === SPACE) p++;
    const c = bytes[p];
    if (c !== this.delimiter && c !== LINE_FEED && !(c === RETURN && bytes[p + 1] === LINE_FEED)) return false;
    this.pos = p;
    return true;
  }

  /**
   * Nearly every number has few digits on either side of its point and nothing around it: those are read here, each
   * side in whole numbers of 32 bits, which takes half the time of doubles. All others are read from their beginning by
   * `readLongNumber`.
   */
  private readNumber(column: Float64Array, row: number, mayBeEmpty: boolean): boolean {
    const { bytes } = this;
    let p = this.pos;
    const negative = bytes[p] === MINUS;
    if (negative) p++;
    const digitsAt = p;
    let whole = 0;
    let digit = bytes[p] - ZERO;
    while (digit >= 0 && digit <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0;
      digit = bytes[++p] - ZERO;
    }
    const digits = p - digitsAt;
    let part = 0;
    let decimals = 0;
    if (bytes[p] === POINT) {
      const pointAt = p;
      digit = bytes[++p] - ZERO;
      while (digit >= 0 && digit <= 9) {
        part = (Math.imul(part, 10) + digit) | 0;
        digit = bytes[++p] - ZERO;
      }
      decimals = p - pointAt - 1;
    }
    const c = bytes[p];
    const ends = c === this.delimiter || c === LINE_FEED || (c === RETURN && bytes[p + 1] === LINE_FEED);
    const all = digits + decimals;
    // A side that has run over 31 bits has more digits.
    if (!ends || all === 0 || digits > FEW_DIGITS || decimals > FEW_DIGITS || all > EXACT_DIGITS) {
      return this.readLongNumber(column, row, mayBeEmpty);
    }
    this.pos = p;
    const unit = POWERS_OF_TEN[decimals];
    const size = decimals === 0 ? whole : (whole * unit + part) / unit;
    column[row] = negative ? -size : size;
    return true;
  }

  private readLongNumber(column: Float64Array, row: number, mayBeEmpty: boolean): boolean {
    const { bytes } = this;
    const begin = this.pos;
    let p = begin;
    while (bytes[p] === SPACE) p++;
    const negative = bytes[p] === MINUS;
    if (negative) p++;
    const digitsAt = p;
    let value = 0;
    let digit = bytes[p] - 48;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = bytes[++p] - 48;
    }
    let decimals = 0;
    if (bytes[p] === POINT || (this.decimalComma && bytes[p] === COMMA)) {
      const pointAt = p;
      digit = bytes[++p] - 48;
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        digit = bytes[++p] - 48;
      }
      decimals = p - pointAt - 1;
      if (p === digitsAt + 1) return this.readUnusual(column, row, mayBeEmpty);
    }
    if (p === digitsAt || value > LARGEST_EXACT || decimals > 22) return this.readUnusual(column, row, mayBeEmpty);
    if (!this.endCell(p)) return this.readUnusual(column, row, mayBeEmpty);
    const size = decimals === 0 ? value : value / POWERS_OF_TEN[decimals];
    column[row] = negative ? -size : size;
    return true;
  }

  /** Numbers that are quoted, very long, or have an exponent; and cells that are none. */
  private readUnusual(column: Float64Array, row: number, mayBeEmpty: boolean): boolean {
    const begin = this.pos;
    this.skipCell();
    let text = this.text(begin, this.pos);
    if (this.decimalComma) text = text.replace(",", ".");
    if (text === "" && mayBeEmpty) {
      column[row] = 0;
      return true;
    }
    const number = /^([-+]?)\$?((?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i.exec(text);
    if (number === null) return false;
    column[row] = Number(number[1] + number[2]);
    return true;
  }

  private skipCell(): void {
    const { bytes, delimiter } = this;
    let p = this.pos;
    while (bytes[p] === SPACE) p++;
    // A quote inside quotes is written twice, which reads as two quoted pieces side by side.
    while (bytes[p] === QUOTE && p < bytes.length - 1) {
      for (p++; p < bytes.length - 1 && bytes[p] !== QUOTE; p++)
        if (bytes[p] === LINE_FEED) this.gaps.push(this.row + 1);
      if (bytes[p] === QUOTE) p++;
    }
    while (bytes[p] !== delimiter && bytes[p] !== LINE_FEED) p++;
    this.pos = p > this.pos && bytes[p] === LINE_FEED && bytes[p - 1] === RETURN ? p - 1 : p;
  }

  private text(from: number, to: number): string {
    const text = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + from, to - from)
      .toString("utf8")
      .trim();
    return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text;
  }

  private describe(begin: number, role: number): string {
    this.pos = begin;
    this.skipCell();
    const text = this.text(begin, this.pos).slice(0, 40);
    if (role === END) return `has the end "${text}"`;
    if (role === TIME || role === CLOCK) {
      if (this.row === 0 && this.bad.count === 0) {
        throw new FileError("CSV_TIME_UNREADABLE", { file: this.file, line: this.lineHere(), text });
      }
      return `has the time "${text}"`;
    }
    return text === "" ? `has no ${FIELDS[role - FIRST_FIELD]}` : `has the ${FIELDS[role - FIRST_FIELD]} "${text}"`;
  }

  private noteBad(begin: number, problem: string): void {
    const { gaps } = this;
    this.bad.add(this.lineHere(), problem);
    this.pos = this.bytes.indexOf(LINE_FEED, Math.max(begin, this.pos - 1)) + 1;
    // No row, but as many lines as it has line breaks, inside of quotes too.
    gaps.length = this.gapsAbove;
    for (let p = begin; p < this.pos; p++) if (this.bytes[p] === LINE_FEED) gaps.push(this.row);
  }

  private lineHere(): number {
    return this.header.line + this.row + this.gapsAbove;
  }
}

/** How many of rising numbers are at most `most`. */
function countUpTo(rising: Int32Array, most: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle] > most) high = middle;
    else low = middle + 1;
  }
  return low;
}

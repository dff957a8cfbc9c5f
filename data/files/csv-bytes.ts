import { yyyymmdd } from "../../core/calendar/calendar-date.js";
import { DAY } from "../../core/market/bar-size.js";

const COMMA = 44;
const NEWLINE = 10;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
/** Room that a number or an instant needs at most; text asks for its own. */
const CELL = 32;
/** Where the digits of yyyymmdd stand in a date as it is written, the last one first. */
const DATE_DIGITS = [9, 8, 6, 5, 3, 2, 1, 0];
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/**
 * Rows of CSV as bytes in a buffer that is used again and again. Numbers are written digit by digit, without a string
 * in between: about ten times as fast, which is what lets millions of points be written in seconds.
 */
export class CsvBytes {
  private bytes: Uint8Array;
  private length = 0;
  private day = Number.NaN;
  /** The date of `day` as it is written, "2024-01-31T". */
  private readonly date = Uint8Array.from("0000-00-00T", (c) => c.charCodeAt(0));

  constructor(size = 1 << 18) {
    this.bytes = new Uint8Array(size);
  }

  /** Whether it is time to take the bytes: less than a quarter of the buffer is left. */
  get full(): boolean {
    return this.length > this.bytes.length * 0.75;
  }

  /** The bytes so far, valid until the next row is added; the buffer begins anew. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length);
    this.length = 0;
    return taken;
  }

  /** Text as it is: quoting is the caller's. */
  text(text: string): this {
    this.reserve(text.length * 3 + CELL);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        this.length += Buffer.from(this.bytes.buffer).write(text.slice(i), this.length);
        return this;
      }
      this.bytes[this.length++] = code;
    }
    return this;
  }

  comma(): this {
    this.bytes[this.length++] = COMMA;
    return this;
  }

  endRow(): void {
    this.bytes[this.length++] = NEWLINE;
  }

  /**
   * A number rounded to at most `decimals` (0 to 8) decimals, without zeros at the end; nothing for NaN. One too large
   * to keep that many exactly is written with all the digits it has.
   */
  number(value: number, decimals: number): this {
    this.reserve(CELL);
    if (Number.isNaN(value)) return this;
    const scale = POWERS[decimals];
    let scaled = Math.round(Math.abs(value) * scale);
    if (!(scaled < Number.MAX_SAFE_INTEGER)) return this.text(String(value));
    if (value < 0 && scaled > 0) this.bytes[this.length++] = MINUS;
    let left = decimals;
    while (left > 0 && scaled % 10 === 0) {
      scaled /= 10;
      left--;
    }
    const whole = Math.floor(scaled / POWERS[left]);
    this.integer(whole);
    if (left > 0) {
      this.bytes[this.length++] = POINT;
      this.digits(scaled - whole * POWERS[left], left);
    }
    return this;
  }

  /** A number with as many digits as it takes to read the same number back. */
  exact(value: number): this {
    const size = Math.abs(value);
    for (let decimals = 0; decimals < POWERS.length; decimals++) {
      const scaled = Math.round(size * POWERS[decimals]);
      if (!(scaled < Number.MAX_SAFE_INTEGER)) break;
      if (scaled / POWERS[decimals] === size) return this.number(value, decimals);
    }
    this.reserve(CELL);
    return this.text(String(value));
  }

  /** An instant as ISO 8601 in UTC, with milliseconds only where there are any; nothing where there is none. */
  instant(time: number): this {
    this.reserve(CELL);
    if (!Number.isFinite(time)) return this;
    const day = Math.floor(time / DAY);
    if (day !== this.day) this.setDay(day);
    this.bytes.set(this.date, this.length);
    this.length += 11;
    const inside = time - day * DAY;
    const seconds = Math.floor(inside / 1000);
    this.digits(Math.floor(seconds / 3600), 2);
    this.bytes[this.length++] = 58;
    this.digits(Math.floor(seconds / 60) % 60, 2);
    this.bytes[this.length++] = 58;
    this.digits(seconds % 60, 2);
    const milliseconds = Math.round(inside - seconds * 1000);
    if (milliseconds > 0) {
      this.bytes[this.length++] = POINT;
      this.digits(milliseconds, 3);
    }
    this.bytes[this.length++] = 90;
    return this;
  }

  private integer(value: number): void {
    let count = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) count++;
    this.digits(value, count);
  }

  private digits(value: number, count: number): void {
    let rest = value;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const tenth = Math.floor(rest / 10);
      this.bytes[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.length += count;
  }

  private setDay(day: number): void {
    let rest = yyyymmdd(day);
    for (const at of DATE_DIGITS) {
      const tenth = Math.floor(rest / 10);
      this.date[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.day = day;
  }

  private reserve(room: number): void {
    if (this.length + room <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + room));
    wider.set(this.bytes);
    this.bytes = wider;
  }
}

import { FileError } from "./errors.js";

/** What a column of the file is, or where its numbers go: FIELDS[role - FIRST_FIELD]. */
export const IGNORED = 0;
export const TIME = 1;
export const CLOCK = 2;
export const END = 3;
export const FIRST_FIELD = 4;

/** The numbers a row can have, in the order of RawRows.fields. */
export const FIELDS = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "bid_open",
  "bid_high",
  "bid_low",
  "bid_close",
  "ask_open",
  "ask_high",
  "ask_low",
  "ask_close",
] as const;
export const TRADE_FIELDS = FIELDS.slice(0, 4);
export const QUOTE_FIELDS = FIELDS.slice(5);

/** Other words that vendors have for the same. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  o: "open",
  h: "high",
  l: "low",
  c: "close",
  v: "volume",
  vol: "volume",
  close_last: "close",
  start: "start_time",
  time_start: "start_time",
  time_end: "end",
  end_time: "end",
};
/** Names of a column that holds date and time, each of them also with "utc" or "gmt" in front or behind. */
const FULL_TIME_NAMES = ["timestamp", "datetime", "date_time", "open_time", "start_time", "local_time"];
const ZONED_NAMES = [...FULL_TIME_NAMES, "time", "date"];
const DELIMITERS = [",", ";", "\t", "|"];

export interface CsvHeader {
  /** The byte between two columns. */
  readonly delimiter: number;
  /** The role of every column. */
  readonly roles: Int32Array;
  /** The name of every column, as written. */
  readonly names: readonly string[];
  /** Which of FIELDS the file has. */
  readonly has: readonly boolean[];
  /** Whether the name of the time column says that its times are UTC. */
  readonly utc: boolean;
  /** Whether the ends of the bars are a column of their own. */
  readonly ends: boolean;
  /** Where the first row begins, and its line number. */
  readonly offset: number;
  readonly line: number;
}

/**
 * Finds out delimiter and columns from the first line that is not blank. Names count in any case, with blanks, dots,
 * slashes or underscores between words. The time is a column called time, date, timestamp, datetime or one of these
 * with UTC or GMT, a pair of date and time, or a first column without a name. Columns that are not known are ignored.
 *
 * @param bytes text that ends with a newline
 * @param columns the names, between commas, of a file whose first line is a row already
 * @throws FileError CSV_NO_HEADER, CSV_COLUMN_MISSING, CSV_COLUMN_TWICE
 */
export function readHeader(bytes: Uint8Array, file: string, columns?: string): CsvHeader {
  const first = firstLine(bytes);
  const { text } = first;
  const { offset, line } = columns === undefined ? first : { offset: 0, line: 1 };
  const delimiter = likeliestDelimiter(text);
  const names = columns === undefined ? splitCells(text, delimiter) : splitCells(columns, ",");
  const words = names.map(normalise);
  const roles = new Int32Array(names.length);
  const has = FIELDS.map(() => false);
  words.forEach((word, column) => {
    const field = FIELDS.indexOf(word as (typeof FIELDS)[number]);
    if (field < 0) return;
    if (has[field]) refuseTwice(file, FIELDS[field], names, words.indexOf(word), column);
    has[field] = true;
    roles[column] = FIRST_FIELD + field;
  });
  const utc = placeTime(words, names, roles, file);
  const end = words.indexOf("end");
  if (end >= 0) roles[end] = END;
  const known = roles.some((role) => role !== IGNORED);
  if (!known || names.every((name) => name === "" || /^[-+\d]/.test(name))) {
    throw new FileError("CSV_NO_HEADER", { file, line: printable(text.length > 80 ? `${text.slice(0, 80)}…` : text) });
  }
  refuseMissing(file, names, roles, has);
  return { delimiter: delimiter.charCodeAt(0), roles, names, has, utc, ends: end >= 0, offset, line };
}

function firstLine(bytes: Uint8Array): { text: string; offset: number; line: number } {
  let offset = 0;
  let line = 1;
  for (;;) {
    const end = bytes.indexOf(10, offset);
    if (end < 0) return { text: "", offset: bytes.length, line };
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + offset, end - offset)
      .toString("utf8")
      .trim();
    offset = end + 1;
    line++;
    if (text !== "") return { text: leadingDelimiterKept(bytes, end, text), offset, line };
  }
}

// A tab in front is an unnamed first column, which trim() took away.
function leadingDelimiterKept(bytes: Uint8Array, end: number, text: string): string {
  const begin = bytes.lastIndexOf(10, end - 1) + 1;
  return bytes[begin] === 9 ? `\t${text}` : text;
}

function likeliestDelimiter(text: string): string {
  const outsideQuotes = text.replace(/"[^"]*"/g, "");
  const count = (delimiter: string): number => outsideQuotes.split(delimiter).length - 1;
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best));
}

function splitCells(text: string, delimiter: string): string[] {
  const cells = [""];
  let quoted = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) cells.push("");
    else cells[cells.length - 1] += char;
  }
  return cells.map((cell) => cell.trim());
}

function normalise(name: string): string {
  const word = name
    .toLowerCase()
    .replace(/[<>()[\]]/g, "")
    .trim()
    .replace(/[\s.\-_/]+/g, "_");
  const side = /^(bid|ask)_?(open|high|low|close)$/.exec(word);
  return side === null ? (OTHER_NAMES[word] ?? word) : `${side[1]}_${side[2]}`;
}

/** Gives the time its role or roles; true where its name says UTC. */
function placeTime(words: readonly string[], names: readonly string[], roles: Int32Array, file: string): boolean {
  const full = words.flatMap((word, column) => (isFullTime(word) ? [column] : []));
  if (full.length > 1) refuseTwice(file, "the time", names, full[0], full[1]);
  if (full.length === 1) {
    roles[full[0]] = TIME;
    return UTC_WORD.test(words[full[0]]);
  }
  const date = words.indexOf("date");
  const time = words.indexOf("time");
  if (date >= 0 && time >= 0) {
    roles[date] = TIME;
    roles[time] = CLOCK;
  } else if (date >= 0 || time >= 0) {
    roles[Math.max(date, time)] = TIME;
  } else if (words[0] === "" && words.length > 1) {
    roles[0] = TIME;
  }
  return false;
}

const UTC_WORD = /^(utc|gmt)_|_(utc|gmt)$/;

function isFullTime(word: string): boolean {
  return UTC_WORD.test(word) ? ZONED_NAMES.includes(word.replace(UTC_WORD, "")) : FULL_TIME_NAMES.includes(word);
}

function refuseMissing(file: string, names: readonly string[], roles: Int32Array, has: readonly boolean[]): void {
  const lacks = (fields: readonly string[]): string[] =>
    fields.filter((field) => !has[FIELDS.indexOf(field as (typeof FIELDS)[number])]);
  const trades = lacks(TRADE_FIELDS);
  const quotes = lacks(QUOTE_FIELDS);
  const prices =
    trades.length === 0 || quotes.length === 0
      ? []
      : quotes.length < QUOTE_FIELDS.length && trades.length === 4
        ? quotes
        : trades;
  const missing = [...(roles.includes(TIME) ? [] : ["the time"]), ...prices];
  if (missing.length === 0) return;
  const columns = names.map((name) => name || "(no name)").join(", ");
  throw new FileError("CSV_COLUMN_MISSING", { file, missing: missing.join(", "), columns });
}

function refuseTwice(file: string, column: string, names: readonly string[], first: number, second: number): never {
  throw new FileError("CSV_COLUMN_TWICE", { file, column, first: names[first], second: names[second] });
}

/** What a terminal can show of a line: a file that is no text must not steer it. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{C}\t]/gu, "\uFFFD");
}

import { type CsvHeader, TIME } from "./csv-header.js";
import type { DateOrder } from "./csv-words.js";

/** Bytes looked through for a day behind the twelfth: some hundred thousand rows. */
const ENOUGH = 16 * 1024 * 1024;

/**
 * Which of day and month comes first in dates such as 31.01.2024 or 01/31/2024, by a number above 12 in one of the
 * two places. With points it is the day where no such number tells. Undefined where the year comes first anyway, and
 * where it cannot be told.
 */
export function detectDateOrder(bytes: Uint8Array, header: CsvHeader): DateOrder | undefined {
  const column = header.roles.indexOf(TIME);
  const end = Math.min(bytes.length, header.offset + ENOUGH);
  let first = 0;
  let second = 0;
  let points = false;
  for (let line = header.offset; line < end; line = bytes.indexOf(10, line) + 1) {
    const date = dateAt(bytes, cellOf(bytes, line, column, header.delimiter));
    if (date === undefined) {
      if (first === 0 && !isBlank(bytes, line)) return undefined;
      continue;
    }
    first = Math.max(first, date.first);
    second = Math.max(second, date.second);
    points = date.points;
    if (first > 12 || second > 12) break;
  }
  if (first > 12 && second <= 12) return "dmy";
  if (second > 12 && first <= 12) return "mdy";
  return points && first > 0 && first <= 12 ? "dmy" : undefined;
}

function isBlank(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 10 || bytes[at] === 13;
}

/** Where a cell of a line begins, its quote left out. */
function cellOf(bytes: Uint8Array, line: number, column: number, delimiter: number): number {
  let p = line;
  let quoted = false;
  for (let passed = 0; passed < column && bytes[p] !== 10; p++) {
    if (bytes[p] === 34) quoted = !quoted;
    else if (bytes[p] === delimiter && !quoted) passed++;
  }
  while (bytes[p] === 32 || bytes[p] === 34) p++;
  return p;
}

function dateAt(bytes: Uint8Array, at: number): { first: number; second: number; points: boolean } | undefined {
  // Not longer than 31.01.2024 and what shows that it ends there.
  const text = String.fromCharCode(...bytes.subarray(at, at + 11));
  const match = /^(\d{1,2})([./-])(\d{1,2})\2\d{4}(?!\d)/.exec(text);
  return match === null ? undefined : { first: Number(match[1]), second: Number(match[3]), points: match[2] === "." };
}

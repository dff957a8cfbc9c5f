import { DAY } from "../../core/market/bar-size.js";
import type { ZoneOffsets } from "../zone-offsets.js";
import { FIELDS } from "./csv-header.js";
import { type BadRows, pickRows, type RawRows } from "./raw-rows.js";

const VOLUME = FIELDS.indexOf("volume");
/** Where open, high, low and close of one kind of price begin in FIELDS. */
const PRICES = [0, VOLUME + 1, VOLUME + 5];

/**
 * The rows that can be bars: prices that exist and lie within their low and high, a volume that exists, and a time that
 * the clock has shown and that is later than that of the last sound row. The others are noted.
 *
 * @param floor prices must be above it: 0, or -Infinity where prices may be negative
 * @param zone of times without an offset
 */
export function soundRows(rows: RawRows, floor: number, zone: ZoneOffsets, bad: BadRows): RawRows {
  const kept = new Int32Array(rows.length);
  let length = 0;
  let last = -Infinity;
  let lastLine = 0;
  for (let row = 0; row < rows.length; row++) {
    const line = rows.lineOf(row);
    const problem = valueProblem(rows, row, floor);
    const time = timeOf(rows, row, zone, last);
    if (problem !== undefined) bad.add(line, problem, "range");
    else if (Number.isNaN(time))
      bad.add(line, `has the time ${clock(rows.wall[row])}, which ${zone.timeZone} left out`);
    else if (time === last) bad.add(line, `has the time of line ${lastLine} again`, "duplicate");
    else if (time < last) bad.add(line, `is earlier than line ${lastLine}`, "order");
    else {
      kept[length++] = row;
      last = time;
      lastLine = line;
    }
  }
  return pickRows(rows, kept.subarray(0, length));
}

function timeOf(rows: RawRows, row: number, zone: ZoneOffsets, last: number): number {
  if (rows.hasOffset) return rows.instant[row];
  // Dates are midnights on the clock, and a midnight that summer time leaves out is still a date.
  return rows.wall[row] % DAY === 0 ? zone.instantAtOrAfter(rows.wall[row]) : zone.instantOf(rows.wall[row], last);
}

function valueProblem(rows: RawRows, row: number, floor: number): string | undefined {
  for (const first of PRICES) {
    const columns = rows.fields.slice(first, first + 4);
    if (!columns.every((column) => column !== undefined)) continue;
    const problem = priceProblem(
      columns.map((column) => column[row]),
      FIELDS.slice(first, first + 4),
      floor,
    );
    if (problem !== undefined) return problem;
  }
  const volume = rows.fields[VOLUME]?.[row] ?? 0;
  return volume >= 0 && volume < Infinity ? undefined : `has volume=${volume}`;
}

function priceProblem(prices: readonly number[], names: readonly string[], floor: number): string | undefined {
  const odd = prices.findIndex((price) => !(price > floor && price < Infinity));
  if (odd >= 0) return `has ${names[odd]}=${prices[odd]}`;
  const [open, high, low, close] = prices;
  if (high < low) return `has ${names[1]}=${high} below ${names[2]}=${low}`;
  if (open > high || open < low) return `has ${names[0]}=${open} outside of ${low} to ${high}`;
  if (close > high || close < low) return `has ${names[3]}=${close} outside of ${low} to ${high}`;
  return undefined;
}

function clock(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replace("T", " ");
}

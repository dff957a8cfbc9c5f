import { addMonths, type DayNumber, dayOf, isWeekend, yyyymmdd } from "../../core/calendar/calendar-date.js";
import { type BarSize, DAY, type Instant } from "../../core/market/bar-size.js";
import type { SessionClock } from "../session-hours.js";
import type { ZoneOffsets } from "../zone-offsets.js";
import type { Stamp } from "./csv-words.js";
import { FileError } from "./errors.js";
import type { RawRows } from "./raw-rows.js";

export interface BarTimes {
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/**
 * Start and end of every bar from the times as written.
 *
 * Smaller than a day: times without an offset are local to `zone`; the bar lasts `size`. One that would run into the
 * next ends where that begins, provided that this is a multiple of `size` on the local clock: the hour bar of 09:30
 * ends at 10:00.
 *
 * Days, weeks and months: a date, or midnight as written or in the sessions' zone, stands for the session of that date
 * (the first or, stamped at the end, the last of the bar), and so does its opening (closing) time. A bar lasts to the
 * close of its last session, weekends left out. At any other time of day the bar lasts exactly one period from there,
 * so that a daily bar of another market's day is never known before it is over.
 *
 * Where the file says when bars end, they end then; where it also says offsets, they start when it says.
 *
 * @param zone of times without an offset
 * @param clock the session hours, in the zone of the sessions
 * @throws FileError CSV_TIME_SKIPPED
 */
export function barTimes(
  rows: RawRows,
  size: BarSize,
  stamp: Stamp,
  zone: ZoneOffsets,
  clock: SessionClock,
  file: string,
): BarTimes {
  const calendar = size.unit === "day" || size.unit === "week" || size.unit === "month";
  if (rows.end !== undefined && rows.hasOffset) return { start: rows.instant, end: rows.end };
  const { start, end } = calendar
    ? calendarTimes(rows, size, stamp, zone, clock, file)
    : clockTimes(toInstants(rows, zone, file), size.ms, stamp, clock.zone);
  if (rows.end === undefined) return { start, end };
  return { start, end: rows.end.map((wall, row) => zone.instantOf(wall, start[row])) };
}

function toInstants(rows: RawRows, zone: ZoneOffsets, file: string): Float64Array {
  const { instant, length } = rows;
  if (rows.hasOffset) return instant;
  let previous = -Infinity;
  for (let row = 0; row < length; row++) {
    previous = toInstant(rows, row, zone, previous, file);
    instant[row] = previous;
  }
  return instant;
}

function toInstant(rows: RawRows, row: number, zone: ZoneOffsets, previous: Instant, file: string): Instant {
  if (rows.hasOffset) return rows.instant[row];
  const instant = zone.instantOf(rows.wall[row], previous);
  if (!Number.isNaN(instant)) return instant;
  const time = new Date(rows.wall[row]).toISOString().slice(0, 19).replace("T", " ");
  throw new FileError("CSV_TIME_SKIPPED", { file, line: rows.lineOf(row), zone: zone.timeZone, time });
}

function clockTimes(instant: Float64Array, ms: number, stamp: Stamp, zone: ZoneOffsets): BarTimes {
  const length = instant.length;
  const other = new Float64Array(length);
  const onClock = (time: Instant): boolean => (time + zone.offsetAt(time)) % ms === 0;
  if (stamp === "start") {
    for (let row = 0; row < length; row++) {
      const end = instant[row] + ms;
      const next = row + 1 < length ? instant[row + 1] : Infinity;
      other[row] = next < end && next > instant[row] && onClock(next) ? next : end;
    }
    return { start: instant, end: other };
  }
  for (let row = 0; row < length; row++) {
    const start = instant[row] - ms;
    const previous = row > 0 ? instant[row - 1] : -Infinity;
    const cut = previous > start && previous < instant[row] && (onClock(previous) || onClock(instant[row]));
    other[row] = cut ? previous : start;
  }
  return { start: other, end: instant };
}

function calendarTimes(
  rows: RawRows,
  size: BarSize,
  stamp: Stamp,
  zone: ZoneOffsets,
  clock: SessionClock,
  file: string,
): BarTimes {
  const { wall, length } = rows;
  const instant = new Float64Array(length);
  const days = new Float64Array(length);
  let previous = -Infinity;
  for (let row = 0; row < length; row++) {
    days[row] = dayOf(wall[row]);
    if (wall[row] % DAY === 0) continue;
    previous = toInstant(rows, row, zone, previous, file);
    instant[row] = previous;
    days[row] = sessionDay(previous + clock.zone.offsetAt(previous), stamp, clock);
  }
  const start = new Float64Array(length);
  const end = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const day = days[row];
    if (Number.isNaN(day)) {
      const away = periodAway(instant[row], size, stamp === "start" ? 1 : -1, clock.zone);
      start[row] = stamp === "start" ? instant[row] : away;
      end[row] = stamp === "start" ? away : instant[row];
    } else if (stamp === "start") {
      start[row] = clock.openOf(day);
      end[row] = clock.closeOf(lastDay(day, days[row + 1], size, clock));
    } else {
      start[row] = clock.openOf(firstDay(day, days[row - 1], size, clock));
      end[row] = clock.closeOf(day);
    }
  }
  return { start, end };
}

/** The date whose session opens (closes) at this local time, or whose midnight it is; NaN if there is none. */
function sessionDay(local: number, stamp: Stamp, clock: SessionClock): DayNumber {
  if (local % DAY === 0) return dayOf(local);
  const time = stamp === "start" ? clock.open : clock.close;
  return (local - time) % DAY === 0 ? dayOf(local - time) : Number.NaN;
}

function periodAway(instant: Instant, size: BarSize, direction: number, zone: ZoneOffsets): Instant {
  const local = instant + zone.offsetAt(instant);
  const day = dayOf(local);
  return zone.instantAtOrAfter(addPeriod(day, size, direction) * DAY + (local - day * DAY));
}

function addPeriod(day: DayNumber, size: BarSize, direction: number): DayNumber {
  if (size.unit === "month") return addMonths(day, direction * size.count);
  return day + direction * size.count * (size.unit === "week" ? 7 : 1);
}

// A week that begins on a Tuesday, behind a holiday, is over when the next one begins: a bar never reaches into its
// neighbour. `next` and `previous` are the neighbour's date, or nothing.
function lastDay(first: DayNumber, next: DayNumber | undefined, size: BarSize, clock: SessionClock): DayNumber {
  let day = addPeriod(first, size, 1) - 1;
  if (next !== undefined && next > first) day = Math.min(day, next - 1);
  while (day > first && isWeekend(day) && !clock.wholeDay) day--;
  return day;
}

function firstDay(last: DayNumber, previous: DayNumber | undefined, size: BarSize, clock: SessionClock): DayNumber {
  // A month stamped with its last day begins on the first, not on the day behind last month's day of that number.
  const monthEnds = size.unit === "month" && yyyymmdd(last + 1) % 100 === 1;
  let day = monthEnds ? addPeriod(last + 1, size, -1) : addPeriod(last, size, -1) + 1;
  if (previous !== undefined && previous < last) day = Math.max(day, previous + 1);
  while (day < last && isWeekend(day) && !clock.wholeDay) day++;
  return day;
}

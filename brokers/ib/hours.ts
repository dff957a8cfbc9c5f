import { dayOfDate, yyyymmdd } from "../../core/calendar/calendar-date.js";
import { DAY, MINUTE } from "../../core/market/bar-size.js";
import { IbError } from "./errors.js";

/** A stretch of trading in local wall-clock time: milliseconds as if the clock showed UTC. */
export interface WallStretch {
  /** The date of the session it belongs to, yyyymmdd: that on which it ends. */
  readonly date: number;
  readonly start: number;
  readonly end: number;
}

/** What a `tradingHours` or `liquidHours` says. */
export interface IbHours {
  /** The dates it speaks of, yyyymmdd, rising: those of its sessions and those it calls closed. */
  readonly dates: readonly number[];
  /** In order of time. */
  readonly stretches: readonly WallStretch[];
}

/**
 * Reads `tradingHours` or `liquidHours` of IB's contract details, old and new:
 *
 *     20260810:0930-20260810:1600;20260815:CLOSED        today's form
 *     20221206:1800-20221207:1700                        over midnight
 *     20260810:0930-20260810:1130;20260810:1230-…        several a day, as entries of one date
 *     20130114:1700-1515,1530-1615                       old form; a start after its end is of the day before
 *     20180320:1715-1700   20180320:0000-2400            old form without a second date; midnight at the end of a day
 *     (empty)                                            nothing is said of any date
 *
 * Grammar: `entry := date ":" ("CLOSED" | part {"," part}); part := [date ":"] HHmm "-" [date ":"] HHmm`.
 * @throws IbError IB_HOURS_UNREADABLE
 */
export function parseIbHours(text: string): IbHours {
  const dates = new Set<number>();
  const stretches: WallStretch[] = [];
  for (const entry of text.split(";").map((one) => one.trim())) {
    if (entry === "") continue;
    const match = /^(\d{8}):(.+)$/.exec(entry);
    if (match === null) throw unreadable(text, `"${entry}" does not begin with a date`);
    const date = dateOf(match[1], text);
    if (match[2].trim().toUpperCase() === "CLOSED") {
      dates.add(date);
      continue;
    }
    for (const part of match[2].split(",")) {
      const stretch = stretchOf(date, part.trim(), text);
      dates.add(stretch.date);
      stretches.push(stretch);
    }
  }
  stretches.sort((a, b) => a.start - b.start);
  return { dates: [...dates].sort((a, b) => a - b), stretches };
}

function stretchOf(date: number, part: string, text: string): WallStretch {
  const match = /^(?:(\d{8}):)?(\d{4})-(?:(\d{8}):)?(\d{4})$/.exec(part);
  if (match === null) throw unreadable(text, `"${part}" is not a time, a hyphen and a time`);
  const [, ownDate, startTime, endDate, endTime] = match;
  const begins = ownDate === undefined ? date : dateOf(ownDate, text);
  const startClock = clockOf(startTime, text);
  const endClock = clockOf(endTime, text);
  const end = dayOfDate(endDate === undefined ? begins : dateOf(endDate, text)) * DAY + endClock;
  let start = dayOfDate(begins) * DAY + startClock;
  // Without a second date the one in front is that of the end.
  if (endDate === undefined && start > end) start -= DAY;
  if (!(start < end)) throw unreadable(text, `"${part}" ends before it begins`);
  // Midnight ends the day in front of it.
  return { date: yyyymmdd(Math.floor((end - 1) / DAY)), start, end };
}

function dateOf(digits: string, text: string): number {
  const date = Number(digits);
  if (Number.isNaN(dayOfDate(date))) throw unreadable(text, `there is no date ${digits}`);
  return date;
}

/** HHmm as milliseconds; 2400 is the end of a day. */
function clockOf(digits: string, text: string): number {
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  if (Number(digits.slice(2)) > 59 || minutes > 24 * 60) throw unreadable(text, `there is no time ${digits}`);
  return minutes * MINUTE;
}

function unreadable(text: string, problem: string): IbError {
  return new IbError("IB_HOURS_UNREADABLE", { text, problem });
}

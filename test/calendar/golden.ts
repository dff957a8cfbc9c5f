import { readFileSync } from "node:fs";
import { isoDate } from "../../core/calendar/calendar-date.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import { sharedPath } from "../shared-data.js";

/** One session as text: date, open, close, break start and break end, the instants in UTC to the minute. */
export type SessionText = readonly [date: string, open: string, close: string, breakStart: string, breakEnd: string];

/** The sessions of a calendar's golden file. */
export function goldenSessions(file: string): SessionText[] {
  const [head, ...lines] = readFileSync(sharedPath(`data/calendars/${file}`), "utf8")
    .trim()
    .split("\n");
  if (head !== ",open,close,break_start,break_end") throw new Error(`${file} has other columns: ${head}`);
  return lines.map((line) => {
    const [date, open, close, breakStart, breakEnd] = line.split(",");
    return [date.slice(0, 10), open.slice(0, 16), close.slice(0, 16), breakStart.slice(0, 16), breakEnd.slice(0, 16)];
  });
}

/** The sessions that a calendar makes, in the same form. */
export function textsOf(sessions: Sessions): SessionText[] {
  return Array.from({ length: sessions.length }, (_, i) => textOf(sessions, i));
}

export function textOf(sessions: Sessions, i: number): SessionText {
  const { open, close, date, breakStart, breakEnd } = sessions;
  return [
    isoDate(date?.[i] ?? 0),
    utc(open[i]),
    utc(close[i]),
    sessions.hasBreaks ? utc(breakStart[i]) : "",
    sessions.hasBreaks ? utc(breakEnd[i]) : "",
  ];
}

/** An instant in UTC to the minute; empty where there is none. */
export function utc(instant: number): string {
  if (Number.isNaN(instant)) return "";
  const text = new Date(instant).toISOString();
  if (!text.endsWith(":00.000Z")) throw new Error(`${text} is not at a full minute`);
  return text.slice(0, 16);
}

/** The first and last date of a golden file, yyyymmdd. */
export function spanOf(golden: readonly SessionText[]): [number, number] {
  const date = (text: SessionText): number => Number(text[0].replaceAll("-", ""));
  return [date(golden[0]), date(golden[golden.length - 1])];
}

import { dayOf, dayOfDate, isoDate, weekdayOf, yyyymmdd } from "../core/calendar/calendar-date.js";
import type { CalendarDay, ExchangeCalendar } from "../core/calendar/exchange-calendar.js";
import type { Instant } from "../core/market/bar-size.js";
import { type ZoneOffsets, zoneOffsets } from "../data/zone-offsets.js";
import { MONTH_NAMES } from "../report/dates.js";
import type { Paint } from "../report/paint.js";
import type { CalendarReport, ToldSession, ToldYear } from "./calendar-report.js";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** Every calendar, a line each. Ends with a newline. */
export function calendarList(calendars: readonly ExchangeCalendar[], paint: Paint): string {
  const rows = calendars.map(({ name, title, timeZone, rules }) => [
    name,
    `${isoDate(rules.from).slice(0, 4)} to ${isoDate(rules.to).slice(0, 4)}`,
    timeZone,
    title,
  ]);
  const lines = columns([["", "years", "zone", ""], ...rows]);
  return `${paint.dim(lines[0])}\n${lines.slice(1).join("\n")}\n\nAsk for one of them, as in seatrial calendar XNYS.\n`;
}

/** A calendar for a terminal of 80 columns. Ends with a newline. */
export function calendarText(report: CalendarReport, paint: Paint): string {
  const { calendar, codes, caveat } = report;
  const clock = zoneOffsets(calendar.timeZone);
  const { from, to } = calendar.rules;
  const known = `Local times of ${calendar.timeZone}; known from ${isoDate(from)} to ${isoDate(to)}.`;
  const parts = [
    [paint.bold(`${calendar.name}  ${calendar.title}`), paint.dim(known)],
    codes.length > 0 && codes.length <= 6 ? [paint.dim(`Also called ${codes.join(", ")}.`)] : [],
    caveat === undefined ? [] : wrapped(`! ${caveat}`).map(paint.warn),
    report.now === undefined ? [] : ["", ...nowLines(report.now, clock, paint)],
    report.on === undefined ? [] : ["", ...onLines(report.on, clock, paint)],
    report.year === undefined ? [] : ["", ...yearLines(report.year, clock, paint)],
  ];
  return `${parts.flat().join("\n")}\n`;
}

function nowLines(now: NonNullable<CalendarReport["now"]>, clock: ZoneOffsets, paint: Paint): string[] {
  const until = now.until === Infinity ? "the end of the calendar" : momentText(now.until, clock);
  const state = {
    open: `open until ${until}`,
    break: `at rest until ${until}`,
    extended: `open outside regular hours until ${until}`,
    closed: `closed until ${until}`,
  }[now.state];
  return [
    `${paint.bold("Now")} ${momentText(now.instant, clock, false)}: ${state}.`,
    ...(now.state === "extended" ? [`Next regular open ${momentText(now.nextOpen, clock)}.`] : []),
    "",
    ...sessionTable(now.ahead, clock, paint),
  ];
}

function onLines(on: NonNullable<CalendarReport["on"]>, clock: ZoneOffsets, paint: Paint): string[] {
  const date = dayText(yyyymmdd(on.day.day));
  const next =
    on.nextOpen === Infinity
      ? "The calendar ends before the next open."
      : `Next open ${momentText(on.nextOpen, clock)}.`;
  if (on.session !== undefined) return [...sessionTable([on.session], clock, paint), "", next];
  const why = on.day.kind === "weekend" ? "weekend" : on.day.name;
  return [`${paint.bold(date)}: closed, ${why}.`, next];
}

function yearLines({ year, days, sessions, holidays, unusual }: ToldYear, clock: ZoneOffsets, paint: Paint): string[] {
  const counts = [
    `${sessions.length} sessions`,
    ...(unusual.length > 0 ? [`${unusual.length} with unusual hours`] : []),
    ...(holidays.length > 0 ? [`${holidays.length} weekdays closed`] : []),
  ].join(", ");
  return [
    `${paint.bold(String(year))}  ${counts}`,
    "",
    ...grid(days, paint),
    "",
    paint.dim("      . session   # closed   + unusual hours   blank weekend"),
    ...(holidays.length === 0 ? [] : ["", paint.bold("Closed"), ...columns(holidays.map(holidayRow))]),
    ...(unusual.length === 0 ? [] : ["", paint.bold("Unusual hours"), ...sessionTable(unusual, clock, paint)]),
  ];
}

/** A line for every month, days under their weekdays, so that weekends stand in columns. */
function grid(days: readonly CalendarDay[], paint: Paint): string[] {
  const lines = [paint.dim("      MTWTFSS MTWTFSS MTWTFSS MTWTFSS MTWTFSS MT")];
  for (const [month, name] of MONTH_NAMES.entries()) {
    const own = days.filter(({ day }) => Math.floor(yyyymmdd(day) / 100) % 100 === month + 1);
    const first = weekdayOf(own[0].day);
    const marks = own.map((day, i) => ((first + i) % 7 === 0 && i > 0 ? " " : "") + mark(day, paint));
    lines.push(`  ${name} ${" ".repeat(first)}${marks.join("")}`.trimEnd());
  }
  return lines;
}

function mark({ kind, name }: CalendarDay, paint: Paint): string {
  if (kind === "weekend") return " ";
  if (kind === "holiday") return paint.loss("#");
  return name === undefined ? paint.dim(".") : paint.warn("+");
}

function holidayRow({ day, name }: CalendarDay): string[] {
  return [`  ${dayText(yyyymmdd(day))}`, name ?? ""];
}

/** Sessions below each other: local hours, the same in UTC, and why one is unlike others. */
function sessionTable(sessions: readonly ToldSession[], clock: ZoneOffsets, paint: Paint): string[] {
  const rests = sessions.some(({ breakStart }) => breakStart !== undefined);
  const hasExtended = sessions.some((one) => one.extendedOpen < one.open || one.extendedClose > one.close);
  const utc = { offsetAt: () => 0 };
  const head = ["  ", "open", "close", ...(rests ? ["break"] : []), ...(hasExtended ? ["extended"] : []), "UTC", ""];
  const rows = sessions.map((one) => {
    const { date, breakStart, breakEnd } = one;
    const span = (from: Instant, to: Instant, zone: Offsets): string =>
      `${timeText(from, date, zone)}-${timeText(to, date, zone)}`;
    return [
      `  ${dayText(date)}`,
      timeText(one.open, date, clock),
      timeText(one.close, date, clock),
      ...(rests ? [breakStart === undefined || breakEnd === undefined ? "" : span(breakStart, breakEnd, clock)] : []),
      ...(hasExtended ? [span(one.extendedOpen, one.extendedClose, clock)] : []),
      span(one.open, one.close, utc),
      one.name ?? "",
    ];
  });
  const [first, ...others] = columns([head, ...rows]);
  return [paint.dim(first), ...others];
}

interface Offsets {
  offsetAt(instant: Instant): number;
}

/** 09:30, and the weekday in front where it is not the session's date: Sun 17:00. */
function timeText(instant: Instant, date: number, zone: Offsets): string {
  const text = new Date(instant + zone.offsetAt(instant)).toISOString();
  const clock = text.slice(11, 16);
  if (text.slice(0, 10) === isoDate(date)) return clock;
  return `${WEEKDAYS[weekdayOf(dayOf(instant + zone.offsetAt(instant)))]} ${clock}`;
}

/** Mon 2026-11-23 09:30 (14:30 UTC) */
function momentText(instant: Instant, clock: ZoneOffsets, withUtc = true): string {
  const local = new Date(instant + clock.offsetAt(instant)).toISOString();
  const date = Number(local.slice(0, 10).replaceAll("-", ""));
  const text = `${dayText(date)} ${local.slice(11, 16)}`;
  return withUtc ? `${text} (${new Date(instant).toISOString().slice(11, 16)} UTC)` : text;
}

/** Fri 2026-11-27 */
function dayText(date: number): string {
  return `${WEEKDAYS[weekdayOf(dayOfDate(date))]} ${isoDate(date)}`;
}

/** Cells below each other, two blanks between them. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
}

function wrapped(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line.length + word.length >= 80) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

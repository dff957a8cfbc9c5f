import type { Arguments } from "yargs";
import { allCalendars, calendarNamed } from "../core/calendar/calendars.js";
import { coloured, plain } from "../report/paint.js";
import { calendarJson } from "./calendar-json.js";
import { calendarReport, yearAt } from "./calendar-report.js";
import { calendarList, calendarText } from "./calendar-text.js";
import { CliError } from "./errors.js";
import { DONE } from "./exit-code.js";
import { Flags, type FlagTable } from "./flags.js";

export const tells = `Shows when an exchange trades: now and in the next sessions, on a date, or over a year.

  exchange  Such as XNYS, NYSE, IBIS or CME-EQUITY; without one, all calendars are listed`;

export const flags = {
  on: { type: "string", describe: "What a date is, such as 2026-11-27, and when the next session opens" },
  year: { type: "string", describe: "The closed and the short days of a year, such as 2027" },
  json: { type: "boolean", describe: "Print all as JSON, every session of the year included" },
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 1);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const paint = process.stdout.isTTY === true && process.stdout.hasColors() ? coloured : plain;
  const exchange = line.argument(0);
  if (exchange === undefined) {
    for (const flag of ["on", "year", "json"])
      if (line.has(flag)) throw new CliError("ARGUMENT_MISSING", { command: "calendar", what: "an exchange" });
    process.stdout.write(calendarList(allCalendars(), paint));
    return DONE;
  }
  const calendar = calendarNamed(exchange);
  const on = dateOf(line);
  const year = line.number("year", "a year, such as 2027", Number.isInteger);
  const now = Date.now();
  const question = on === undefined && year === undefined ? { now, year: yearAt(calendar, now) } : { on, year };
  const report = calendarReport(calendar, question);
  process.stdout.write(line.switch("json") ? calendarJson(report) : calendarText(report, paint));
  return DONE;
}

/** The date that --on names, as yyyymmdd; that it exists is for the calendar to say. */
function dateOf(line: Flags): number | undefined {
  const text = line.text("on");
  if (text === undefined) return undefined;
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match !== null) return Number(match.slice(1).join(""));
  throw new CliError("FLAG_VALUE", { flag: "--on", value: `"${text}"`, rule: "a date such as 2026-11-27", hint: "" });
}

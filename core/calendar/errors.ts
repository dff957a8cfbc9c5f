import { type ErrorDetails, type ErrorTable, SeatrialError } from "../errors.js";

export const CALENDAR_ERRORS = {
  SESSIONS_INVALID: {
    sentence: "Session {index} opens at {open} and closes at {close}, {problem}.",
    remedy: "Sessions are in order of time, open before they close and do not overlap.",
  },
  CALENDAR_UNKNOWN: {
    sentence: 'There is no calendar of the exchange "{exchange}".',
    remedy: "{hint}",
  },
  CALENDAR_ABSENT: {
    sentence: "The hours of {symbol} on {exchange} are in no calendar.",
    remedy: "{hint}",
  },
  CALENDAR_DATE_OUTSIDE: {
    sentence: "The calendar {calendar} does not know {date}: it goes from {from} to {to}.",
    remedy: "Ask for a date that it covers; a run over other dates needs sessions of its own.",
  },
  CALENDAR_DATE_INVALID: {
    sentence: "There is no date {date}.",
    remedy: "Write a date of the calendar, such as 2026-11-27.",
  },
  SCHEDULE_INVALID: {
    sentence: "The schedule {schedule} cannot be kept.",
    remedy: "{problem}, such as { beforeClose: 5 }.",
  },
} as const satisfies ErrorTable;

/** A calendar that cannot be, or a question that no calendar can answer. */
export class CalendarError extends SeatrialError {
  constructor(code: keyof typeof CALENDAR_ERRORS, details: ErrorDetails = {}) {
    super(CALENDAR_ERRORS, code, details);
  }
}

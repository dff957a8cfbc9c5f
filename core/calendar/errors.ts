import { type ErrorDetails, type ErrorTable, SeatrialError } from "../errors.js";

export const CALENDAR_ERRORS = {
  SESSIONS_INVALID: {
    sentence: "Session {index} opens at {open} and closes at {close}, {problem}.",
    remedy: "Sessions are in order of time, open before they close and do not overlap.",
  },
} as const satisfies ErrorTable;

/** A calendar that cannot be. */
export class CalendarError extends SeatrialError {
  constructor(code: keyof typeof CALENDAR_ERRORS, details: ErrorDetails = {}) {
    super(CALENDAR_ERRORS, code, details);
  }
}

import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const DRILL_ERRORS = {
  DRILL_IDLE: {
    sentence: "No order of {strategy} has filled in {minutes} minutes of the market: there is nothing to drill.",
    remedy: "Name other data with --data, more money with --cash, or parameters with which it trades sooner.",
  },
  DRILL_SPOILT: {
    sentence: "The run without a failure has not gone as it should: {problem}.",
    remedy: "Run `seatrial paper {file} --speed max` and look at the log of the session.",
  },
} as const satisfies ErrorTable;

/** Something that keeps a strategy from being drilled. */
export class DrillError extends SeatrialError {
  constructor(code: keyof typeof DRILL_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(DRILL_ERRORS, code, details, cause);
  }
}

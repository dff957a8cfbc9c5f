import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const SESSION_ERRORS = {
  LOCKSTEP_FAILED: {
    sentence: "The lockstep channel on port {port} cannot be used: {reason}.",
    remedy: "Take the port that the simulated gateway has printed, at the speed max.",
  },
} as const satisfies ErrorTable;

/** Something that keeps a session from running. */
export class SessionError extends SeatrialError {
  constructor(code: keyof typeof SESSION_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(SESSION_ERRORS, code, details, cause);
  }
}

import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const RECORDING_ERRORS = {
  RECORDING_MISSING: {
    sentence: "There is no recording of a session in {folder}.",
    remedy: "A session records what it is given unless it is told not to: start one with `seatrial paper`.",
  },
  RECORDING_UNKNOWN: {
    sentence: 'The session has no recording "{name}".',
    remedy: "It has {known}.",
  },
  RECORDING_NEWER: {
    sentence: "The recording {folder} was written by a newer Seatrial (format {version}, known is {known}).",
    remedy: "Use that version, or a newer one.",
  },
  RECORDING_DAMAGED: {
    sentence: "The recording {folder} cannot be read: line {line} {problem}.",
    remedy: "Compare another one; what was recorded before that line is whole.",
  },
} as const satisfies ErrorTable;

/** A recording of a session that cannot be read. */
export class RecordingError extends SeatrialError {
  constructor(code: keyof typeof RECORDING_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(RECORDING_ERRORS, code, details, cause);
  }
}

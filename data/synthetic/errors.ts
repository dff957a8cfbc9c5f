import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const SYNTHETIC_ERRORS = {
  SYNTHETIC_KEY_UNKNOWN: {
    sentence: 'A synthetic market has no setting "{key}".',
    remedy: "{hint}Settings are {keys}.",
  },
  SYNTHETIC_KEY_TWICE: {
    sentence: 'The setting "{key}" of the synthetic market is there twice.',
    remedy: "Remove one of the two.",
  },
  SYNTHETIC_VALUE_INVALID: {
    sentence: "A synthetic market cannot have {key}={value}.",
    remedy: "{rule}",
  },
} as const satisfies ErrorTable;

/** A synthetic market that cannot be made as described. */
export class SyntheticError extends SeatrialError {
  constructor(code: keyof typeof SYNTHETIC_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(SYNTHETIC_ERRORS, code, details, cause);
  }
}

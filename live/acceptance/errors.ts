import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const ACCEPTANCE_ERRORS = {
  SIMULATED_UNANSWERED: {
    sentence: 'The simulated gateway has not answered in the step "{step}": {problem}.',
    remedy: "Run it again; if it happens again, this is a bug worth reporting.",
  },
} as const satisfies ErrorTable;

/** Something that keeps a gateway from being held against the simulated one. */
export class AcceptanceError extends SeatrialError {
  constructor(code: keyof typeof ACCEPTANCE_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(ACCEPTANCE_ERRORS, code, details, cause);
  }
}

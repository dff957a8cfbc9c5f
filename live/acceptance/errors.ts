import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const ACCEPTANCE_ERRORS = {
  SIMULATED_UNANSWERED: {
    sentence: 'The simulated gateway has not answered in the step "{step}": {problem}.',
    remedy: "Run it again; if it happens again, this is a bug worth reporting.",
  },
  CONNECTION_GONE: {
    sentence: "Broken off: the connection was lost on the way, and steps could not be gone for lack of it.",
    remedy: "See that TWS or IB Gateway stays logged in, and run it again.",
  },
  ORDERS_UNTRIED: {
    sentence: "{extent} of orders was tried: the API of TWS is read-only.",
    remedy: 'Clear "Read-Only API" under Global Configuration, API, Settings, and run it again.',
  },
} as const satisfies ErrorTable;

/** Something that keeps a gateway, or a whole part of it, from being held against the simulated one. */
export class AcceptanceError extends SeatrialError {
  constructor(code: keyof typeof ACCEPTANCE_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(ACCEPTANCE_ERRORS, code, details, cause);
  }
}

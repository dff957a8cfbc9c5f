import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const HISTORY_ERRORS = {
  HISTORY_SIZE: {
    sentence: "{source} has no bars of {size}.",
    remedy: "{hint}It has {sizes}.",
  },
  HISTORY_RANGE_FUTURE: {
    sentence: "{from} lies in the future: it is {now} at {source}.",
    remedy: "Choose an earlier --from.",
  },
  HISTORY_RANGE_REVERSED: {
    sentence: "{from} is not before {to}.",
    remedy: "Exchange --from and --to.",
  },
  HISTORY_FROM_MISSING: {
    sentence: "Nothing is stored of {series}, so it must be said from when on it is wanted.",
    remedy: "Add --from, such as --from {example}.",
  },
} as const satisfies ErrorTable;

/** History that was asked for in a way that no download can be made of. */
export class HistoryError extends SeatrialError {
  constructor(code: keyof typeof HISTORY_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(HISTORY_ERRORS, code, details, cause);
  }
}

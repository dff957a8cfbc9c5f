import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const IB_ERRORS = {
  IB_ZONE_UNKNOWN: {
    sentence: 'IB gives the hours of {symbol} in the time zone "{zone}", which is not known.',
    remedy: "Nothing is traded by hours that may be wrong: update Seatrial, or report the name with the instrument.",
  },
  IB_HOURS_UNREADABLE: {
    sentence: 'IB gives the hours "{text}", which cannot be read: {problem}.',
    remedy: "Nothing is traded by hours that may be wrong: update Seatrial, or report the text with the instrument.",
  },
} as const satisfies ErrorTable;

/** Something that IB says and nobody here understands. */
export class IbError extends SeatrialError {
  constructor(code: keyof typeof IB_ERRORS, details: ErrorDetails = {}) {
    super(IB_ERRORS, code, details);
  }
}

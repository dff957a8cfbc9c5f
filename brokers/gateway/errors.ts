import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const GATEWAY_ERRORS = {
  PORT_IN_USE: {
    sentence: "Port {port} is taken by another program.",
    remedy: "Name another port with --port, or end that program: TWS, IB Gateway or another simulated one.",
  },
  PORT_REFUSED: {
    sentence: "Port {port} cannot be listened on: {reason}.",
    remedy: "Name another port with --port, such as 4002.",
  },
  ACCOUNT_INVALID: {
    sentence: '"{account}" cannot be the id of a simulated account.',
    remedy: "Write a D and letters or digits, such as DU1234567: a simulated account is a paper account.",
  },
  ACCOUNT_TWICE: {
    sentence: "The account {account} is named twice.",
    remedy: "Leave one of the two out.",
  },
  DATA_WITHOUT_BARS: {
    sentence: "{symbol} has no bars, and nothing can be quoted without.",
    remedy: "Name data that has bars, such as sample or synthetic.",
  },
  START_OUTSIDE_DATA: {
    sentence: "{start} lies outside of the data, which lasts from {first} to {last}.",
    remedy: "Name a date between the two with --from.",
  },
} as const satisfies ErrorTable;

/** A simulated gateway that cannot be started as described. */
export class GatewayError extends SeatrialError {
  constructor(code: keyof typeof GATEWAY_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(GATEWAY_ERRORS, code, details, cause);
  }
}

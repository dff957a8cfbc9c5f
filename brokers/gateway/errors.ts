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
    remedy: "Name a date from the first to the last with --from.",
  },
  FAULT_FILE: {
    sentence: "The faults in {file} cannot be read: {reason}.",
    remedy: "Look into docs/simulated-gateway.md for how faults are written.",
  },
  FAULT_PLAN: {
    sentence: "The plan of faults cannot be meant: {problem}.",
    remedy: 'Write a list such as [{"at": "+5min", "fault": "cut"}].',
  },
  FAULT_UNKNOWN: {
    sentence: "There is no fault {name}.",
    remedy: "{hint}Faults are {names}.",
  },
  FAULT_FIELD: {
    sentence: "The fault {fault} has {field}={value}.",
    remedy: "It must be {rule}.",
  },
  FAULT_FIELD_UNKNOWN: {
    sentence: 'The fault {fault} has no "{field}".',
    remedy: "{hint}It may have {fields}.",
  },
  FAULT_WHEN: {
    sentence: "The fault {fault} {problem}.",
    remedy:
      'Write "at" with "+5min", "open+5min", "close-1min" or a time such as "2020-01-20T17:00:00Z", or "on" with a request such as "placeOrder" and, for a later one, "count".',
  },
} as const satisfies ErrorTable;

/** A simulated gateway that cannot be started as described. */
export class GatewayError extends SeatrialError {
  constructor(code: keyof typeof GATEWAY_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(GATEWAY_ERRORS, code, details, cause);
  }
}

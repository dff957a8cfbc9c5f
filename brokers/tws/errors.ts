import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";
import type { Meaning } from "../ib/codes.js";

export const TWS_ERRORS = {
  TWS_UNREACHABLE: {
    sentence: "Nothing answers on {host}:{port} ({reason}).",
    remedy: "Start TWS or IB Gateway and log in; `seatrial doctor` finds out where one listens and what is in the way.",
  },
  TWS_HUNG_UP: {
    sentence: "{host}:{port} took the connection and closed it before the greeting was over.",
    remedy:
      "`seatrial doctor` finds out why: mostly an address that TWS does not trust, or a proxy with nothing behind it.",
  },
  TWS_SILENT: {
    sentence: "{host}:{port} took the connection and has not greeted within {seconds} s.",
    remedy: "Look for a dialog in TWS that asks whether to accept the connection, and run `seatrial doctor`.",
  },
  TWS_VERSION: {
    sentence: "The TWS at {host}:{port} speaks version {version} of the protocol; {least} to {most} are understood.",
    remedy: "Update TWS or IB Gateway, and Seatrial.",
  },
  TWS_REFUSED: {
    sentence: "TWS refused the connection with code {code}: {says}",
    remedy: "{remedy}",
  },
  CLIENT_ID_TAKEN: {
    sentence: "Another program is connected to {host}:{port} as client {clientId}.",
    remedy:
      "Stop it, or name another id with --client-id; after a lost connection TWS frees the id within a minute or two.",
  },
  NO_ORDER_ID: {
    sentence: "{host}:{port} has greeted and told no next order id within {seconds} s, so nothing may be sent.",
    remedy: "TWS is still logging in, or waits in a dialog: look at it, then try again.",
  },
  ORDER_IDS_TOO_HIGH: {
    sentence: "The next order id is {next}; order ids must stay below {limit} to be told from request ids.",
    remedy: 'Use another client id, or press "Reset API order ID sequence" under Global Configuration, API, Settings.',
  },
  UPSTREAM_LOST: {
    sentence: "TWS runs and has no connection to IB.",
    remedy: "Look at TWS: it may ask for a login, or IB may be resetting; it tries again by itself.",
  },
  SYNCHRONISING_FAILED: {
    sentence: "The state of the account could not be read: {reason}.",
    remedy: "It is tried again over a new connection.",
  },
  CONNECTION_LOST: {
    sentence: "The connection to TWS was lost while {what} was under way: {reason}.",
    remedy: "It is connected again by itself; what was asked for has to be asked for again.",
  },
  NOT_CONNECTED: {
    sentence: "There is no connection to TWS, so {what} was not sent.",
    remedy: "Wait until the connection is ready.",
  },
  CONNECTION_CLOSED: {
    sentence: "The connection to TWS was closed while {what} was under way.",
    remedy: "",
  },
  REQUEST_REFUSED: {
    sentence: "TWS answered {what} with code {code}: {text}",
    remedy: "{says} {remedy}",
  },
  REQUEST_TIMED_OUT: {
    sentence: "TWS has not answered {what} within {seconds} s.",
    remedy: "Try again; if it happens each time, run `seatrial doctor`.",
  },
  REQUEST_CANCELLED: {
    sentence: "The wait for {what} was broken off.",
    remedy: "",
  },
  ANSWER_UNREADABLE: {
    sentence: "What TWS answered to {what} cannot be read: {problem}.",
    remedy: "Report it with a recording of the traffic, made with --record.",
  },
  CONTRACT_UNKNOWN: {
    sentence: "IB has no contract for {symbol} as a {assetClass} at {exchange} in {currency}.",
    remedy: "{hint}Correct the symbol, or say what it is under instruments in the configuration.",
  },
  CONTRACT_AMBIGUOUS: {
    sentence: "{symbol} may be {count} contracts: {candidates}.",
    remedy: "Choose one, as in `seatrial contract {symbol} --number {number} --choose`.",
  },
  CONTRACT_UNREAD: {
    sentence: "Nothing is known of the contract of {symbol} at the broker, so no order of it can be made.",
    remedy: "Name it among the instruments of the session.",
  },
  QUANTITY_TOO_SMALL: {
    sentence: "{quantity} {symbol} is less than the smallest order of {least}.",
    remedy: "Order more at once.",
  },
  PRICE_TOO_SMALL: {
    sentence: "{symbol} is priced in steps of {step}: nothing is left of a {field} of {price}.",
    remedy: "Use a price of at least one step.",
  },
  BARS_NOT_UPDATED: {
    sentence: "TWS does not keep bars of {size} up to date.",
    remedy: "Take bars of 5 seconds to a day, of a size that IB has; larger ones are built from them.",
  },
  HISTORY_TOO_LONG: {
    sentence: "The {what} since {from} are too many for one answer of TWS.",
    remedy: "Take larger bars, or a shorter warm-up.",
  },
  LINES_EXCEEDED: {
    sentence: "The session needs {needed} market data lines; the account has {most}.",
    remedy: "Trade fewer instruments, buy quote boosters, or say in the configuration how many lines the account has.",
  },
  RECORDING_IN_THE_WAY: {
    sentence: "{file} is there already, and no recording is written over it.",
    remedy: "Name another file with --record.",
  },
  RECORDING_UNWRITABLE: {
    sentence: "The recording {file} cannot be written: {reason}.",
    remedy: "Name another file with --record, or make room and rights where it is.",
  },
  RECORDING_UNREADABLE: {
    sentence: "Line {line} of the recording cannot be read: {problem}.",
    remedy: "Take the file as --record has written it.",
  },
} as const satisfies ErrorTable;

export type TwsErrorCode = keyof typeof TWS_ERRORS;

/** A code of TWS with its text and what it means to whoever asked. */
export interface Refusal extends Meaning {
  readonly code: number;
  readonly text: string;
}

/** Something that TWS or the way to it did not do. */
export class TwsError extends SeatrialError {
  declare readonly code: TwsErrorCode;
  /** What TWS said, where it said something. Decide by its class. */
  readonly refusal: Refusal | undefined;

  constructor(code: TwsErrorCode, details: ErrorDetails = {}, reason: { cause?: unknown; refusal?: Refusal } = {}) {
    super(TWS_ERRORS, code, details, reason.cause);
    this.refusal = reason.refusal;
  }
}

/** The error of a request that TWS answered with a code. */
export function refused(what: string, refusal: Refusal): TwsError {
  const { code, says, remedy } = refusal;
  const text = /[.!?]$/.test(refusal.text) ? refusal.text : `${refusal.text}.`;
  return new TwsError("REQUEST_REFUSED", { what, code, text, says, remedy }, { refusal });
}

/** The error of an answer that is not what it should be. */
export function unreadable(what: string, problem: unknown): TwsError {
  const text = (problem instanceof Error ? problem.message : String(problem)).replace(/\.$/, "");
  return new TwsError("ANSWER_UNREADABLE", { what, problem: text }, { cause: problem });
}

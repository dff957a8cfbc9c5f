import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const LADDER_ERRORS = {
  RUNGS_MISSING: {
    sentence: "This version of {strategy} cannot go live yet: {missing}.",
    remedy: '{how} Where it has to start all the same, give --override "reason"; that is put on record.',
  },
  OVERRIDE_WORDLESS: {
    sentence: "--override needs a reason of at least three words.",
    remedy: 'Say why, as in --override "hotfix of a typing error in a log message".',
  },
  CAPS_MISSING: {
    sentence: "Live trading does not start without caps of its own, and {caps} not set.",
    remedy: "Set {names} under guards in the configuration; docs/guards.md has their units.",
  },
  ACCOUNT_UNTYPED: {
    sentence: "No account is typed in.",
    remedy:
      "Give --account with the id of the account that is to trade; that the configuration names it does not count.",
  },
  ACCOUNT_CONTRADICTED: {
    sentence: "The account that was typed in, {typed}, is not the one of the configuration, {configured}.",
    remedy: "Correct one of the two.",
  },
  ACCOUNT_ABSENT: {
    sentence: "The login at {place} has {accounts}, and not the account {typed}.",
    remedy: "Log in as the user who has it, or name another account.",
  },
  ACCOUNT_SEVERAL: {
    sentence: "The login at {place} has several accounts: {accounts}.",
    remedy: "Name the one that is to trade with --account.",
  },
  ACCOUNT_IS_PAPER: {
    sentence: "{account} is a paper account, and `seatrial live` trades real money.",
    remedy: "Use `seatrial paper`, or name the live account.",
  },
  ACCOUNT_IS_LIVE: {
    sentence: "{account} is a live account, and `seatrial {command}` trades none.",
    remedy: "Log in to the paper account; its id begins with D.",
  },
  PORT_IS_PAPER: {
    sentence:
      "At the port {port} listens what is logged in to a paper account, as a rule, and `seatrial live` trades real money.",
    remedy: "Use `seatrial paper`, or name the port of the live login: 7496 of TWS, 4001 of IB Gateway.",
  },
  PORT_IS_LIVE: {
    sentence:
      "At the port {port} listens what is logged in to a live account, as a rule, and `seatrial {command}` trades none.",
    remedy: "Name the port of the paper login: 7497 of TWS, 4002 of IB Gateway.",
  },
  EVIDENCE_UNWRITABLE: {
    sentence: "It could not be put on record for the launch ladder in {file}: {reason}.",
    remedy: "Make room and rights there, or set SEATRIAL_STATE to another folder, and run it again.",
  },
} as const satisfies ErrorTable;

/** Why a strategy may not trade where it is told to. */
export class LadderError extends SeatrialError {
  constructor(code: keyof typeof LADDER_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(LADDER_ERRORS, code, details, cause);
  }
}

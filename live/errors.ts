import { type ErrorDetails, type ErrorTable, SeatrialError } from "../core/errors.js";

export const LIVE_ERRORS = {
  JOURNAL_MISSING: {
    sentence: "There is no journal at {path}.",
    remedy: "Start the session first, or name the file of one that has run.",
  },
  JOURNAL_GONE: {
    sentence: "The session {name} has run, and its journal {path} is not there any more.",
    remedy: "Look at orders and positions in TWS; put the file back, or start a session under a new name.",
  },
  JOURNAL_FOREIGN: {
    sentence: "{path} is a database, and not a journal of a session.",
    remedy: "Name another file; this one is left as it is.",
  },
  JOURNAL_NEWER: {
    sentence: "The journal {path} was written by a newer Seatrial (schema {version}, known is {known}).",
    remedy: "Use that version, or a newer one.",
  },
  JOURNAL_OF_ANOTHER: {
    sentence: "The journal {path} belongs to {field} {owner}, and this session has {own}.",
    remedy: "Start the session as it was, or give it a new name.",
  },
  JOURNAL_FAILED: {
    sentence: "The journal {path} cannot be written: {reason}.",
    remedy: "Nothing was sent that is not in it. Make room or mend the disk, then start the session again.",
  },
  JOURNAL_SHARED: {
    sentence: "Another program has written to the journal {path} while this session runs.",
    remedy: "Nothing was sent that is not in it. End the other one, then start the session again.",
  },
  JOURNAL_DAMAGED: {
    sentence: "The journal {path} is damaged: {reason}.",
    remedy: "Keep the file. Look at orders and positions in TWS, then start a session under a new name.",
  },
  ADOPT_UNKNOWN: {
    sentence: "There is nothing foreign to adopt under {what}.",
    remedy: "Reconcile, and take the name from what is listed as foreign.",
  },
  ADOPT_ENDED: {
    sentence: "Order {what} has ended, and fills nothing any more: it is {status}.",
    remedy: "What it has filled is in the foreign position: `seatrial adopt {symbol}` takes that.",
  },
  ADOPT_UNTRADED: {
    sentence: "{what} is in {symbol}, which this run does not trade: nothing would look after it.",
    remedy: "Start the session with {symbol} among its symbols and adopt it then, or close it in TWS.",
  },
  SETTLE_UNKNOWN: {
    sentence: "The session has no order {intent}.",
    remedy: "Give the ref of an order without a trace, as `seatrial status` shows it.",
  },
  SETTLE_KNOWN: {
    sentence: "Order {intent} is not lost: it is {state}.",
    remedy: "Only an order whose fate the broker does not tell can be settled by hand.",
  },
  SETTLE_INVALID: {
    sentence: "Order {intent} cannot have filled {quantity} units at {price}: {left} are open.",
    remedy: "Name the units that have filled, above 0 and not above what is open, and their price.",
  },
  NAME_INVALID: {
    sentence: "The difference of {symbol} is {difference}, and not {quantity}.",
    remedy: "Reconcile, then name exactly the difference that is shown.",
  },
  STOP_UNFINISHED: {
    sentence: "The session goes on, for it has not closed its positions yet: {what}.",
    remedy:
      "It goes on closing them: stop it again when `seatrial status` shows that nothing waits. Without closing them, `seatrial stop` ends it at once.",
  },
} as const satisfies ErrorTable;

/** A live session's record that cannot be kept, or an operator's order to it that cannot be carried out. */
export class LiveError extends SeatrialError {
  constructor(code: keyof typeof LIVE_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(LIVE_ERRORS, code, details, cause);
  }
}

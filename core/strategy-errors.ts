import { type ErrorDetails, type ErrorTable, SeatrialError } from "./errors.js";

export const STRATEGY_ERRORS = {
  PARAM_UNKNOWN: {
    sentence: '{strategy} has no parameter "{name}".',
    remedy: "{hint}",
  },
  PARAM_INVALID: {
    sentence: "The parameter {name} of {strategy} is {value}; it must be {rule}.",
    remedy: "The nearest right value is {nearest}.",
  },
  PARAM_TYPE: {
    sentence: "The parameter {name} of {strategy} is {value}; it must be {rule}.",
    remedy: "Correct the value.",
  },
  NOT_IN_A_RUN: {
    sentence: "{what} was used outside of a run.",
    remedy:
      "A strategy is started by a run, such as backtest(); in fields and in the constructor only indicator(), subscribe(), warmUp() and schedule() work.",
  },
  NOT_IN_A_HANDLER: {
    sentence: "An order was made, changed or cancelled outside of a handler.",
    remedy:
      "Do it in onStart, onBar or another handler: what runs in between (timers, promises) is not part of the run's time.",
  },
  TOO_LATE: {
    sentence: "{what} was called after the run had begun.",
    remedy: "Declare indicators and subscriptions in fields or in the constructor, so that they can be warmed up.",
  },
  HANDLER_PROMISE: {
    sentence: "{handler} of {strategy} returned a promise.",
    remedy:
      "Handlers are synchronous: remove async and await; what was awaited would arrive after the market has moved on.",
  },
  HANDLER_FAILED: {
    sentence: "{handler} of {strategy} failed at {time} ({where}): {message}",
    remedy: "",
  },
  CONSTRUCTOR_FAILED: {
    sentence: "The constructor of {strategy} failed: {message}",
    remedy: "",
  },
  CONSTRUCTOR_MISSING: {
    sentence: "{strategy} does not extend Strategy.",
    remedy: "Write `class {strategy} extends Strategy` with Strategy imported from seatrial.",
  },
  STATE_UNKEPT: {
    sentence: "{strategy} keeps {what} in {where}, which would not come back after a restart.",
    remedy:
      "Keep plain values there: text, finite numbers, true, false, null, and lists and objects of these; of a Date its getTime(), of a Map or Set its entries in a list.",
  },
  WARM_UP_TOO_LONG: {
    sentence: "{strategy} needs {needed} bars to warm up, and the data ended before it could begin.",
    remedy: "Give it more data, an earlier start, or shorter indicators.",
  },
  READ_AMBIGUOUS: {
    sentence: "{indicator} was read where no bar is being handled, and it follows several series.",
    remedy: 'Pin it: this.indicator(…, { of: "SPY", bar: "1day" }), or read it as {indicator}.of("SPY").',
  },
  HISTORY_COUNT: {
    sentence: "history({symbol}, {count}) asks for a number of bars that there cannot be.",
    remedy: "Ask for a whole number of bars, 1 or more; Infinity asks for all there are.",
  },
  SERIES_UNKNOWN: {
    sentence: "{strategy} asks for {series}, which this run does not have.",
    remedy: "{hint}",
  },
} as const satisfies ErrorTable;

/** A strategy that cannot be built, started or gone on with. */
export class StrategyError extends SeatrialError {
  constructor(code: keyof typeof STRATEGY_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(STRATEGY_ERRORS, code, details, cause);
  }
}

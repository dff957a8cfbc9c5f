import { type ErrorDetails, type ErrorTable, SeatrialError } from "../errors.js";

export const ORDER_ERRORS = {
  QUANTITY_INVALID: {
    sentence: "An order for {symbol} has quantity={quantity}.",
    remedy: "A quantity is a number above 0; the side says which way.",
  },
  SIDE_UNKNOWN: {
    sentence: 'An order for {symbol} has the side "{side}".',
    remedy: 'It is "buy" or "sell".',
  },
  QUANTITY_STEP: {
    sentence: "An order for {symbol} has quantity={quantity}, which is not a multiple of {step}.",
    remedy: "Round it, for example to {nearest}, or set quantityStep on the instrument.",
  },
  TARGET_INVALID: {
    sentence: "The target for {symbol} is {target}.",
    remedy:
      "A target is a finite number: units for target, money for targetValue, a fraction of equity for targetPercent.",
  },
  PRICE_MISSING: {
    sentence: "A {type} order for {symbol} has no {field}.",
    remedy: "Give it {field} in the instrument's currency.",
  },
  OPTION_UNKNOWN: {
    sentence: 'There is no option "{key}" of {what}.',
    remedy: "{hint}",
  },
  OPTION_UNDEFINED: {
    sentence: 'The option "{key}" of {what} is undefined.',
    remedy: "Give it a value; where there is to be none, leave it out altogether.",
  },
  PRICE_UNUSED: {
    sentence: "A {type} order for {symbol} has {field}, which such an order does not use.",
    remedy: "Leave it out, or choose the type that uses it.",
  },
  TRAIL_OTHER: {
    sentence: "A {type} order for {symbol} follows by {has}, and a change gives it {field}.",
    remedy: "Change {has}, or cancel the order and make another.",
  },
  PRICE_INVALID: {
    sentence: "An order for {symbol} has {field}={value}.",
    remedy: "A price is a finite number{above}.",
  },
  ORDER_TYPE_UNKNOWN: {
    sentence: 'The order type "{type}" is not known.',
    remedy: "{hint}",
  },
  TIF_UNKNOWN: {
    sentence: 'The time in force "{tif}" is not known.',
    remedy: "It is one of DAY, GTC, GTD, IOC, FOK, OPG.",
  },
  TIF_UNFIT: {
    sentence: "A {type} order for {symbol} cannot be {tif}.",
    remedy: "{hint}",
  },
  GOOD_TILL_MISSING: {
    sentence: "A GTD order for {symbol} has goodTill={value}.",
    remedy: "Give it goodTill, an instant after now in epoch ms UTC.",
  },
  GOOD_TILL_UNUSED: {
    sentence: "An order for {symbol} has goodTill, and is {tif}.",
    remedy: 'Give it tif: "GTD", which ends at goodTill, or leave that out.',
  },
  BRACKET_INVALID: {
    sentence: "The bracket for {symbol} has {problem}.",
    remedy:
      "Of a long bracket the stop loss lies below the entry and the take profit above it; of a short one the reverse.",
  },
  PARENT_INVALID: {
    sentence: "An order for {symbol} names a parent that is {status}.",
    remedy: "A child joins a parent that has not filled or ended yet.",
  },
  NO_PRICE: {
    sentence: "{symbol} has no price yet, so a {what} cannot be turned into units.",
    remedy: "Wait for its first bar or quote.",
  },
  PRICE_WITHOUT_VALUE: {
    sentence: "The price of {symbol} is {price} now, so a {what} cannot be turned into units.",
    remedy: "Name units instead: target() takes them.",
  },
  NOT_MODIFIABLE: {
    sentence: "Order {order} of {symbol} is {status} and cannot be modified.",
    remedy: "Look at order.isWorking first.",
  },
} as const satisfies ErrorTable;

/** An order that cannot be meant: a mistake in the strategy, not a decision of a guard or the broker. */
export class OrderError extends SeatrialError {
  constructor(code: keyof typeof ORDER_ERRORS, details: ErrorDetails = {}) {
    super(ORDER_ERRORS, code, details);
  }
}

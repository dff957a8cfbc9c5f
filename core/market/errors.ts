import { type ErrorDetails, type ErrorTable, SeatrialError } from "../errors.js";

export const MARKET_ERRORS = {
  BAR_SIZE_UNKNOWN: {
    sentence: 'The bar size "{text}" is not known.',
    remedy:
      "Write a number and a unit, such as 30sec, 1min, 5min, 1hour, 1day, 1week or 1month; or 500tick, 10000volume or 1000000value.",
  },
  BAR_SIZE_NOT_OF_TIME: {
    sentence: "Bars of {size} are not bars of time.",
    remedy:
      "They are built in a run out of trades or smaller bars: subscribe to them, or name them with --bar of a backtest.",
  },
  INSTRUMENT_INVALID: {
    sentence: "The instrument {symbol} has {field}={value}.",
    remedy: "{rule}",
  },
  INSTRUMENT_UNKNOWN: {
    sentence: 'The instrument "{symbol}" is not part of this run.',
    remedy: "{hint}",
  },
  BAR_UNSORTED: {
    sentence: "{series}: the bar at {time} (row {row}) starts before the bar in front of it.",
    remedy: "Sort the bars by time.",
  },
  BAR_DUPLICATE: {
    sentence: "{series}: the bar at {time} (row {row}) is there twice.",
    remedy: "Remove one of the two.",
  },
  BAR_OVERLAP: {
    sentence: "{series}: the bar at {time} (row {row}) starts before the bar in front of it has ended.",
    remedy: "Check the bar size and the times.",
  },
  BAR_PRICE_INVALID: {
    sentence: "{series}: the bar at {time} (row {row}) has {field}={value}.",
    remedy: "Prices must be finite numbers above 0; set negativePrices on the instrument if it can trade below 0.",
  },
  BAR_RANGE_INVALID: {
    sentence: "{series}: the bar at {time} (row {row}) has {field}={value} outside low={low} to high={high}.",
    remedy: "Correct the row; open and close lie within low and high.",
  },
  BAR_VOLUME_INVALID: {
    sentence: "{series}: the bar at {time} (row {row}) has volume={value}.",
    remedy: "Volume is 0 or more; leave the column out where it is not known.",
  },
  ADJUSTMENT_IMPOSSIBLE: {
    sentence: 'Prices seen as "{from}" cannot be seen as "{to}".',
    remedy: "Begin with prices that less has been taken out of: raw ones lead to all views.",
  },
  KEPT_BAR: {
    sentence: "{strategy} read {field} of a bar of {symbol} after the handler it was given to had returned.",
    remedy: "A bar is a view that moves on: copy the numbers you need, or ask history() for earlier bars.",
  },
} as const satisfies ErrorTable;

/** Market data or an instrument that cannot be what it says. */
export class MarketError extends SeatrialError {
  constructor(code: keyof typeof MARKET_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(MARKET_ERRORS, code, details, cause);
  }
}

import { type ErrorDetails, type ErrorTable, SeatrialError } from "../core/errors.js";

export const BACKTEST_ERRORS = {
  OUTPUT_UNWRITABLE: {
    sentence: "The folder {folder} cannot be written: {reason}.",
    remedy: "Name another folder for the output, or make room and rights in this one; nothing in it was changed.",
  },
  REPORT_INCOMPLETE: {
    sentence: "The file {file} of the installation, which the report is made of, cannot be read: {reason}.",
    remedy: "Install seatrial again.",
  },
  DATA_MISSING: {
    sentence: "There is no data to run on.",
    remedy: 'Name some, such as data: "sample", or pass series of bars.',
  },
  TICKS_UNSORTED: {
    sentence:
      "The {kind} of {symbol} have time={time} in row {row}, which is no instant or lies before the row in front.",
    remedy: "Sort them by time, in epoch ms UTC.",
  },
  OPTION_UNKNOWN: {
    sentence: 'A backtest has no option "{name}".',
    remedy: "{hint}",
  },
  OPTION_KEY: {
    sentence: "backtest(): {key} is not a setting.",
    remedy: "{hint}",
  },
  OPTION_VALUE: {
    sentence: "backtest(): {key} is {value}; it must be {rule}.",
    remedy: "{hint}",
  },
  OPTIONS_INVALID: {
    sentence: "backtest() is given {count} mistakes:{list}",
    remedy: "",
  },
  STRATEGY_NO_CLASS: {
    sentence: "The strategy of the backtest is {strategy}; it must be a class that extends Strategy.",
    remedy: 'Import the class, such as `import MyStrategy from "./my-strategy.js"`, and pass it: strategy: MyStrategy.',
  },
  INSTRUMENT_ABSENT: {
    sentence: 'Settings are given for the instrument "{symbol}", and the data has none of that name.',
    remedy: "{hint}",
  },
  TICK_TOO_LARGE: {
    sentence: "A tick of {symbol} is {tick}, and its prices are around {price}.",
    remedy: "Say the step of its prices in the configuration, as tickSize of the instrument.",
  },
  RANGE_EMPTY: {
    sentence: "There is no bar {range}; the data goes from {first} to {last}.",
    remedy: "Choose from and to within it.",
  },
  RANGE_REVERSED: {
    sentence: "The run goes from {from} to {to}, which is earlier.",
    remedy: "Swap the two, or leave one out.",
  },
  TIME_UNREADABLE: {
    sentence: 'The {name} of the run, "{value}", is not a time.',
    remedy: "Write a date such as 2020-01-31, or an instant such as 2020-01-31T15:30:00Z.",
  },
  CASH_INVALID: {
    sentence: "The run begins with cash={cash}.",
    remedy: "Give it an amount above 0 in the base currency.",
  },
  SETTING_UNKNOWN: {
    sentence: 'The setting {name} is "{value}".',
    remedy: "It is one of {choices}.",
  },
  SETTING_INVALID: {
    sentence: "The setting {name} is {value}.",
    remedy: "It must be {rule}.",
  },
  RATE_MISSING: {
    sentence: "{symbol} trades in {currency}, and nothing tells what that is worth in {base}.",
    remedy: "Add bars of the pair {pair} to the data, or give rates: { {currency}: … }.",
  },
  BENCHMARK_UNKNOWN: {
    sentence: 'The benchmark "{symbol}" is not among the instruments {known}.',
    remedy: "Name one of them, or leave it out.",
  },
  INTERRUPTED: {
    sentence: "The backtest was interrupted at {time}; nothing was written.",
    remedy: "",
  },
} as const satisfies ErrorTable;

/** A backtest that could not be run, or whose evidence could not be left. */
export class BacktestError extends SeatrialError {
  constructor(code: keyof typeof BACKTEST_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(BACKTEST_ERRORS, code, details, cause);
  }
}

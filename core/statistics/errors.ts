import { type ErrorDetails, type ErrorTable, SeatrialError } from "../errors.js";

export const STATISTICS_ERRORS = {
  CURVE_INVALID: {
    sentence: "The {curve} has value={value} at {time} (row {row}).",
    remedy:
      "Every value must be a finite number: look for a price or an exchange rate that is missing at that instant.",
  },
  CURVE_UNSORTED: {
    sentence: "The {curve} has an instant at row {row} ({time}) that is not after the one in front of it.",
    remedy: "Mark equity once an instant, in rising order.",
  },
  BENCHMARK_MISMATCH: {
    sentence: "The benchmark and the equity curve are not on the same instants: {difference}.",
    remedy: "Value the benchmark at every instant of the equity curve, the first one included.",
  },
  TRADE_INVALID: {
    sentence: "Trade {row} has {field}={value}.",
    remedy: "{rule}",
  },
  PERIODS_INVALID: {
    sentence: "{value} periods a year make no sense.",
    remedy: "Give a finite number above 0, such as 252, or leave it out to have it measured.",
  },
  RISK_FREE_RATE_INVALID: {
    sentence: "A risk-free rate of {value} a year makes no sense.",
    remedy: "Give a fraction above -1, such as 0.03 for three per cent.",
  },
} as const satisfies ErrorTable;

/** An equity curve, a list of trades or a setting from which no statistic can be taken. */
export class StatisticsError extends SeatrialError {
  constructor(code: keyof typeof STATISTICS_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(STATISTICS_ERRORS, code, details, cause);
  }
}

import { SeatrialError } from "../core/errors.js";

export const DONE = 0;
/** The command was meant, and could not be done. */
export const FAILED = 1;
/** The command line or the configuration has to be changed. */
export const WRONG_USAGE = 2;
/** A check did not hold: bias found, parity broken, a drill failed, gaps in the data. */
export const NOT_HELD = 3;

/** Errors that changing the command line or the configuration cures, by code. Everything else is a failure. */
export const USAGE_CODES: ReadonlySet<string> = new Set([
  // The command line.
  "COMMAND_UNKNOWN",
  "ARGUMENT_MISSING",
  "ARGUMENT_EXTRA",
  "FLAG_UNKNOWN",
  "FLAG_TWICE",
  "FLAG_VALUE",
  "FLAG_POINTLESS",
  "FLAG_MISSING",
  "FLAGS_EXCLUSIVE",
  "ORDER_SIDE",
  "ORDER_UNITS",
  "PORTS_TWO",
  "TWS_SEVERAL",
  "NUMBER_OF_MANY",
  "STRATEGY_UNNAMED",
  "DATA_UNNAMED",
  "RUN_WITHOUT_CONFIG",
  "NAME_INVALID",
  "SYMBOL_OF_MANY",
  "SERIES_SEVERAL",
  "REMOVAL_UNCONFIRMED",
  // The configuration, and the file that is named as a strategy.
  "CONFIG_MISSING",
  "CONFIG_EXPORT",
  "CONFIG_JSON",
  "CONFIG_KEY",
  "CONFIG_VALUE",
  "CONFIG_INVALID",
  "RUN_UNKNOWN",
  "STRATEGY_MISSING",
  "STRATEGY_EXPORT",
  "STRATEGY_NOT_A_CLASS",
  "STRATEGY_NOT_EXTENDING",
  "PARAM_UNKNOWN",
  "PARAM_INVALID",
  "PARAM_TYPE",
  // The data that is named, and how it is to be read.
  "DATA_EMPTY",
  "DATA_SOURCE_UNKNOWN",
  "DATA_SYMBOL_UNCLEAR",
  "DATA_SYMBOL_SPELLED",
  "DATA_SERIES_TWICE",
  "DATA_NAMED_TWICE",
  "DATA_SIDES_APART",
  "SAMPLE_UNKNOWN",
  "SESSION_HOURS_INVALID",
  "ZONE_UNKNOWN",
  "FILE_MISSING",
  "CSV_BAR_SIZE_UNCLEAR",
  "CSV_PRICE_SCALE_UNCLEAR",
  "CSV_OPTION",
  "STORE_MISSING",
  "STORE_FOREIGN",
  "STORE_VALUE",
  "STORE_QUERY_REFUSED",
  "STORE_QUERY_WRONG",
  "SYMBOLS_UNNAMED",
  "BAR_UNNAMED",
  "SERIES_UNKNOWN",
  "SERIES_EMPTY",
  "CSV_BAR_SIZE_CONTRADICTED",
  "HISTORY_SIZE",
  "HISTORY_RANGE_FUTURE",
  "HISTORY_RANGE_REVERSED",
  "HISTORY_FROM_MISSING",
  "SYNTHETIC_KEY_UNKNOWN",
  "SYNTHETIC_KEY_TWICE",
  "SYNTHETIC_VALUE_INVALID",
  "BAR_SIZE_UNKNOWN",
  "BAR_SIZE_NOT_OF_TIME",
  "BARS_NOT_UPDATED",
  "INSTRUMENT_INVALID",
  // The exchange and the dates asked for.
  "CALENDAR_UNKNOWN",
  "CALENDAR_ABSENT",
  "CALENDAR_DATE_OUTSIDE",
  "CALENDAR_DATE_INVALID",
  // The settings of the run.
  "DATA_MISSING",
  "TICK_TOO_LARGE",
  "RANGE_EMPTY",
  "RANGE_REVERSED",
  "TIME_UNREADABLE",
  "CASH_INVALID",
  "SETTING_UNKNOWN",
  "SETTING_INVALID",
  "RATE_MISSING",
  "BENCHMARK_UNKNOWN",
  "FEES_UNKNOWN",
  "FEES_NO_ROW",
  "FEES_NO_RATE",
  "SLIPPAGE_UNKNOWN",
  "MARGIN_UNKNOWN",
  "MARGIN_NO_ROW",
  "OPTION_UNDESCRIBED",
  "MODEL_ARGUMENT",
  // Instruments that IB does not have, or has several of.
  "CONTRACT_UNKNOWN",
  "CONTRACT_AMBIGUOUS",
  // Sessions, and what keeps one from starting.
  "SESSION_NAME",
  "SESSIONS_NONE",
  "SESSION_UNKNOWN",
  "SESSION_NEVER_UP",
  "SESSION_UNNAMED",
  "SESSION_MODE",
  "RECORDING_MISSING",
  "RECORDING_UNKNOWN",
  "DRILL_IDLE",
  "INSTRUMENTS_UNNAMED",
  "BAR_SIZE_UNNAMED",
  "RUNGS_MISSING",
  "OVERRIDE_WORDLESS",
  "CAPS_MISSING",
  "ACCOUNT_UNTYPED",
  "ACCOUNT_CONTRADICTED",
  "ACCOUNT_ABSENT",
  "ACCOUNT_SEVERAL",
  "ACCOUNT_IS_PAPER",
  "ACCOUNT_IS_LIVE",
  "PORT_IS_PAPER",
  "PORT_IS_LIVE",
  // The simulated gateway.
  "ACCOUNT_INVALID",
  "ACCOUNT_TWICE",
  "DATA_WITHOUT_BARS",
  "START_OUTSIDE_DATA",
  "FAULT_FILE",
  "FAULT_PLAN",
  "FAULT_UNKNOWN",
  "FAULT_FIELD",
  "FAULT_FIELD_UNKNOWN",
  "FAULT_WHEN",
]);

const marked = new WeakSet<object>();

/** Marks an error as wrong usage whatever its code, such as one of loading a configuration. Answers it. */
export function asWrongUsage(error: unknown): unknown {
  if (error instanceof SeatrialError) marked.add(error);
  return error;
}

/** What a command that ended with this error exits with. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof SeatrialError)) return FAILED;
  return USAGE_CODES.has(error.code) || marked.has(error) ? WRONG_USAGE : FAILED;
}

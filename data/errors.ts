import { type ErrorDetails, type ErrorTable, SeatrialError } from "../core/errors.js";

export const DATA_ERRORS = {
  DATA_EMPTY: {
    sentence: "No data is named.",
    remedy: "Name at least one source: {sources}.",
  },
  DATA_SOURCE_UNKNOWN: {
    sentence: '"{text}" is no source of data and no file.',
    remedy: "{hint}Sources are {sources}.",
  },
  DATA_STORE_UNOPENED: {
    sentence: '"{text}" asks for the bar store, and none has been opened.',
    remedy: 'Open it first, as in openData("store", { store: await openStore() }).',
  },
  DATA_SYMBOL_UNCLEAR: {
    sentence: 'The name of the file "{file}" tells no symbol.',
    remedy: "Write the symbol in front of it, as in SPY={file}.",
  },
  DATA_SYMBOL_SPELLED: {
    sentence: '"{symbol}" in front of {file} is no symbol: it has more than letters, digits, points and slashes.',
    remedy: "Call it something such as {example}={file}.",
  },
  DATA_SERIES_TWICE: {
    sentence: "{series} comes from two sources, {first} and {second}.",
    remedy: "Name one of them{otherwise}.",
  },
  DATA_NAMED_TWICE: {
    sentence: "{source} is named twice, and {series} comes from it both times.",
    remedy: "Name it once.",
  },
  DATA_SIDES_APART: {
    sentence: "{series} comes from two files, {first} and {second}, which look like bid and ask.",
    remedy: "Join them to quotes: `seatrial data import {files}`, then --data store.",
  },
  SAMPLE_UNKNOWN: {
    sentence: 'There is no sample called "{name}".',
    remedy: "{hint}Samples are {samples}.",
  },
  SAMPLE_MISSING: {
    sentence: "The sample {name} is not where the package keeps it ({file}).",
    remedy: "Install the package again.",
  },
  SESSION_HOURS_INVALID: {
    sentence: 'Session hours from "{open}" to "{close}" cannot be read.',
    remedy: 'Write local times from "00:00" to "24:00", such as { open: "09:30", close: "16:00" }.',
  },
  ZONE_UNKNOWN: {
    sentence: 'The time zone "{zone}" is not known.',
    remedy: "Write an IANA name, such as America/New_York, Europe/London or UTC.",
  },
  SQLITE_MISSING: {
    sentence: "SQLite is not ready: the compiled part of better-sqlite3 {what}.",
    remedy: "Run `npm rebuild better-sqlite3`; it needs a C++ compiler, make and Python.",
  },
  SQLITE_UNREADABLE: {
    sentence: "The database {path} cannot be opened: {reason}.",
    remedy: "{hint}",
  },
} as const satisfies ErrorTable;

/** Market data that was asked for in a way that cannot be answered. */
export class DataError extends SeatrialError {
  constructor(code: keyof typeof DATA_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(DATA_ERRORS, code, details, cause);
  }
}

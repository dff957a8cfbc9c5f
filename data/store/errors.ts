import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const STORE_ERRORS = {
  STORE_MISSING: {
    sentence: "There is no bar store {path}.",
    remedy: "Make one with `seatrial data import`, or name another with --store.",
  },
  STORE_FOREIGN: {
    sentence: "{path} is an SQLite database, and not a bar store.",
    remedy: "Name another file; this one was not changed.",
  },
  STORE_NEWER: {
    sentence: "{path} has schema version {version}, and this Seatrial knows up to {known}.",
    remedy: "Install a newer Seatrial; the file was not changed.",
  },
  STORE_OLDER: {
    sentence: "{path} has schema version {version} and must be brought to {known}, but it cannot be written.",
    remedy: "Make the file and its folder writable once, or work on a copy.",
  },
  STORE_READ_ONLY: {
    sentence: "{path} cannot be written: {reason}.",
    remedy: "Check the permissions of the file and its folder; nothing was changed.",
  },
  STORE_FULL: {
    sentence: "There is no room left for {path}.",
    remedy: "Free some disk space and run it again; what the store held before is untouched.",
  },
  STORE_BUSY: {
    sentence: "Another process has been writing to {path} for {seconds} seconds.",
    remedy: "Run it again when that one is done.",
  },
  STORE_DAMAGED: {
    sentence: "{path} is damaged: {reason}.",
    remedy: "Restore a copy, or remove the series that is named and fetch or import it again.",
  },
  STORE_FAILED: {
    sentence: "{path} could not be read or written: {reason}.",
    remedy: "Check the disk and the file.",
  },
  BLOCK_DAMAGED: {
    sentence: "{path}: block {block} of {series}, {first} to {last}, is damaged: {reason}.",
    remedy: "Fetch or import that stretch again; `seatrial data verify` lists every damaged block.",
  },
  SERIES_UNKNOWN: {
    sentence: "The store {path} has no {series}.",
    remedy: "{hint}",
  },
  SERIES_EMPTY: {
    sentence: "{series} has no bars {range}; it has them from {first} to {last}.",
    remedy: "Choose from and to within it, or fetch more.",
  },
  SYMBOLS_UNNAMED: {
    sentence: "The store {path} has {count} instruments, and none is named.",
    remedy: "Name those you want, as in --symbols {example}.",
  },
  BAR_UNNAMED: {
    sentence: "The store has {symbol} in bars of {sizes}, and none of these is named.",
    remedy: "Say which, as in --bar {example}; several between commas.",
  },
  BARS_OUTSIDE_ANSWER: {
    sentence: "{series}: the bar at {time} lies outside of what was asked for, {from} to {to}.",
    remedy: "Cut the bars to the range before they are stored.",
  },
  BARS_COLLIDE: {
    sentence: "{series}: the bar from {time} overlaps with the stored one from {stored}.",
    remedy: "Check the bar size and the times, or replace the whole stretch.",
  },
  BARS_DIFFER: {
    sentence:
      "{series}: {count} bars are stored already with other values, the first at {time}: {field} is {stored} there and {given} here.",
    remedy: "Give --replace to take the new ones, or store them under another name.",
  },
  BAR_TIME_FRACTIONAL: {
    sentence: "{series}: the bar at {time} does not start and end on whole milliseconds.",
    remedy: "Round its times.",
  },
  GENERATION_ABSENT: {
    sentence: "{series} has no unfinished generation {generation}.",
    remedy: "Begin one, or go on with the one that is listed.",
  },
  REFERENCE_MISSING: {
    sentence:
      "{series}: of the dividend of {date} the price before it is not known, so prices cannot be adjusted for it.",
    remedy: "Import daily bars of the days before it, or splits and dividends with their reference prices.",
  },
  STORE_QUERY_REFUSED: {
    sentence: "The statement {problem}, and nothing was done.",
    remedy: "Only reading is allowed here: write one select statement.",
  },
  STORE_QUERY_WRONG: {
    sentence: "The statement cannot be run: {reason}.",
    remedy: "{hint}",
  },
  STORE_VALUE: {
    sentence: "{name} is {value}; it must be {rule}.",
    remedy: "{hint}",
  },
  ACTION_INVALID: {
    sentence: "{symbol}: the {kind} of {date} has {field}={value}.",
    remedy: "{rule}",
  },
} as const satisfies ErrorTable;

/** A bar store that cannot do what was asked of it. What it held before is as it was. */
export class StoreError extends SeatrialError {
  constructor(code: keyof typeof STORE_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(STORE_ERRORS, code, details, cause);
  }
}

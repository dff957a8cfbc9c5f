import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const FILE_ERRORS = {
  FILE_MISSING: {
    sentence: 'There is no file "{file}".',
    remedy: "Check the path; it is relative to the folder you are in.",
  },
  FILE_UNREADABLE: {
    sentence: 'The file "{file}" cannot be read: {reason}.',
    remedy: "Check that it is a file and that you may read it.",
  },
  FILE_EMPTY: {
    sentence: 'The file "{file}" is empty.',
    remedy: "Export it again.",
  },
  FILE_TOO_LARGE: {
    sentence: 'The file "{file}" is larger than {limit} GB, which is all that can be read at once.',
    remedy: "Split it by time, or use larger bars.",
  },
  FILE_NOT_TEXT: {
    sentence: 'The file "{file}" is not text in UTF-8.',
    remedy: "Export it as CSV, or compress the CSV with gzip.",
  },
  FILE_GZIP_BROKEN: {
    sentence: 'The gzip file "{file}" is damaged: {reason}.',
    remedy: "Compress or copy it again.",
  },
  CSV_NO_HEADER: {
    sentence: '{file}: the first line, "{line}", does not name the columns.',
    remedy:
      "Put a line such as time,open,high,low,close,volume above the data, or say them: --columns, or csv.columns in the configuration.",
  },
  CSV_COLUMN_MISSING: {
    sentence: "{file} has no column for {missing}; its columns are {columns}.",
    remedy:
      "Name them time, open, high, low, close and volume, or bid_open to bid_close and ask_open to ask_close for quotes.",
  },
  CSV_COLUMN_TWICE: {
    sentence: '{file} has two columns for {column}, "{first}" and "{second}".',
    remedy: "Remove or rename one of them.",
  },
  CSV_NO_ROWS: {
    sentence: "{file} has a header and no rows.",
    remedy: "Export it again.",
  },
  CSV_TIME_UNREADABLE: {
    sentence: '{file}, line {line}: the time "{text}" cannot be read.',
    remedy:
      "Write times as 2024-01-31, 2024-01-31 09:30, 2024-01-31T14:30:00Z or -05:00, or as seconds or milliseconds since 1970; where day and month could be taken for each other, say their order (dateOrder).",
  },
  CSV_TIME_SKIPPED: {
    sentence: "{file}, line {line}: the clocks of {zone} never showed {time}, they were put forward over it.",
    remedy: "Say which zone the times of this file are in (timeZone), or write them with an offset.",
  },
  CSV_ROW_BAD: {
    sentence: "{file}: {count} of {rows} rows cannot be read: {examples}.",
    remedy: "Correct or remove them.",
  },
  CSV_PRICE_SCALE_UNCLEAR: {
    sentence:
      "{file}: all prices are whole numbers such as {example}, as if they had been multiplied by {scale} ({real}).",
    remedy: "Say what they are to be divided by (priceScale): {scale}, or 1 to take them as they are.",
  },
  CSV_OPTION: {
    sentence: "{file} cannot be read with {name}={value}.",
    remedy: "{rule}",
  },
  CSV_BAR_SIZE_UNCLEAR: {
    sentence: "{file}: {reason}, so its bar size is not clear.",
    remedy: "Say which it is, such as bar: 5min.",
  },
  CSV_BAR_SIZE_CONTRADICTED: {
    sentence: "{file} is said to have bars of {given}, and its times show bars of {shown}.",
    remedy:
      "Leave the bar size out, or say which it is: bars taken for smaller ones would be known before they are over.",
  },
  FACTORS_UNREADABLE: {
    sentence: '{file}, line {line}: "{text}" is no row of factors.',
    remedy:
      "Write date,price_factor,split_factor and perhaps reference_price, such as 2020-08-28,0.9967882,0.25,499.23.",
  },
  FACTORS_WITHOUT_REFERENCE: {
    sentence: "{file}, line {line}: a dividend follows {date}, and the price it was reckoned from is not known.",
    remedy: "Import the raw daily bars first, or add the column reference_price.",
  },
  ACTIONS_UNREADABLE: {
    sentence: '{file}, line {line}: "{text}" is no split and no dividend.',
    remedy: "Write ex_date,split,dividend,reference, such as 2020-08-31,4:1,, or 2020-08-07,,0.82,455.61.",
  },
  CSV_BAR_INVALID: {
    sentence: "{file}, line {line}: {problem}",
    remedy: "",
  },
} as const satisfies ErrorTable;

/** A file that cannot be read as what it should be. */
export class FileError extends SeatrialError {
  constructor(code: keyof typeof FILE_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(FILE_ERRORS, code, details, cause);
  }
}

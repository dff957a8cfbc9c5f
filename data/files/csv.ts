import { BarSeries, type PriceColumns, validateBars } from "../../core/market/bar-series.js";
import { type BarSize, parseBarSize } from "../../core/market/bar-size.js";
import { MarketError } from "../../core/market/errors.js";
import type { Instrument } from "../../core/market/instrument.js";
import { SessionClock, type SessionHours, US_STOCK_HOURS, WHOLE_DAY } from "../session-hours.js";
import { zoneOffsets } from "../zone-offsets.js";
import { refuseContradiction } from "./bar-size-check.js";
import { detectBarSize } from "./bar-step.js";
import { barTimes, type Stamp } from "./bar-times.js";
import { readHeader } from "./csv-header.js";
import { type RawRows, readRows } from "./csv-rows.js";
import { FileError } from "./errors.js";
import { readTextBytes } from "./file-bytes.js";

export interface CsvOptions {
  readonly instrument: Instrument;
  /** Default: what the times show. */
  readonly bar?: BarSize | string;
  /** IANA zone of times that say no offset. Default: UTC where the column's name ends in _utc, else the instrument's. */
  readonly timeZone?: string;
  /** Whether the time of a row is the start of its bar (default) or the end. */
  readonly stamp?: Stamp;
  /**
   * The session of a daily bar, local to the instrument's zone. Default "00:00" to "24:00" for forex, else "09:30" to
   * "16:00".
   */
  readonly sessionHours?: SessionHours;
}

/**
 * Reads the bars of one instrument from a CSV file, plain or gzip: columns by name in any order, between commas,
 * semicolons or tabs. See csv-header.ts for the names, csv-time.ts for the times and bar-times.ts for what a time
 * means. Prices and volume are taken as written; without a volume column, or in an empty cell of it, volume is 0.
 * Columns bid_open to ask_close make quote bars, whose open to close are then the middle of the two; where the file has
 * both, open to close are its own and bid and ask lie beside them.
 *
 * Nothing is mended: the first thing wrong is an error that names file and line.
 *
 * @throws FileError every code of data/files/errors.ts
 * @throws DataError ZONE_UNKNOWN, SESSION_HOURS_INVALID
 * @throws MarketError BAR_SIZE_UNKNOWN
 */
export function readBars(path: string, options: CsvOptions): BarSeries {
  return parseBars(readTextBytes(path), options, path);
}

/** The same of bytes at hand; `file` is what errors call them. They are UTF-8 text that ends with a newline. */
export function parseBars(bytes: Uint8Array, options: CsvOptions, file: string): BarSeries {
  const { instrument } = options;
  const header = readHeader(bytes, file);
  const zone = zoneOffsets(options.timeZone ?? (header.utc ? "UTC" : instrument.timeZone));
  const hours = options.sessionHours ?? (instrument.assetClass === "forex" ? WHOLE_DAY : US_STOCK_HOURS);
  const clock = new SessionClock(hours, zoneOffsets(instrument.timeZone));
  const given = typeof options.bar === "string" ? parseBarSize(options.bar) : options.bar;
  const rows = readRows(bytes, header, file);
  if (given !== undefined) refuseContradiction(given, rows.wall, file);
  const size = given ?? detectBarSize(rows.wall, file);
  const times = barTimes(rows, size, options.stamp ?? "start", zone, clock, file);
  const series = assemble(rows, times.start, times.end, instrument, size);
  validate(series, rows, file);
  return series;
}

function assemble(
  rows: RawRows,
  start: Float64Array,
  end: Float64Array,
  instrument: Instrument,
  size: BarSize,
): BarSeries {
  const [open, high, low, close, volume] = rows.fields;
  const bid = side(rows, 5);
  const ask = side(rows, 9);
  const quotes = bid !== undefined && ask !== undefined ? { bid, ask } : undefined;
  const times = { start, end, ...(volume && { volume }) };
  if (open !== undefined && high !== undefined && low !== undefined && close !== undefined) {
    return new BarSeries(instrument, size, { ...times, open, high, low, close, ...quotes }, "trades");
  }
  if (quotes === undefined) throw new TypeError("a header without prices has been accepted");
  const middle = (field: keyof PriceColumns): Float64Array => midpoint(quotes.bid[field], quotes.ask[field]);
  const prices = { open: middle("open"), high: middle("high"), low: middle("low"), close: middle("close") };
  return new BarSeries(instrument, size, { ...times, ...prices, ...quotes }, "midpoint");
}

function side(rows: RawRows, first: number): PriceColumns | undefined {
  const [open, high, low, close] = rows.fields.slice(first, first + 4);
  return open && high && low && close && { open, high, low, close };
}

function midpoint(bid: Float64Array, ask: Float64Array): Float64Array {
  const middle = new Float64Array(bid.length);
  for (let row = 0; row < middle.length; row++) middle[row] = (bid[row] + ask[row]) / 2;
  return middle;
}

function validate(series: BarSeries, rows: RawRows, file: string): void {
  try {
    validateBars(series);
  } catch (error) {
    if (!(error instanceof MarketError) || typeof error.details.row !== "number") throw error;
    const line = rows.lineOf(error.details.row);
    throw new FileError("CSV_BAR_INVALID", { file, line, problem: error.message, check: error.code }, error);
  }
}

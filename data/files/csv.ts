import type { ExchangeCalendar } from "../../core/calendar/exchange-calendar.js";
import { BarSeries, type PriceColumns, validateBars } from "../../core/market/bar-series.js";
import { type BarSize, parseTimeSize } from "../../core/market/bar-size.js";
import { MarketError } from "../../core/market/errors.js";
import type { Instrument } from "../../core/market/instrument.js";
import { CalendarClock, SessionClock, type SessionHours, US_STOCK_HOURS, WHOLE_DAY } from "../session-hours.js";
import { type ZoneOffsets, zoneOffsets } from "../zone-offsets.js";
import { refuseContradiction } from "./bar-size-check.js";
import { detectBarSize, sizeByDuration } from "./bar-step.js";
import { barTimes } from "./bar-times.js";
import { type CsvHeader, readHeader } from "./csv-header.js";
import { readRows } from "./csv-rows.js";
import type { DateOrder, Stamp } from "./csv-words.js";
import { detectDateOrder } from "./date-order.js";
import { FileError } from "./errors.js";
import { readTextBytes } from "./file-bytes.js";
import { scalePrices } from "./price-scale.js";
import { BadRows, oldestFirst, type RawRows } from "./raw-rows.js";
import { soundRows } from "./sound-rows.js";

export interface CsvOptions {
  readonly instrument: Instrument;
  /** Default: what the times show. */
  readonly bar?: BarSize | string;
  /** IANA zone of times that say no offset. Default: UTC where the column's name says so, else the instrument's. */
  readonly timeZone?: string;
  /** Whether the time of a row is the start of its bar (default) or the end. */
  readonly stamp?: Stamp;
  /**
   * The session of a daily bar, local to the instrument's zone. Default "00:00" to "24:00" for forex, else what the
   * calendar says, and without one "09:30" to "16:00".
   */
  readonly sessionHours?: SessionHours;
  /** The calendar of the exchange, which knows the sessions of daily bars better than hours that are always the same. */
  readonly calendar?: ExchangeCalendar;
  /** Names of the columns, between commas, of a file that does not begin with them. */
  readonly columns?: string;
  /** Which of day and month comes first in dates that end with the year. Default: what the dates show. */
  readonly dateOrder?: DateOrder;
  /** What prices have been multiplied by. Default 1, unless they look as if they had been: then it has to be said. */
  readonly priceScale?: number;
}

/** What reading a file came to. */
export interface CsvReading {
  /** The bars of all rows that are sound. */
  readonly series: BarSeries;
  /** The rows that are not among them. */
  readonly bad: BadRows;
  /** Rows of the file, bad ones too. */
  readonly rows: number;
  /** What was found out of how the file is written. */
  readonly delimiter: string;
  /** The zone that times were read in; undefined where they say their offset. */
  readonly timeZone: string | undefined;
  readonly newestFirst: boolean;
  readonly dateOrder: DateOrder | undefined;
}

/**
 * Reads the bars of one instrument from a CSV file, plain or gzip: columns by name in any order, between commas,
 * semicolons, tabs or bars. See csv-header.ts for the names, csv-time.ts for the times and bar-times.ts for what a time
 * means. Prices and volume are taken as written; without a volume column, or in an empty cell of it, volume is 0. A
 * column "end" says where bars end. Columns bid_open to ask_close make quote bars, whose open to close are then the
 * middle of the two; where the file has both, open to close are its own and bid and ask lie beside them. A file that
 * goes from the newest row to the oldest is turned round.
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
  const bad = new BadRows();
  const table = readTable(bytes, options, file, bad);
  if (bad.count > 0) throw badRows(file, bad, table.rows.length + bad.count);
  return toSeries(table, table.rows);
}

/**
 * The same for whoever wants to know of everything that is wrong: bad rows are noted and left out.
 * @throws FileError where nothing can be read: no header, no time in the first row, no sound row, an unclear bar size
 */
export function inspectBars(path: string, options: CsvOptions): CsvReading {
  return inspectText(readTextBytes(path), options, path);
}

/** The same of bytes at hand; `file` is what errors call them. They are UTF-8 text that ends with a newline. */
export function inspectText(bytes: Uint8Array, options: CsvOptions, file: string): CsvReading {
  const bad = new BadRows();
  const table = readTable(bytes, options, file, bad);
  const rows = table.rows.length + bad.count;
  const { header, newestFirst, dateOrder } = table;
  const zone = table.rows.hasOffset ? undefined : table.zone.timeZone;
  const series = soundSeries(table, bad, rows);
  bad.listed.sort((a, b) => a.line - b.line);
  return {
    series,
    bad,
    rows,
    delimiter: String.fromCharCode(header.delimiter),
    timeZone: zone,
    newestFirst,
    dateOrder,
  };
}

/** A file whose rows have been read, and how they are to be taken. */
interface CsvTable {
  readonly file: string;
  readonly options: CsvOptions;
  readonly header: CsvHeader;
  readonly rows: RawRows;
  readonly zone: ZoneOffsets;
  readonly clock: SessionClock;
  readonly size: BarSize | undefined;
  readonly newestFirst: boolean;
  readonly dateOrder: DateOrder | undefined;
}

function readTable(bytes: Uint8Array, options: CsvOptions, file: string, bad: BadRows): CsvTable {
  const { instrument } = options;
  const header = readHeader(bytes, file, options.columns);
  const zone = zoneOffsets(options.timeZone ?? (header.utc ? "UTC" : instrument.timeZone));
  const hours = options.sessionHours ?? (instrument.assetClass === "forex" ? WHOLE_DAY : US_STOCK_HOURS);
  const { calendar } = options;
  const clock =
    calendar === undefined
      ? new SessionClock(hours, zoneOffsets(instrument.timeZone))
      : new CalendarClock(calendar, hours, zoneOffsets(calendar.timeZone));
  const size = typeof options.bar === "string" ? parseTimeSize(options.bar) : options.bar;
  const dateOrder = options.dateOrder ?? detectDateOrder(bytes, header);
  const written = readRows(bytes, header, file, dateOrder, bad);
  if (written.length === 0) throw badRows(file, bad, bad.count);
  scalePrices(written, options.priceScale, instrument.currency, file);
  const rows = oldestFirst(written);
  return { file, options, header, rows, zone, clock, size, newestFirst: rows !== written, dateOrder };
}

function toSeries(table: CsvTable, rows: RawRows): BarSeries {
  const series = withTimes(table, rows);
  try {
    validateBars(series);
  } catch (error) {
    if (!(error instanceof MarketError) || typeof error.details.row !== "number") throw error;
    const { file } = table;
    const line = rows.lineOf(error.details.row);
    throw new FileError("CSV_BAR_INVALID", { file, line, problem: error.message, check: error.code }, error);
  }
  return series;
}

/** The series of all sound rows. Most files have no others, and are not looked at row by row. */
function soundSeries(table: CsvTable, bad: BadRows, all: number): BarSeries {
  try {
    return toSeries(table, table.rows);
  } catch (error) {
    const ofRow = error instanceof FileError && (error.code === "CSV_BAR_INVALID" || error.code === "CSV_TIME_SKIPPED");
    if (!ofRow) throw error;
  }
  const floor = table.options.instrument.negativePrices ? -Infinity : 0;
  const rows = soundRows(table.rows, floor, table.zone, bad);
  if (rows.length === 0) throw badRows(table.file, bad, all);
  return withoutOverlaps(withTimes(table, rows), rows, bad);
}

/** The series without bars that begin before the one in front has ended, or end before they begin; those are noted. */
function withoutOverlaps(series: BarSeries, rows: RawRows, bad: BadRows): BarSeries {
  const kept: number[] = [];
  let end = -Infinity;
  let line = 0;
  for (let row = 0; row < series.length; row++) {
    if (!(series.end[row] > series.start[row])) bad.add(rows.lineOf(row), "ends before it begins", "order");
    else if (series.start[row] < end)
      bad.add(rows.lineOf(row), `begins before the bar of line ${line} has ended`, "order");
    else {
      kept.push(row);
      end = series.end[row];
      line = rows.lineOf(row);
    }
  }
  if (kept.length === series.length) return series;
  const pick = (column: Float64Array): Float64Array => Float64Array.from(kept, (row) => column[row]);
  const side = (prices: PriceColumns): PriceColumns => ({
    open: pick(prices.open),
    high: pick(prices.high),
    low: pick(prices.low),
    close: pick(prices.close),
  });
  const { start, end: ends, volume, bid, ask } = series;
  const quotes = bid !== undefined && ask !== undefined ? { bid: side(bid), ask: side(ask) } : {};
  const columns = { start: pick(start), end: pick(ends), volume: pick(volume), ...side(series), ...quotes };
  return new BarSeries(series.instrument, series.size, columns, series.source);
}

function withTimes({ file, options, zone, clock, size: given, rows: all }: CsvTable, rows: RawRows): BarSeries {
  // Rows that are left out tell of the steps between bars as well.
  const told = all.end === undefined ? undefined : sizeByDuration(all.hasOffset ? all.instant : all.wall, all.end);
  if (given !== undefined) refuseContradiction(given, all.wall, file);
  const size = given ?? told ?? detectBarSize(all.wall, file);
  const { start, end } = barTimes(rows, size, options.stamp ?? "start", zone, clock, file);
  return assemble(rows, start, end, options.instrument, size);
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

/** Rows that an error quotes. */
const QUOTED_ROWS = 5;

function badRows(file: string, bad: BadRows, rows: number): FileError {
  const quoted = bad.listed.slice(0, QUOTED_ROWS).map(({ line, problem }) => `line ${line} ${problem}`);
  const examples = quoted.join("; ") + (bad.count > QUOTED_ROWS ? "; and so on" : "");
  return new FileError("CSV_ROW_BAD", { file, count: bad.count, rows, examples });
}

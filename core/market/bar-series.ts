import { widerDoubles } from "../columns.js";
import type { BarSize } from "./bar-size.js";
import { MarketError } from "./errors.js";
import type { Instrument } from "./instrument.js";

/** Prices of one side of the market, a column each. */
export interface PriceColumns {
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
}

/** What the columns of a series are: prices of trades, or the middle of bid and ask. */
export type BarSource = "trades" | "midpoint";

/** Bars that a series has room for at first: many hold one day, or a single bar that is still being made. */
const FIRST_BARS = 64;

/**
 * The bars of one instrument and size, as columns. Row r of every column is one bar; rows 0 to length - 1 are
 * valid, in strictly rising order of `start` and `end`, and no bar starts before the one in front has ended.
 * Only the engine and brokers hold a series: a strategy is shown one row at a time through a Bar.
 */
export class BarSeries implements PriceColumns {
  readonly instrument: Instrument;
  readonly size: BarSize;
  readonly source: BarSource;
  length: number;
  /** Instants, epoch ms UTC. A bar is known at its end. */
  start: Float64Array;
  end: Float64Array;
  /** Prices in the instrument's currency. */
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  /** Units traded; 0 where it is not known. */
  volume: Float64Array;
  /** Bid and ask of quote bars; then open to close above are the midpoint. */
  bid: PriceColumns | undefined;
  ask: PriceColumns | undefined;

  constructor(instrument: Instrument, size: BarSize, columns: Partial<BarColumns> = {}, source: BarSource = "trades") {
    this.instrument = instrument;
    this.size = size;
    this.source = source;
    this.length = columns.start?.length ?? 0;
    const none = (): Float64Array => new Float64Array(this.length);
    this.start = columns.start ?? none();
    this.end = columns.end ?? none();
    this.open = columns.open ?? none();
    this.high = columns.high ?? none();
    this.low = columns.low ?? none();
    this.close = columns.close ?? none();
    this.volume = columns.volume ?? none();
    this.bid = columns.bid;
    this.ask = columns.ask;
  }

  get name(): string {
    return `${this.instrument.symbol} ${this.size.label}`;
  }

  /** Adds a bar at the end and returns its row. Columns double when full, so a bar costs O(1) amortised. */
  append(start: number, end: number, open: number, high: number, low: number, close: number, volume: number): number {
    const row = this.length;
    if (row === this.start.length) this.grow();
    this.start[row] = start;
    this.end[row] = end;
    this.open[row] = open;
    this.high[row] = high;
    this.low[row] = low;
    this.close[row] = close;
    this.volume[row] = volume;
    this.length = row + 1;
    return row;
  }

  /** Rows `from` up to but without `to`, over the same memory. */
  slice(from: number, to: number): BarSeries {
    const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
    const side = (prices: PriceColumns | undefined): PriceColumns | undefined =>
      prices && { open: cut(prices.open), high: cut(prices.high), low: cut(prices.low), close: cut(prices.close) };
    const bid = side(this.bid);
    const ask = side(this.ask);
    return new BarSeries(
      this.instrument,
      this.size,
      {
        start: cut(this.start),
        end: cut(this.end),
        open: cut(this.open),
        high: cut(this.high),
        low: cut(this.low),
        close: cut(this.close),
        volume: cut(this.volume),
        ...(bid && { bid }),
        ...(ask && { ask }),
      },
      this.source,
    );
  }

  /** The first row whose bar ends after `instant`; `length` if there is none. */
  firstEndingAfter(instant: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.end[middle] > instant) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private grow(): void {
    const capacity = Math.max(FIRST_BARS, this.start.length * 2);
    this.start = widerDoubles(this.start, capacity);
    this.end = widerDoubles(this.end, capacity);
    this.open = widerDoubles(this.open, capacity);
    this.high = widerDoubles(this.high, capacity);
    this.low = widerDoubles(this.low, capacity);
    this.close = widerDoubles(this.close, capacity);
    this.volume = widerDoubles(this.volume, capacity);
  }
}

// A series is within reach of the engine's calls: a strategy that redefined one of its getters would be handed columns.
Object.freeze(BarSeries.prototype);

/** The columns a series is made of. */
export interface BarColumns extends PriceColumns {
  start: Float64Array;
  end: Float64Array;
  volume: Float64Array;
  bid?: PriceColumns;
  ask?: PriceColumns;
}

/**
 * Holds a whole series to its promises: order in time, prices, ranges, volume.
 * @throws MarketError BAR_UNSORTED, BAR_DUPLICATE, BAR_OVERLAP, BAR_PRICE_INVALID, BAR_RANGE_INVALID, BAR_VOLUME_INVALID
 */
export function validateBars(series: BarSeries): void {
  const { start, end, open, high, low, close, volume, length } = series;
  const floor = series.instrument.negativePrices ? -Infinity : 0;
  for (let row = 0; row < length; row++) {
    if (row > 0 && !(start[row] > start[row - 1])) {
      throw new MarketError(start[row] === start[row - 1] ? "BAR_DUPLICATE" : "BAR_UNSORTED", at(series, row));
    }
    if (!(end[row] > start[row]) || (row > 0 && start[row] < end[row - 1]))
      throw new MarketError("BAR_OVERLAP", at(series, row));
    const top = high[row];
    const bottom = low[row];
    // One chain of comparisons a bar: every one is false for NaN, and the closer look happens only for a bad bar.
    const fits =
      bottom > floor &&
      top >= bottom &&
      top < Infinity &&
      open[row] >= bottom &&
      open[row] <= top &&
      close[row] >= bottom &&
      close[row] <= top &&
      volume[row] >= 0 &&
      volume[row] < Infinity;
    if (!fits) refuseBar(series, row, floor);
  }
  for (const side of [series.bid, series.ask]) {
    if (side !== undefined) validateSide(series, side, floor);
  }
}

function validateSide(series: BarSeries, side: PriceColumns, floor: number): void {
  for (let row = 0; row < series.length; row++) refusePrices(series, side, row, floor);
}

function refuseBar(series: BarSeries, row: number, floor: number): void {
  refusePrices(series, series, row, floor);
  throw new MarketError("BAR_VOLUME_INVALID", { ...at(series, row), value: series.volume[row] });
}

function refusePrices(series: BarSeries, prices: PriceColumns, row: number, floor: number): void {
  for (const field of ["open", "high", "low", "close"] as const) {
    const value = prices[field][row];
    if (!(value > floor && value < Infinity))
      throw new MarketError("BAR_PRICE_INVALID", { ...at(series, row), field, value });
  }
  const high = prices.high[row];
  const low = prices.low[row];
  for (const field of ["low", "open", "close"] as const) {
    const value = prices[field][row];
    if (value > high || value < low)
      throw new MarketError("BAR_RANGE_INVALID", { ...at(series, row), field, value, low, high });
  }
}

function at(series: BarSeries, row: number): { series: string; time: string; row: number } {
  const start = series.start[row];
  return { series: series.name, time: Number.isFinite(start) ? new Date(start).toISOString() : String(start), row };
}

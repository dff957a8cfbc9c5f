import type { BarSeries, PriceColumns } from "../../core/market/bar-series.js";
import type { BlockTarget } from "./block-codec.js";

/** Columns with room for so many bars, all zero. */
export function emptyColumns(length: number, sides: boolean): BlockTarget {
  return columnsOf(() => new Float64Array(length), sides);
}

/**
 * Columns with room for so many bars, holding whatever was in that memory: for somebody who writes every row, or throws
 * them away. It saves a pass over all of it.
 */
export function unwrittenColumns(length: number, sides: boolean): BlockTarget {
  return columnsOf(() => new Float64Array(Buffer.allocUnsafeSlow(length * 8).buffer), sides);
}

function columnsOf(column: () => Float64Array, sides: boolean): BlockTarget {
  const prices = (): PriceColumns => ({ open: column(), high: column(), low: column(), close: column() });
  const bid = sides ? prices() : undefined;
  const ask = sides ? prices() : undefined;
  return { start: column(), end: column(), ...prices(), volume: column(), bid, ask };
}

/** Rows `from` up to but without `to`, over the same memory. @param sides false to leave bid and ask out */
export function cutColumns(columns: BlockTarget | BarSeries, from: number, to: number, sides = true): BlockTarget {
  const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
  const side = (prices: PriceColumns): PriceColumns => ({
    open: cut(prices.open),
    high: cut(prices.high),
    low: cut(prices.low),
    close: cut(prices.close),
  });
  return {
    start: cut(columns.start),
    end: cut(columns.end),
    ...side(columns),
    volume: cut(columns.volume),
    bid: sides && columns.bid !== undefined ? side(columns.bid) : undefined,
    ask: sides && columns.ask !== undefined ? side(columns.ask) : undefined,
  };
}

/** Several pieces as one; a single one as it is. */
export function joinColumns(pieces: readonly BlockTarget[], sides: boolean): BlockTarget {
  if (pieces.length === 1) return pieces[0];
  const length = pieces.reduce((sum, piece) => sum + piece.start.length, 0);
  const joined = emptyColumns(length, sides);
  let at = 0;
  for (const piece of pieces) {
    copyColumns(piece, joined, at);
    at += piece.start.length;
  }
  return joined;
}

function copyColumns(from: BlockTarget, to: BlockTarget, at: number): void {
  to.start.set(from.start, at);
  to.end.set(from.end, at);
  to.volume.set(from.volume, at);
  for (const field of ["open", "high", "low", "close"] as const) {
    to[field].set(from[field], at);
    if (from.bid !== undefined && to.bid !== undefined) to.bid[field].set(from.bid[field], at);
    if (from.ask !== undefined && to.ask !== undefined) to.ask[field].set(from.ask[field], at);
  }
}

/** The first row whose bar starts at `instant` or later. */
export function firstStartingAt(start: Float64Array, length: number, instant: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (start[middle] >= instant) high = middle;
    else low = middle + 1;
  }
  return low;
}

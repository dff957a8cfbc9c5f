import { type BarColumns, BarSeries, type PriceColumns } from "../../core/market/bar-series.js";
import { StoreError } from "./errors.js";
import { type SeriesKey, seriesName } from "./series-key.js";

export interface MergedBars {
  readonly merged: BarSeries;
  readonly added: number;
  readonly same: number;
  readonly replaced: number;
}

const FIELDS = ["end", "open", "high", "low", "close", "volume"] as const;
const PRICES = ["open", "high", "low", "close"] as const;

/**
 * New bars and stored ones as one series. Bars that start together must be the same, unless the new ones are to win;
 * then stored bars that the new ones overlap with go as well.
 * @throws StoreError BARS_DIFFER, BARS_COLLIDE
 */
export function mergeBars(
  key: SeriesKey,
  fresh: BarSeries,
  stored: BarSeries | undefined,
  replace: boolean,
): MergedBars {
  if (stored === undefined || stored.length === 0) {
    return { merged: fresh, added: fresh.length, same: 0, replaced: 0 };
  }
  const quotes = key.what === "quotes";
  // A row of the fresh bars, or one of the stored ones as its complement, which is below 0.
  const rows: number[] = [];
  let same = 0;
  let replaced = 0;
  let differing = 0;
  let first: { field: string; row: number; of: number } | undefined;
  let s = 0;
  for (let f = 0; f < fresh.length; f++) {
    while (s < stored.length && stored.end[s] <= fresh.start[f]) rows.push(~s++);
    if (s < stored.length && stored.start[s] === fresh.start[f]) {
      const field = difference(fresh, f, stored, s, quotes);
      if (field === undefined) same++;
      else {
        first ??= { field, row: f, of: s };
        differing++;
      }
      s++;
    }
    while (s < stored.length && stored.start[s] < fresh.end[f]) {
      if (!replace) throw collision(key, fresh.start[f], stored.start[s]);
      replaced++;
      s++;
    }
    rows.push(f);
  }
  while (s < stored.length) rows.push(~s++);
  if (first !== undefined && !replace) throw differ(key, differing, first, fresh, stored);
  const added = fresh.length - same - differing;
  return { merged: gather(fresh, stored, rows, quotes), added, same, replaced: replaced + differing };
}

function difference(a: BarSeries, i: number, b: BarSeries, j: number, quotes: boolean): string | undefined {
  const own = FIELDS.find((field) => a[field][i] !== b[field][j]);
  if (own !== undefined || !quotes) return own;
  for (const side of ["bid", "ask"] as const) {
    const field = PRICES.find((price) => a[side]?.[price][i] !== b[side]?.[price][j]);
    if (field !== undefined) return `${side}_${field}`;
  }
  return undefined;
}

function gather(fresh: BarSeries, stored: BarSeries, rows: readonly number[], quotes: boolean): BarSeries {
  const pick = (a: Float64Array, b: Float64Array): Float64Array => {
    const column = new Float64Array(rows.length);
    for (let r = 0; r < rows.length; r++) column[r] = rows[r] >= 0 ? a[rows[r]] : b[~rows[r]];
    return column;
  };
  const prices = (a: PriceColumns, b: PriceColumns): PriceColumns => ({
    open: pick(a.open, b.open),
    high: pick(a.high, b.high),
    low: pick(a.low, b.low),
    close: pick(a.close, b.close),
  });
  const columns: BarColumns = {
    start: pick(fresh.start, stored.start),
    end: pick(fresh.end, stored.end),
    volume: pick(fresh.volume, stored.volume),
    ...prices(fresh, stored),
  };
  if (quotes && fresh.bid && fresh.ask && stored.bid && stored.ask) {
    columns.bid = prices(fresh.bid, stored.bid);
    columns.ask = prices(fresh.ask, stored.ask);
  }
  return new BarSeries(fresh.instrument, fresh.size, columns, fresh.source);
}

function collision(key: SeriesKey, time: number, stored: number): StoreError {
  return new StoreError("BARS_COLLIDE", { series: seriesName(key), time: iso(time), stored: iso(stored) });
}

function differ(
  key: SeriesKey,
  count: number,
  { field, row, of }: { field: string; row: number; of: number },
  fresh: BarSeries,
  stored: BarSeries,
): StoreError {
  const value = (series: BarSeries, at: number): number => {
    const [side, price] = field.split("_") as ["bid" | "ask", keyof PriceColumns];
    return price === undefined ? series[field as "open"][at] : (series[side]?.[price][at] ?? Number.NaN);
  };
  return new StoreError("BARS_DIFFER", {
    series: seriesName(key),
    count,
    time: iso(fresh.start[row]),
    field,
    stored: value(stored, of),
    given: value(fresh, row),
  });
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

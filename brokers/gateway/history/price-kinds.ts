import type { BarSeries, PriceColumns } from "../../../core/market/bar-series.js";
import { askAt, type BarTicks, bidAt } from "../../../core/market/bar-ticks.js";

/** Which price a bar is made of. */
export type PriceKind = "trades" | "midpoint" | "bid" | "ask" | "bid-ask";

/** Open, high, low and close; one object, reused. */
export interface BarPrices {
  open: number;
  high: number;
  low: number;
  close: number;
}

const prices: BarPrices = { open: 0, high: 0, low: 0, close: 0 };

/** The prices of one bar of a series, of that kind; the next call overwrites them. */
export function barPrices(series: BarSeries, row: number, kind: PriceKind, spread: number): BarPrices {
  if (kind === "trades" || (kind === "midpoint" && series.source === "midpoint")) return copy(series, row);
  if (kind === "bid-ask") return bidAndAsk(series, row, spread);
  if (kind === "midpoint") return middle(series, row, spread);
  const own = kind === "bid" ? series.bid : series.ask;
  if (own !== undefined) return copy(own, row);
  // The rule from price to bid or ask never turns around, so that the bar's corners stay its corners.
  const tick = series.instrument.tickSize;
  const side = kind === "bid" ? bidAt : askAt;
  prices.open = side(series.open[row], tick, spread);
  prices.high = side(series.high[row], tick, spread);
  prices.low = side(series.low[row], tick, spread);
  prices.close = side(series.close[row], tick, spread);
  return prices;
}

/** A tick's price of that kind; NaN where it has none. */
export function tickPrice(ticks: BarTicks, at: number, kind: PriceKind): number {
  if (kind === "trades") return ticks.last[at];
  if (kind === "bid") return ticks.bid[at];
  if (kind === "ask") return ticks.ask[at];
  return Math.round(((ticks.bid[at] + ticks.ask[at]) / 2) * 1e8) / 1e8;
}

function copy(columns: PriceColumns, row: number): BarPrices {
  prices.open = columns.open[row];
  prices.high = columns.high[row];
  prices.low = columns.low[row];
  prices.close = columns.close[row];
  return prices;
}

function middle(series: BarSeries, row: number, spread: number): BarPrices {
  const bid = { ...barPrices(series, row, "bid", spread) };
  const ask = barPrices(series, row, "ask", spread);
  const half = (a: number, b: number): number => Math.round(((a + b) / 2) * 1e8) / 1e8;
  prices.open = half(bid.open, ask.open);
  prices.high = half(bid.high, ask.high);
  prices.low = half(bid.low, ask.low);
  prices.close = half(bid.close, ask.close);
  return prices;
}

/** IB's bars of bid and ask: the open is the average bid, the close the average ask, high the ask's, low the bid's. */
function bidAndAsk(series: BarSeries, row: number, spread: number): BarPrices {
  const bid = { ...barPrices(series, row, "bid", spread) };
  const ask = barPrices(series, row, "ask", spread);
  const mean = (one: BarPrices): number => Math.round(((one.open + one.high + one.low + one.close) / 4) * 1e8) / 1e8;
  const { high } = ask;
  const averageAsk = mean(ask);
  prices.open = mean(bid);
  prices.high = high;
  prices.low = bid.low;
  prices.close = averageAsk;
  return prices;
}

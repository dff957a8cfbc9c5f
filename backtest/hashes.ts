import type { BarSeries } from "../core/market/bar-series.js";
import type { Instrument } from "../core/market/instrument.js";
import type { QuoteSeries } from "../core/market/quote.js";
import type { TradeSeries } from "../core/market/trade.js";
import type { OrderBook } from "../core/orders/order-book.js";
import type { FillLog } from "../core/portfolio/fill-log.js";
import type { EquityCurve } from "../core/statistics/inputs.js";
import { CanonicalHash } from "./canonical.js";

/** Everything that decides the outcome of a backtest. */
export interface HashedInputs {
  /** Every setting that bears on the outcome: fill rule, fees, slippage, guards, dates, seed. Whatever JSON can say. */
  readonly config: unknown;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly instruments: readonly Instrument[];
  readonly series: readonly BarSeries[];
  readonly quotes?: readonly QuoteSeries[];
  readonly trades?: readonly TradeSeries[];
  /** The strategy's source text. */
  readonly source: string;
}

/** What a backtest led to. */
export interface HashedOutcome {
  readonly equity: EquityCurve;
  readonly fills: FillLog;
  readonly orders: OrderBook;
  readonly statistics: object;
}

/** SHA-256 of all that went in: two runs with the same one must have the same outcome. */
export function hashInputs(inputs: HashedInputs): string {
  const hash = new CanonicalHash();
  hash.json("config", inputs.config);
  hash.json("params", inputs.params);
  hash.text("source", inputs.source);
  hash.json("instruments", inputs.instruments);
  for (const series of inputs.series) hashBars(hash, series);
  for (const quotes of inputs.quotes ?? []) {
    hash.text("quotes", quotes.instrument.symbol);
    for (const name of ["time", "bid", "ask", "bidSize", "askSize"] as const) {
      hash.column(name, quotes[name], quotes.length);
    }
  }
  for (const trades of inputs.trades ?? []) {
    hash.text("trades", trades.instrument.symbol);
    for (const name of ["time", "price", "size"] as const) hash.column(name, trades[name], trades.length);
  }
  return hash.digest();
}

/** SHA-256 of all that came out: equity, fills, orders and statistics. */
export function hashOutcome(outcome: HashedOutcome): string {
  const { equity, fills, orders } = outcome;
  const hash = new CanonicalHash();
  hash.column("time", equity.time, equity.length);
  hash.column("equity", equity.value, equity.length);
  for (const name of FILL_COLUMNS) hash.column(`fill ${name}`, fills[name], fills.length);
  for (const name of ORDER_COLUMNS) hash.column(`order ${name}`, orders[name], orders.length);
  for (const [name, of] of ORDER_TERMS) {
    hash.column(
      `order ${name}`,
      Float64Array.from({ length: orders.length }, (_, id) => of(orders, id)),
      orders.length,
    );
  }
  hash.json("tags", [...orders.tags]);
  hash.json("denials", [...orders.denials]);
  hash.json("statistics", outcome.statistics);
  return hash.digest();
}

function hashBars(hash: CanonicalHash, series: BarSeries): void {
  hash.text("bars", `${series.instrument.symbol} ${series.size.label} ${series.source}`);
  for (const name of ["start", "end", "open", "high", "low", "close", "volume"] as const) {
    hash.column(name, series[name], series.length);
  }
  for (const side of ["bid", "ask"] as const) {
    const prices = series[side];
    if (prices === undefined) continue;
    for (const name of ["open", "high", "low", "close"] as const) {
      hash.column(`${side} ${name}`, prices[name], series.length);
    }
  }
}

const FILL_COLUMNS = [
  "order",
  "instrument",
  "row",
  "quantity",
  "price",
  "fee",
  "slippage",
  "time",
  "knownAt",
] as const satisfies readonly (keyof FillLog)[];

const ORDER_COLUMNS = [
  "instrument",
  "side",
  "type",
  "tif",
  "status",
  "parent",
  "group",
  "flags",
  "quantity",
  "filled",
  "filledValue",
  "fees",
  "limit",
  "stop",
] as const satisfies readonly (keyof OrderBook)[];

/** What the book tells of an order without a column of its own for it. */
const ORDER_TERMS: readonly (readonly [string, (orders: OrderBook, id: number) => number])[] = [
  ["trail", (orders, id) => orders.trailOf(id)],
  ["limitOffset", (orders, id) => orders.limitOffsetOf(id)],
  ["createdAt", (orders, id) => orders.createdAt[id]],
  ["closedAt", (orders, id) => orders.closedAt(id)],
  ["goodTill", (orders, id) => orders.goodTillOf(id)],
];

import type { Instrument } from "../market/instrument.js";
import { type Denial, priceDetail } from "./denial.js";
import { OrderError } from "./errors.js";
import { DAY_ORDER, GOOD_TILL_CANCELLED, LIMIT, STOP, TRAILING_STOP } from "./kinds.js";
import type { Order } from "./order.js";
import { type OrderBook, OUTSIDE_RTH, PROTECTIVE } from "./order-book.js";
import { checkPrice, type OrderOptions } from "./order-request.js";
import { roundPrice, roundTrail } from "./tick.js";

/** What a bracket adds to its entry: where it gets out. Prices are in the instrument's currency. */
export interface BracketOptions extends OrderOptions {
  readonly stopLoss?: number;
  readonly takeProfit?: number;
  /** The stop loss trails by this amount instead of standing at `stopLoss`. */
  readonly trailingStop?: number;
  /** Time in force of the exits. Default GTC: they outlive the session. */
  readonly exitTif?: "DAY" | "GTC";
}

/** An entry with its exits, of which one cancels the other. */
export interface Bracket {
  readonly entry: Order;
  readonly stopLoss: Order | undefined;
  readonly takeProfit: Order | undefined;
}

/**
 * Holds the exits of a bracket to lying on their sides of each other and of its entry, where that has a price.
 * @param sign +1 buys, -1 sells
 * @throws OrderError BRACKET_INVALID, PRICE_INVALID
 */
export function checkBracket(instrument: Instrument, sign: number, options: BracketOptions): void {
  const { stopLoss, takeProfit } = options;
  const refuse = (problem: string): never => {
    throw new OrderError("BRACKET_INVALID", { symbol: instrument.symbol, problem });
  };
  if (stopLoss === undefined && takeProfit === undefined && options.trailingStop === undefined) {
    refuse("neither a stop loss nor a take profit");
  }
  checkPrice(instrument, "stopLoss", stopLoss, instrument.negativePrices);
  checkPrice(instrument, "takeProfit", takeProfit, instrument.negativePrices);
  checkPrice(instrument, "trailingStop", options.trailingStop, false);
  if (stopLoss !== undefined && takeProfit !== undefined && !(sign * (takeProfit - stopLoss) > 0)) {
    refuse(`stopLoss=${stopLoss} and takeProfit=${takeProfit}`);
  }
  const entry = options.limit ?? options.stop;
  if (entry === undefined) return;
  if (stopLoss !== undefined && !(sign * (entry - stopLoss) > 0)) {
    refuse(`stopLoss=${stopLoss} for an entry at ${entry}`);
  }
  if (takeProfit !== undefined && !(sign * (takeProfit - entry) > 0)) {
    refuse(`takeProfit=${takeProfit} for an entry at ${entry}`);
  }
}

/**
 * Why a bracket that enters at the market cannot do so now: its price is beyond an exit, or there is none yet.
 * @param mark the latest price; NaN before the first
 */
export function crossedBy(
  mark: number,
  { tickSize }: Instrument,
  sign: number,
  options: BracketOptions,
): Denial | undefined {
  const { limit, stop, stopLoss, takeProfit } = options;
  if (limit !== undefined || stop !== undefined) return undefined;
  const isPast = (exit: number | undefined, direction: number): boolean =>
    exit !== undefined && !(direction * (mark - exit) > 0);
  const exit = isPast(stopLoss, sign) ? stopLoss : isPast(takeProfit, -sign) ? takeProfit : undefined;
  if (exit === undefined) return undefined;
  const price = mark === mark ? priceDetail(mark, tickSize) : "none";
  return { code: "BRACKET_CROSSED", details: { exit: priceDetail(exit, tickSize), price } };
}

/** Writes the exits of a bracket behind its entry, and one for the other; the rows of those it has. */
export function writeExits(
  book: OrderBook,
  entry: number,
  group: number,
  instrument: Instrument,
  options: BracketOptions,
): { readonly stopLoss: number | undefined; readonly takeProfit: number | undefined } {
  const hasStop = options.stopLoss !== undefined || options.trailingStop !== undefined;
  const stopLoss = hasStop ? writeStopLoss(book, entry, group, instrument, options) : undefined;
  if (options.takeProfit === undefined) return { stopLoss, takeProfit: undefined };
  const takeProfit = writeExit(book, entry, group, LIMIT, options);
  book.limit[takeProfit] = roundPrice(options.takeProfit, instrument.tickSize, book.side[entry]);
  return { stopLoss, takeProfit };
}

/** The exit of a bracket at a stop, or at one that trails. Its prices have been checked with the bracket's. */
function writeStopLoss(
  book: OrderBook,
  entry: number,
  group: number,
  instrument: Instrument,
  options: BracketOptions,
): number {
  const { stopLoss, trailingStop } = options;
  const order = writeExit(book, entry, group, trailingStop === undefined ? STOP : TRAILING_STOP, options);
  if (stopLoss !== undefined) book.stop[order] = roundPrice(stopLoss, instrument.tickSize, book.side[entry]);
  // Without a stop of its own a trail begins behind the price that the entry fills at, which nobody knows yet.
  if (trailingStop !== undefined) book.setTrail(order, roundTrail(trailingStop, instrument.tickSize), 0);
  return order;
}

/** An exit of a bracket: of its entry's size, on the other side. */
function writeExit(book: OrderBook, entry: number, group: number, type: number, options: BracketOptions): number {
  const order = book.add(book.instrument[entry], -book.side[entry], type, book.quantity[entry]);
  book.tif[order] = options.exitTif === "DAY" ? DAY_ORDER : GOOD_TILL_CANCELLED;
  book.parent[order] = entry;
  book.group[order] = group;
  book.flags[order] = options.outsideRth === true ? PROTECTIVE | OUTSIDE_RTH : PROTECTIVE;
  return order;
}

import { DUST } from "../../core/dust.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Ledger } from "../ledger/ledger.js";
import { oppositeInWords, oppositeUnits } from "../ledger/opposite-units.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";
import { orderInWords } from "./order-in-words.js";

/** What a session has of an instrument that is not of this run: nobody looks after it, and no command reaches it. */
export interface Untraded {
  readonly symbol: string;
  /** Signed units; 0 where there are orders alone. */
  readonly quantity: number;
  /** Those that may still fill. */
  readonly orders: readonly OrderRecord[];
}

export function untradedOf(ledger: Ledger, instruments: readonly Instrument[]): Untraded[] {
  const traded = new Set(instruments.map(({ symbol }) => symbol));
  const symbols = new Set([...ledger.holdings.keys(), ...ledger.open.map(({ intent }) => intent.symbol)]);
  return [...symbols]
    .filter((symbol) => !traded.has(symbol))
    .map((symbol) => ({
      symbol,
      quantity: ledger.holdings.get(symbol)?.quantity ?? 0,
      orders: ledger.open.filter(({ intent }) => intent.symbol === symbol),
    }))
    .filter(({ quantity, orders }) => quantity !== 0 || orders.length > 0);
}

export function tellUntraded(ledger: Ledger, instruments: readonly Instrument[], news: BrokerNews): void {
  for (const { symbol, quantity, orders } of untradedOf(ledger, instruments)) {
    if (quantity !== 0) news.alert("UNTRADED", { symbol, what: `a position of ${unitsCell(quantity)}` });
    for (const { intent } of orders) news.alert("UNTRADED", { symbol, what: `the order ${orderInWords(intent)}` });
  }
}

/** What a closing of everything has left of it, and what can be done about that. */
export function untradedInWords(ledger: Ledger, { symbol, quantity, orders }: Untraded): string {
  const opposite = oppositeUnits(ledger, symbol);
  const against = opposite > 0 ? `, though ${oppositeInWords(opposite)}` : "";
  const what = [
    quantity === 0 ? "" : `${unitsCell(quantity)} ${symbol} are still held${against}`,
    orders.length === 0 ? "" : `${ordersInWords(orders)} may still fill`,
  ];
  const then = opposite > 0 ? "adopt what was closed by hand" : "flatten it then";
  // Exits that work on behind a position that is closed by hand would open the opposite, as would closing it once more.
  const byHand = [
    orders.length === 0 ? "" : "cancel what works of it",
    Math.abs(quantity) - opposite <= DUST ? "" : "close what the account has of it",
  ];
  const inTws = said(byHand, ", then ");
  return `${said(what, ", and ")}: this run does not trade ${symbol}. Start the session with ${symbol} among its symbols and ${then}${inTws === "" ? "" : `, or in TWS ${inTws}`}.`;
}

export function ordersInWords(orders: readonly OrderRecord[]): string {
  return orders.map(({ intent }) => orderInWords(intent)).join(", ");
}

function said(parts: readonly string[], between: string): string {
  return parts.filter((part) => part !== "").join(between);
}

import type { BrokerAccount } from "../../core/broker.js";
import {
  IMMEDIATE_OR_CANCEL,
  LIMIT,
  LIMIT_IF_TOUCHED,
  MARKET_IF_TOUCHED,
  STOP,
  STOP_LIMIT,
} from "../../core/orders/kinds.js";
import { isExit } from "../../core/guards/guard.js";
import { workedType } from "./worked-type.js";
import { CANCEL_ASKED, CHANGED, type SimOrders } from "./sim-orders.js";

/**
 * How far a bar must reach before anything can happen to the orders of an instrument: most orders wait for a price that
 * most bars do not come near. Levels are kept for instruments all of whose orders simply rest; a bar that touches none
 * of them is not matched at all. Whatever adds or changes an order makes the instrument's levels unknown, and the next
 * bar is matched; what ends an order leaves levels that are closer than need be.
 *
 * Must hold: a bar that `misses` would have been matched without any effect.
 */
export class PriceReach {
  private readonly account: BrokerAccount;
  private readonly orders: SimOrders;
  // For each instrument: orders wait for the ask to fall to `buyLow` or to rise to `buyHigh`, and for the bid likewise.
  // NaN while the levels are not known.
  private readonly buyLow: Float64Array;
  private readonly buyHigh: Float64Array;
  private readonly sellLow: Float64Array;
  private readonly sellHigh: Float64Array;

  constructor(account: BrokerAccount, orders: SimOrders) {
    const count = account.market.instruments.length;
    this.account = account;
    this.orders = orders;
    this.buyLow = new Float64Array(count).fill(Number.NaN);
    this.buyHigh = new Float64Array(count);
    this.sellLow = new Float64Array(count);
    this.sellHigh = new Float64Array(count);
  }

  /** Whether a bar of an instrument's finest series touches no price that any of its orders waits for. */
  misses(instrument: number, row: number): boolean {
    const buyLow = this.buyLow[instrument];
    if (buyLow !== buyLow) return false;
    const { market } = this.account;
    const series = market.series[market.finest[instrument]];
    const ask = series.ask ?? series;
    const bid = series.bid ?? series;
    return (
      ask.low[row] > buyLow &&
      ask.high[row] < this.buyHigh[instrument] &&
      bid.low[row] > this.sellLow[instrument] &&
      bid.high[row] < this.sellHigh[instrument]
    );
  }

  /** An order has come, changed or been woken: the next bar is to be matched. */
  forget(instrument: number): void {
    this.buyLow[instrument] = Number.NaN;
  }

  /** Takes the levels of an instrument that has just been matched. */
  learn(instrument: number): void {
    const { book, working } = this.account;
    const list = working.lists[instrument];
    const count = working.count[instrument];
    let buyLow = Number.NEGATIVE_INFINITY;
    let buyHigh = Infinity;
    let sellLow = Number.NEGATIVE_INFINITY;
    let sellHigh = Infinity;
    for (let k = 0; k < count; k++) {
      const order = list[k];
      const parent = book.parent[order];
      if ((this.orders.marks[order] & (CANCEL_ASKED | CHANGED)) !== 0) return this.forget(instrument);
      // Its parent's own fill comes with a bar that is matched, and what wakes it there makes the levels unknown.
      if (parent >= 0 && book.filled[parent] === 0 && isExit(book, order)) continue;
      if (!this.rests(order)) return this.forget(instrument);
      const type = workedType(book, order);
      const level = type === LIMIT ? book.limit[order] : book.stop[order];
      const buy = book.side[order] > 0;
      const falls = type === STOP || type === STOP_LIMIT ? !buy : buy;
      if (level !== level) return this.forget(instrument);
      if (buy) {
        if (falls) buyLow = Math.max(buyLow, level);
        else buyHigh = Math.min(buyHigh, level);
      } else if (falls) sellLow = Math.max(sellLow, level);
      else sellHigh = Math.min(sellHigh, level);
    }
    this.buyLow[instrument] = buyLow;
    this.buyHigh[instrument] = buyHigh;
    this.sellLow[instrument] = sellLow;
    this.sellHigh[instrument] = sellHigh;
  }

  /** Whether nothing but a price can happen to an order that is as it was: neither time, nor a trail, nor a parent. */
  private rests(order: number): boolean {
    const { book } = this.account;
    const parent = book.parent[order];
    if (parent >= 0 && book.filled[parent] === 0) return false;
    const tif = book.tif[order];
    if (tif >= IMMEDIATE_OR_CANCEL) return false;
    const type = workedType(book, order);
    return (
      type === LIMIT ||
      type === STOP ||
      type === STOP_LIMIT ||
      type === MARKET_IF_TOUCHED ||
      type === LIMIT_IF_TOUCHED
    );
  }
}

import type { BrokerAccount, Reach } from "../../core/broker.js";
import { isExit } from "../../core/guards/guard.js";
import {
  IMMEDIATE_OR_CANCEL,
  isSent,
  LIMIT,
  LIMIT_IF_TOUCHED,
  MARKET_IF_TOUCHED,
  STOP,
  STOP_LIMIT,
} from "../../core/orders/kinds.js";
import { CANCEL_ASKED, CHANGED, type SimOrders } from "./sim-orders.js";
import { workedType } from "./worked-type.js";

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

  /** The same for all bars until the levels change; undefined where they are not known, or bid and ask stand apart. */
  of(instrument: number): Reach | undefined {
    const buyLow = this.buyLow[instrument];
    const { market } = this.account;
    const { bid, ask } = market.series[market.finest[instrument]];
    if (buyLow !== buyLow || bid !== undefined || ask !== undefined) return undefined;
    return {
      below: Math.max(buyLow, this.sellLow[instrument]),
      above: Math.min(this.buyHigh[instrument], this.sellHigh[instrument]),
    };
  }

  /** An order has come, changed or been woken: the next bar is to be matched. */
  forget(instrument: number): void {
    this.buyLow[instrument] = Number.NaN;
  }

  /** Takes the levels of an instrument that has just been matched. */
  learn(instrument: number): void {
    const { working } = this.account;
    const list = working.lists[instrument];
    const count = working.count[instrument];
    this.buyLow[instrument] = Number.NEGATIVE_INFINITY;
    this.buyHigh[instrument] = Infinity;
    this.sellLow[instrument] = Number.NEGATIVE_INFINITY;
    this.sellHigh[instrument] = Infinity;
    for (let k = 0; k < count; k++) {
      if (this.includes(instrument, list[k])) continue;
      this.forget(instrument);
      return;
    }
  }

  /** Draws the levels in to where an order waits; false where it waits for something else than a price. */
  private includes(instrument: number, order: number): boolean {
    const { book } = this.account;
    // One that is held comes with its release.
    if (!isSent(book.status[order])) return true;
    if (this.orders.has(order, CANCEL_ASKED | CHANGED)) return false;
    const parent = book.parent[order];
    // Its parent's own fill comes with a bar that is matched, and what wakes it there makes the levels unknown.
    if (parent >= 0 && book.filled[parent] === 0) return isExit(book, order);
    if (book.tif[order] >= IMMEDIATE_OR_CANCEL) return false;
    const type = workedType(book, order);
    const level = type === LIMIT ? book.limit[order] : book.stop[order];
    if (!RESTING.has(type) || level !== level) return false;
    const buy = book.side[order] > 0;
    const falls = (type === STOP || type === STOP_LIMIT) !== buy;
    const low = buy ? this.buyLow : this.sellLow;
    const high = buy ? this.buyHigh : this.sellHigh;
    if (falls) low[instrument] = Math.max(low[instrument], level);
    else high[instrument] = Math.min(high[instrument], level);
    return true;
  }
}

/** What waits for a price and for nothing else: neither for an auction nor for what its own trail will be. */
const RESTING: ReadonlySet<number> = new Set([LIMIT, STOP, STOP_LIMIT, MARKET_IF_TOUCHED, LIMIT_IF_TOUCHED]);

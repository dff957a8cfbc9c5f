import type { BrokerAccount } from "../../core/broker.js";
import { isDormant } from "../../core/guards/guard.js";
import {
  isImmediate,
  isSent,
  isTouch,
  LIMIT,
  LIMIT_ON_OPEN,
  MARKET,
  MARKET_ON_OPEN,
  TRAILING_STOP_LIMIT,
} from "../../core/orders/kinds.js";
import { WAS_TRIGGERED } from "../../core/orders/order-book.js";
import { isForClose, isForOpen, isOpenFor } from "../../core/orders/order-hours.js";
import type { Execution } from "./execution.js";
import { ADDS_LIQUIDITY, OPENING_AUCTION, REMOVES_LIQUIDITY } from "./fee-model.js";
import type { SimRules } from "./rules.js";
import { RESTED, type SimOrders } from "./sim-orders.js";
import { followTrail, limitBehindStop } from "./trailing-stops.js";
import { workedType } from "./worked-type.js";

/**
 * Matches the working orders of an instrument against quotes and trades as they come. Only what came after an order
 * was made can fill it. Where an instrument has quotes they fill, and trades only trigger stops and go through
 * limits; where it has trades alone, trades fill.
 */
export class TickMatching {
  private readonly account: BrokerAccount;
  private readonly rules: SimRules;
  private readonly orders: SimOrders;
  private readonly execution: Execution;
  private list = new Int32Array(8);
  private length = 0;

  constructor(account: BrokerAccount, rules: SimRules, orders: SimOrders, execution: Execution) {
    this.account = account;
    this.rules = rules;
    this.orders = orders;
    this.execution = execution;
  }

  onQuote(instrument: number, now: number): void {
    const { market, book } = this.account;
    const quote = market.quotes[instrument];
    const triggers = !market.triggersOnTrades(instrument);
    this.snapshot(instrument);
    // What each side has to give, and has left; orders take turns as they were made, whichever side they are on.
    let asked = unitsOf(quote.askSize);
    let bid = unitsOf(quote.bidSize);
    for (let k = 0; k < this.length; k++) {
      const order = this.list[k];
      const buys = book.side[order] > 0;
      const price = buys ? quote.ask : quote.bid;
      if (price !== price || !this.takesPart(order, now)) continue;
      this.execution.beginTick(buys ? asked : bid);
      // What waits for a trade to trigger it takes no part in quotes.
      if (triggers) this.tryTrigger(order, price);
      else if (waitsForTrigger(workedType(book, order))) continue;
      if (isSent(book.status[order])) this.tryFill(order, price, now);
      if (buys) asked = this.execution.left;
      else bid = this.execution.left;
    }
  }

  onTrade(instrument: number, now: number): void {
    const { market, book } = this.account;
    const { price, size } = market.trades[instrument];
    const quoted = market.hasQuotes[instrument];
    const triggers = market.triggersOnTrades(instrument);
    this.snapshot(instrument);
    this.execution.beginTick(unitsOf(size));
    for (let k = 0; k < this.length; k++) {
      const order = this.list[k];
      if (!this.takesPart(order, now)) continue;
      const worked = workedType(book, order);
      if (triggers) this.tryTrigger(order, price);
      // What this very trade has triggered waits for the next price.
      if (!isSent(book.status[order]) || worked !== workedType(book, order)) continue;
      if (!quoted) this.tryFill(order, price, now);
      else if (worked === LIMIT) this.tryThrough(order, price, now);
      else if (triggers && waitsForTrigger(worked) && isImmediate(book.tif[order])) this.execution.cancelRest(order);
    }
  }

  private tryFill(order: number, price: number, now: number): void {
    const { book } = this.account;
    const type = workedType(book, order);
    const limit = book.limit[order];
    const fits = book.side[order] > 0 ? price <= limit : price >= limit;
    const opening = isForOpen(book, order);
    if (type === MARKET || type === MARKET_ON_OPEN) {
      this.execution.fillMarket(order, price, -1, now, opening ? OPENING_AUCTION : REMOVES_LIQUIDITY);
    } else if (type === LIMIT || type === LIMIT_ON_OPEN) {
      // An order that has rested is met at its own price; one that has just come takes the price it finds.
      const resting = this.orders.has(order, RESTED);
      if (fits) this.execution.fillLimit(order, resting ? limit : price, -1, now, this.liquidity(resting, opening));
      this.orders.mark(order, RESTED);
    }
    if (opening || isImmediate(book.tif[order])) this.execution.cancelRest(order);
  }

  /** A trade on the other side of a resting limit has gone through it. */
  private tryThrough(order: number, price: number, now: number): void {
    const { book } = this.account;
    const limit = book.limit[order];
    const buy = book.side[order] > 0;
    const through =
      this.rules.limitFill === "through"
        ? buy
          ? price < limit
          : price > limit
        : buy
          ? price <= limit
          : price >= limit;
    if (through && this.orders.has(order, RESTED)) this.execution.fillLimit(order, limit, -1, now, ADDS_LIQUIDITY);
  }

  private tryTrigger(order: number, price: number): void {
    const { book, events } = this.account;
    const type = workedType(book, order);
    if (!waitsForTrigger(type)) return;
    const buy = book.side[order] > 0;
    const level = book.stop[order];
    const met = buy === isTouch(type) ? price <= level : price >= level;
    if (!met) {
      followTrail(this.account, order, price);
      return;
    }
    // Where there is nothing for it to close, nothing triggers it.
    if (this.execution.hasNothingToClose(order)) return;
    if (type === TRAILING_STOP_LIMIT) limitBehindStop(this.account, order);
    book.flags[order] |= WAS_TRIGGERED;
    events.triggered(order);
  }

  private takesPart(order: number, now: number): boolean {
    const { book, market } = this.account;
    if (!isSent(book.status[order]) || isDormant(book, order)) return false;
    const live = this.orders.liveFrom(order, book, this.rules.latency);
    if (live >= now) return false;
    if (isForClose(book, order) || !isOpenFor(book, market, order, now)) return false;
    if (!isForOpen(book, order)) return true;
    const sessions = market.sessions[book.instrument[order]];
    return live <= sessions.open[sessions.indexAt(now)];
  }

  private liquidity(resting: boolean, opening: boolean): 0 | 1 | 2 {
    if (opening) return OPENING_AUCTION;
    return resting ? ADDS_LIQUIDITY : REMOVES_LIQUIDITY;
  }

  private snapshot(instrument: number): void {
    const { working } = this.account;
    const count = working.count[instrument];
    if (count > this.list.length) this.list = new Int32Array(count * 2);
    this.list.set(working.lists[instrument].subarray(0, count));
    this.length = count;
  }
}

/** Whether an order of this worked type has a stop or touch price that is still to be met. */
function waitsForTrigger(type: number): boolean {
  return type > LIMIT && type < MARKET_ON_OPEN;
}

/** What a quote or trade of a size has to give; one that does not say it, with NaN or 0, bounds nothing. */
function unitsOf(size: number): number {
  return size > 0 ? size : Infinity;
}

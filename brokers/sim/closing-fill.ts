import type { BrokerAccount } from "../../core/broker.js";
import { isDormant } from "../../core/guards/guard.js";
import type { Execution } from "./execution.js";
import { CLOSING_AUCTION } from "./fee-model.js";
import type { SimRules } from "./rules.js";
import type { SimOrders } from "./sim-orders.js";

/**
 * Fills of orders for the close at the end of a session that no bar ended with: on quotes and trades, and where the last
 * bar of the session had ended before. They get the latest price of the session that came after the order.
 */
export class ClosingFill {
  private readonly account: BrokerAccount;
  private readonly rules: SimRules;
  private readonly orders: SimOrders;
  private readonly execution: Execution;

  constructor(account: BrokerAccount, rules: SimRules, orders: SimOrders, execution: Execution) {
    this.account = account;
    this.rules = rules;
    this.orders = orders;
    this.execution = execution;
  }

  /** Whether anything of the order was filled. */
  fill(order: number, now: number): boolean {
    const { book, market } = this.account;
    const instrument = book.instrument[order];
    if (isDormant(book, order) || this.orders.liveFrom(order, book, this.rules.latency) >= now) return false;
    const sessions = market.sessions[instrument];
    const open = sessions.open[sessions.indexAt(now)];
    if (market.hasTicks(instrument)) return this.onTicks(order, open, now);
    return this.onBars(order, open, now);
  }

  private onTicks(order: number, open: number, now: number): boolean {
    const { book, market, portfolio } = this.account;
    const instrument = book.instrument[order];
    const traded = market.trades[instrument];
    const isTraded = market.hasTrades[instrument] && traded.time > open;
    if (!isTraded && !(market.quotes[instrument].midTime > open)) return false;
    this.execution.beginTick(Infinity);
    return this.fillAt(order, isTraded ? traded.price : portfolio.mark[instrument], -1, now);
  }

  private onBars(order: number, open: number, now: number): boolean {
    const { book, market } = this.account;
    const instrument = book.instrument[order];
    const finest = market.finest[instrument];
    const end = market.lastBarEnd(instrument);
    // A bar that ends with the session has been matched, and what ended before the order is not for it.
    const live = this.orders.liveFrom(order, book, this.rules.latency);
    if (!(end > open && end < now && live < end)) return false;
    const series = market.series[finest];
    const row = market.row[finest];
    const side = book.side[order] > 0 ? series.ask : series.bid;
    this.execution.beginBar(instrument, row, series.volume);
    return this.fillAt(order, (side ?? series).close[row], row, now);
  }

  private fillAt(order: number, price: number, row: number, now: number): boolean {
    const { book } = this.account;
    const limit = book.limit[order];
    if (price !== price) return false;
    if (limit !== limit) return this.execution.fillMarket(order, price, row, now, CLOSING_AUCTION);
    const fits = book.side[order] > 0 ? price <= limit : price >= limit;
    return fits && this.execution.fillLimit(order, price, row, now, CLOSING_AUCTION);
  }
}

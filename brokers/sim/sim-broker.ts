import type { Broker, BrokerAccount, BrokerEvents } from "../../core/broker.js";
import { closeAfter } from "../../core/calendar/session-time.js";
import { isDormant } from "../../core/guards/guard.js";
import type { Market } from "../../core/market/market.js";
import type { Denial } from "../../core/orders/denial.js";
import {
  DAY_ORDER, GOOD_TILL_DATE, isWorking, LIMIT, LIMIT_ON_CLOSE, LIMIT_ON_OPEN, MARKET, MARKET_ON_CLOSE, MARKET_ON_OPEN,
  STOP_LIMIT,
} from "../../core/orders/kinds.js";
import { LIQUIDATION, type OrderBook } from "../../core/orders/order-book.js";
import { BarMatching } from "./bar-matching.js";
import { Execution } from "./execution.js";
import { SimAccount } from "./account.js";
import type { SimRules } from "./rules.js";
import { SimOrders } from "./sim-orders.js";
import { TickMatching } from "./tick-matching.js";

/**
 * The simulated broker: it accepts orders at once, matches them against bars, quotes and trades as docs/matching.md
 * says, charges fees, keeps the account within its margin, and ends orders by their time in force.
 */
export class SimBroker implements Broker {
  /** The earliest instant at which an order ends by itself; Infinity for none. */
  nextDue = Infinity;
  private readonly rules: SimRules;
  /** Exchange-local trade date (yyyymmdd) of each session, by instrument. */
  private readonly tradeDates: readonly Int32Array[];
  private readonly orders = new SimOrders();
  private book!: OrderBook;
  private market!: Market;
  private account!: BrokerAccount;
  private events!: BrokerEvents;
  private view!: SimAccount;
  private execution!: Execution;
  private bars!: BarMatching;
  private ticks!: TickMatching;

  constructor(rules: SimRules, tradeDates: readonly Int32Array[]) {
    this.rules = rules;
    this.tradeDates = tradeDates;
  }

  /** Bars in which what happened first was not certain and the policy decided. */
  get ambiguousBars(): number {
    return this.bars.ambiguous;
  }

  connect(account: BrokerAccount): void {
    this.account = account;
    this.book = account.book;
    this.market = account.market;
    this.events = account.events;
    this.rules.fees.reset();
    this.rules.margin.reset();
    this.view = new SimAccount(account, this.orders);
    this.execution = new Execution(account, this.rules, this.tradeDates, this.view);
    this.bars = new BarMatching(account, this.rules, this.orders, this.execution);
    this.ticks = new TickMatching(account, this.rules, this.orders, this.execution);
  }

  refusal(order: number, quantity: number, now: number): Denial | undefined {
    const { book } = this;
    const instrument = book.instrument[order];
    const price = this.expectedPrice(order);
    const signed = quantity * book.side[order];
    this.orders.reset(order);
    const { margin } = this.rules;
    const view = this.view.count(order);
    const date = this.execution.tradeDate(instrument, now);
    const fee = this.execution.estimateFee(order, quantity, price, now);
    const refused = margin.refusal(view, instrument, signed, price, date, fee);
    if (refused === undefined) this.orders.promised[order] = margin.needed(view, instrument, signed, price, date, fee);
    return refused;
  }

  submit(order: number, now: number): void {
    const { book } = this;
    if (book.parent[order] >= 0 || (book.flags[order] & LIQUIDATION) !== 0) this.orders.reset(order);
    const instrument = book.instrument[order];
    const tif = book.tif[order];
    const type = book.type[order];
    const auction = type === MARKET_ON_CLOSE || type === LIMIT_ON_CLOSE;
    let expiry = Infinity;
    if (tif === DAY_ORDER || auction) expiry = closeAfter(this.market.sessions[instrument], now);
    else if (tif === GOOD_TILL_DATE) expiry = book.goodTill[order];
    this.orders.expiry[order] = expiry;
    if (expiry < this.nextDue) this.nextDue = expiry;
    this.events.accepted(order);
  }

  modified(order: number): void {
    this.orders.rested[order] = 0;
  }

  cancel(order: number): void {
    if (!isWorking(this.book.status[order])) return;
    this.events.cancelled(order);
    this.execution.endChildren(order);
  }

  onBar(instrument: number, row: number, now: number): void {
    this.bars.match(instrument, row, now);
  }

  onQuote(instrument: number, now: number): void {
    this.ticks.onQuote(instrument, now);
  }

  onTrade(instrument: number, now: number): void {
    this.ticks.onTrade(instrument, now);
  }

  onInstantEnd(now: number): void {
    if (this.rules.fill === "same-close" && this.account.working.total > 0) this.fillAtThisClose(now);
    if (this.execution.leveraged) this.callMargin(now);
  }

  onDue(now: number): void {
    const { working } = this.account;
    let next = Infinity;
    for (let i = 0; i < working.lists.length; i++) {
      if (working.count[i] === 0) continue;
      const list = working.lists[i].slice(0, working.count[i]);
      for (const order of list) {
        if (!isWorking(this.book.status[order])) continue;
        const expiry = this.orders.expiry[order];
        if (expiry > now) {
          if (expiry < next) next = expiry;
        } else {
          this.end(order, now);
        }
      }
    }
    this.nextDue = next;
  }

  /** An order has come to its end in time: one for the close fills there if it can, any other expires. */
  private end(order: number, now: number): void {
    const type = this.book.type[order];
    if ((type === MARKET_ON_CLOSE || type === LIMIT_ON_CLOSE) && this.ticks.fillAtClose(order, now)) return;
    this.events.expired(order);
    this.execution.endChildren(order);
  }

  /** Market orders made at this very instant fill at the close that ends it. */
  private fillAtThisClose(now: number): void {
    const { book, market, account } = this;
    for (let i = 0; i < account.working.lists.length; i++) {
      const count = account.working.count[i];
      if (count === 0 || market.lastBarEnd(i) !== now) continue;
      const list = account.working.lists[i].slice(0, count);
      const series = market.series[market.finest[i]];
      const row = market.row[market.finest[i]];
      for (const order of list) {
        if (book.type[order] !== MARKET || book.madeAt[order] !== now || isDormant(book, order)) continue;
        const side = book.side[order] > 0 ? series.ask : series.bid;
        this.execution.beginBar(i, series.volume[row]);
        this.execution.fillMarket(order, (side ?? series).close[row], row, now);
      }
    }
  }

  /** Liquidates as IB does when the account has fallen below its maintenance margin: at once, at the market. */
  private callMargin(now: number): void {
    const { margin } = this.rules;
    if (!margin.callsMargin) return;
    const date = this.execution.tradeDate(0, now);
    if (margin.excess(this.view, date) >= 0 || this.isLiquidating()) return;
    for (const { instrument, quantity } of margin.liquidations(this.view, date)) {
      const list = this.account.working.lists[instrument].slice(0, this.account.working.count[instrument]);
      for (const order of list) this.cancel(order);
      this.events.forced(instrument, Math.sign(quantity), Math.abs(quantity), "margin call");
    }
  }

  private isLiquidating(): boolean {
    const { working } = this.account;
    for (let i = 0; i < working.lists.length; i++) {
      for (let k = 0; k < working.count[i]; k++) {
        if ((this.book.flags[working.lists[i][k]] & LIQUIDATION) !== 0) return true;
      }
    }
    return false;
  }

  /** The price an order can be expected to cost at most: its limit, else the market it looks at. */
  private expectedPrice(order: number): number {
    const { book, market } = this;
    const type = book.type[order];
    if (type === LIMIT || type === STOP_LIMIT || type === LIMIT_ON_CLOSE || type === LIMIT_ON_OPEN) return book.limit[order];
    const instrument = book.instrument[order];
    const quoted = book.side[order] > 0 ? market.ask(instrument) : market.bid(instrument);
    const stop = book.stop[order];
    const now = quoted === quoted ? quoted : this.account.portfolio.mark[instrument];
    if (type === MARKET || type === MARKET_ON_CLOSE || type === MARKET_ON_OPEN || stop !== stop) return now;
    return stop;
  }
}

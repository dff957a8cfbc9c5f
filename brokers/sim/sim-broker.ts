import type { Broker, BrokerAccount, BrokerEvents, Reach } from "../../core/broker.js";
import { closeAfter, sessionAfter } from "../../core/calendar/session-time.js";
import { isDormant, isExit } from "../../core/guards/guard.js";
import { DAY, MINUTE } from "../../core/market/bar-size.js";
import type { Market } from "../../core/market/market.js";
import type { Denial } from "../../core/orders/denial.js";
import {
  DAY_ORDER,
  GOOD_TILL_DATE,
  isImmediate,
  isSent,
  isWorking,
  LIMIT,
  LIMIT_ON_CLOSE,
  LIMIT_ON_OPEN,
  MARKET,
  MARKET_ON_CLOSE,
  MARKET_ON_OPEN,
  STOP_LIMIT,
} from "../../core/orders/kinds.js";
import { CLOSES_ONLY, LIQUIDATION, type OrderBook } from "../../core/orders/order-book.js";
import { hoursOf, isForClose, isForOpen, isOpenFor } from "../../core/orders/order-hours.js";
import { withParents } from "../../core/orders/with-parents.js";
import { SimAccount } from "./account.js";
import { BarMatching } from "./bar-matching.js";
import { ClosingFill } from "./closing-fill.js";
import { Execution } from "./execution.js";
import { REMOVES_LIQUIDITY } from "./fee-model.js";
import { type Liquidation, MarginTerms } from "./margin-model.js";
import { MarginWatch } from "./margin-watch.js";
import { PriceReach } from "./price-reach.js";
import { RulesInForce, type SimRules } from "./rules.js";
import { CANCEL_ASKED, CHANGED, HAS_CHILDREN, RESTED, SimOrders } from "./sim-orders.js";
import { TickMatching } from "./tick-matching.js";
import { startTrail } from "./trailing-stops.js";

/** How long before an auction its orders must be in: NYSE rule 7.35 (15:50) and 7.35A (09:28). */
const CLOSE_CUT_OFF = 10 * MINUTE;
const OPEN_CUT_OFF = 2 * MINUTE;

/**
 * The simulated broker: it accepts orders at once, matches them against bars, quotes and trades as docs/matching.md
 * says, charges fees, keeps the account within its margin, and ends orders by their time in force.
 */
export class SimBroker implements Broker {
  /** The earliest instant at which an order ends by itself; Infinity for none. */
  nextDue = Infinity;
  /** When the first order ends by its time in force. */
  private expiryDue = Infinity;
  alertBelow = Number.NEGATIVE_INFINITY;
  readonly tradesAtClose: boolean;
  private readonly rules: SimRules;
  /** The limit of an order that is about to be modified. */
  private limitBefore = Number.NaN;
  /** Exchange-local trade date (yyyymmdd) of each session, by instrument. */
  private readonly tradeDates: readonly Int32Array[];
  private readonly orders = new SimOrders();
  private readonly terms = new MarginTerms();
  private book!: OrderBook;
  private market!: Market;
  private account!: BrokerAccount;
  private events!: BrokerEvents;
  private view!: SimAccount;
  private watch!: MarginWatch;
  protected execution!: Execution;
  private reach!: PriceReach;
  private bars!: BarMatching;
  private ticks!: TickMatching;
  private closing!: ClosingFill;

  constructor(rules: SimRules, tradeDates: readonly Int32Array[]) {
    this.rules = new RulesInForce(rules);
    this.tradesAtClose = rules.fill === "same-close";
    this.tradeDates = tradeDates;
  }

  /** Bars in which what happened first was not certain and the policy decided. */
  get ambiguousBars(): number {
    return this.bars.ambiguous;
  }

  /** Bars that lay outside the hours in which an order that worked may trade: they filled nothing. */
  get barsOutsideHours(): number {
    return this.bars.outside;
  }

  connect(account: BrokerAccount): void {
    this.account = account;
    this.book = account.book;
    this.market = account.market;
    this.events = account.events;
    this.rules.fees.reset();
    this.rules.margin.reset();
    // Room before the first order: an order that makes it would have the compiler begin anew with each run.
    this.orders.admit(0, this.book);
    this.view = new SimAccount(account, this.orders);
    this.watch = new MarginWatch(account, this.view, this.rules.margin);
    this.reach = new PriceReach(account, this.orders);
    this.execution = new Execution(
      account,
      this.rules,
      this.tradeDates,
      this.view,
      this.watch,
      this.orders,
      this.reach,
    );
    this.bars = new BarMatching(account, this.rules, this.orders, this.execution);
    this.ticks = new TickMatching(account, this.rules, this.orders, this.execution);
    this.closing = new ClosingFill(account, this.rules, this.orders, this.execution);
  }

  refusal(order: number, quantity: number): Denial | undefined {
    const { book } = this;
    const instrument = book.instrument[order];
    const isNew = !isSent(book.status[order]);
    if (isNew) this.orders.admit(order, book);
    const late = isNew ? this.afterCutOff(order) : undefined;
    if (late !== undefined) return late;
    if ((book.flags[order] & CLOSES_ONLY) !== 0) return undefined;
    const parent = book.parent[order];
    if (parent >= 0 && isExit(book, order) && quantity <= book.quantity[parent]) return undefined;
    const price = this.expectedPrice(order);
    // A modification is held to all that will be left of the order, at its new price.
    const units = isNew ? quantity : book.remaining(order) + quantity;
    const signed = units * book.side[order];
    const { terms, execution, rules } = this;
    const fill = execution.describe(order, units, price, this.account.clock.now, REMOVES_LIQUIDITY);
    terms.instrument = instrument;
    terms.quantity = signed;
    terms.price = price;
    terms.tradeDate = fill.tradeDate;
    terms.fee = rules.fees.estimate(fill);
    const refused = rules.margin.refusal(this.view.count(order), terms);
    if (refused === undefined) this.orders.promised[order] = terms.needed / units;
    return refused;
  }

  submit(order: number): void {
    const { book } = this;
    this.orders.admit(order, book);
    const parent = book.parent[order];
    if (parent >= 0) this.orders.addChild(parent, book);
    this.reach.forget(book.instrument[order]);
    const tif = book.tif[order];
    let expiry = Infinity;
    // Where prices come one by one, a session may end with none for an order that does not wait.
    const looksToday = isImmediate(tif) && this.market.hasTicks(book.instrument[order]);
    if (tif === DAY_ORDER || looksToday || isForClose(book, order)) {
      expiry = closeAfter(hoursOf(book, this.market, order), this.account.clock.now);
    } else if (tif === GOOD_TILL_DATE) expiry = book.goodTill[order];
    this.orders.expiry[order] = expiry;
    if (expiry < this.expiryDue) this.expiryDue = expiry;
    this.renewAlerts();
    this.events.accepted(order);
    // One that was held may have a parent that has filled or ended meanwhile.
    if (parent >= 0 && book.filled[parent] > 0 && this.market.hasTicks(book.instrument[order])) {
      startTrail(this.account, order);
    }
    this.fitToParent(order);
  }

  /** Nothing of it is here yet. */
  held(): void {}

  dropped(): void {}

  modifying(order: number): void {
    const { orders, book } = this;
    this.limitBefore = book.limit[order];
    const { latency } = this.rules;
    // Inside a bar the order stood as it was until now: that part of the bar is still to be matched.
    if (latency === 0 && !this.isInsideBar(book.instrument[order])) orders.forgetChange(order);
    else if (!orders.has(order, CHANGED)) orders.noteChange(order, this.account.clock.now + latency, book);
  }

  modified(order: number): void {
    this.reach.forget(this.book.instrument[order]);
    // Of another size it rests on where it did; at another price it comes anew.
    if (!Object.is(this.book.limit[order], this.limitBefore)) this.orders.unmark(order, RESTED);
    this.execution.resizeExits(order);
    this.fitToParent(order);
  }

  /** An exit has no more units than its parent can open, and of one that has ended no more than that has filled. */
  private fitToParent(order: number): void {
    const { book, execution } = this;
    const parent = book.parent[order];
    if (parent < 0) return;
    if (!isWorking(book.status[parent])) execution.endChildren(parent);
    else if (isExit(book, order)) execution.fitExit(order);
  }

  cancel(order: number): void {
    if (!isSent(this.book.status[order])) return;
    if (this.isInsideBar(this.book.instrument[order])) {
      // What of the bar lies before the cancel is not known yet: it may have filled the order, or the one it waits for.
      if (this.orders.has(order, CANCEL_ASKED)) return;
      this.orders.askCancel(order, this.account.clock.now);
      this.reach.forget(this.book.instrument[order]);
      this.events.pendingCancel(order);
      return;
    }
    this.events.cancelled(order);
    this.execution.endChildren(order);
  }

  split(instrument: number, numerator: number, denominator: number): void {
    const { book, orders } = this;
    const { working, market } = this.account;
    const { quantityStep } = market.instruments[instrument];
    const affected = withParents(book, working.of(instrument));
    for (const order of affected) orders.split(order, numerator, denominator, quantityStep);
    // Exits of an order that has ended go where what it had filled is no whole step any more.
    for (const order of affected) if (!isWorking(book.status[order])) this.execution.endChildren(order);
    this.reach.forget(instrument);
    this.watch.split();
  }

  reachOf(instrument: number): Reach | undefined {
    return this.reach.of(instrument);
  }

  onBar(instrument: number, row: number): void {
    if (this.reach.misses(instrument, row)) return;
    this.bars.match(instrument, row);
    if (this.account.working.count[instrument] > 0) this.reach.learn(instrument);
    this.renewAlerts();
  }

  onQuote(instrument: number): void {
    this.ticks.onQuote(instrument, this.account.clock.now);
    this.renewAlerts();
  }

  onTrade(instrument: number): void {
    this.ticks.onTrade(instrument, this.account.clock.now);
    this.renewAlerts();
  }

  onInstantEnd(): void {
    if (this.rules.fill === "same-close" && this.account.working.total > 0) this.fillAtThisClose();
    if (this.watch.isDue) this.callMargin();
    this.renewAlerts();
  }

  onDue(): void {
    const { working, clock } = this.account;
    const { now } = clock;
    let next = Infinity;
    this.fillAtClose(now);
    for (let i = 0; i < working.lists.length; i++) {
      if (working.count[i] === 0) continue;
      for (const order of working.of(i)) {
        if (!isSent(this.book.status[order])) continue;
        const expiry = this.orders.expiry[order];
        if (expiry > now) {
          if (expiry < next) next = expiry;
        } else if (isImmediate(this.book.tif[order]) && this.sleptUntil(order, now)) {
          // It has not begun to look for a price: that it does behind the fill of its parent, in whichever session.
          this.orders.expiry[order] = closeAfter(hoursOf(this.book, this.market, order), now);
          next = Math.min(next, this.orders.expiry[order]);
        } else {
          this.end(order);
        }
      }
    }
    this.expiryDue = next;
    if (now >= this.watch.until) this.callMargin();
    this.renewAlerts();
  }

  /** Whether it waits for its parent to fill, or has done so until now. */
  private sleptUntil(order: number, now: number): boolean {
    const parent = this.book.parent[order];
    return parent >= 0 && (isDormant(this.book, order) || this.orders.filledAt[parent] >= now);
  }

  /** Orders for a close that is now fill there if they can: before any other ends with it. */
  private fillAtClose(now: number): void {
    const { working } = this.account;
    for (let i = 0; i < working.lists.length; i++) {
      if (working.count[i] === 0) continue;
      for (const order of working.of(i)) {
        const ends = isSent(this.book.status[order]) && !(this.orders.expiry[order] > now);
        if (ends && isForClose(this.book, order)) this.closing.fill(order, now);
      }
    }
  }

  /** An order has come to its end in time. */
  private end(order: number): void {
    this.events.expired(order);
    this.execution.endChildren(order);
  }

  /** Market orders made at this very instant fill at the close that ends it. */
  private fillAtThisClose(): void {
    const { book, market, account } = this;
    const { now } = account.clock;
    for (let i = 0; i < account.working.lists.length; i++) {
      if (account.working.count[i] === 0 || market.lastBarEnd(i) !== now) continue;
      const series = market.series[market.finest[i]];
      const row = market.row[market.finest[i]];
      for (const order of account.working.of(i)) {
        if (book.type[order] !== MARKET || book.madeAt[order] !== now || isDormant(book, order)) continue;
        if (!isSent(book.status[order]) || isForOpen(book, order) || !isOpenFor(book, market, order, now)) continue;
        const side = book.side[order] > 0 ? series.ask : series.bid;
        this.execution.beginBar(i, row, series.volume);
        if (this.execution.fillMarket(order, (side ?? series).close[row], row, now)) this.startTrailsBehind(order);
        if (isImmediate(book.tif[order])) this.cancel(order);
      }
    }
  }

  /** Trailing exits start behind this fill: the next bar, which tries them, may bring another one of their entry. */
  private startTrailsBehind(entry: number): void {
    if (!this.orders.has(entry, HAS_CHILDREN)) return;
    const { book, account } = this;
    for (const child of account.working.of(book.instrument[entry])) {
      if (book.parent[child] === entry) startTrail(account, child);
    }
  }

  /** Liquidates as IB does when the account has fallen below its maintenance margin: at once, at the market. */
  private callMargin(): void {
    const { margin } = this.rules;
    const { now } = this.account.clock;
    const date = this.execution.tradeDate(0, now);
    const excess = margin.excess(this.view, date);
    this.watch.renew(now, excess);
    if (this.isLiquidating()) return;
    if (excess < 0) this.liquidate(margin.liquidations(this.view, date));
    else if (this.watch.isBeforeNight(now)) this.liquidate(margin.overnight(this.view, date));
  }

  private liquidate(orders: readonly Liquidation[]): void {
    for (const { instrument, quantity } of orders) {
      for (const order of this.account.working.of(instrument)) this.cancel(order);
      this.events.forced(instrument, Math.sign(quantity), Math.abs(quantity), "margin call");
    }
  }

  private renewAlerts(): void {
    this.alertBelow = this.watch.below;
    this.nextDue = Math.min(this.expiryDue, this.watch.until);
  }

  /**
   * Whether a bar of an instrument that is matched on bars is under way: time has passed since its last bar ended, and
   * now is not a moment at which one of its bars can begin.
   */
  private isInsideBar(instrument: number): boolean {
    const { market, account } = this;
    if (market.hasTicks(instrument)) return false;
    const { now } = account.clock;
    const sessions = market.sessions[instrument];
    if (!sessions.extended.contains(now)) return false;
    const session = sessions.indexAt(now);
    const open = session < sessions.length ? sessions.open[session] : Infinity;
    const lastEnd = market.lastBarEnd(instrument);
    const { ms } = market.series[market.finest[instrument]].size;
    if (ms >= DAY) return now > open && now < sessions.close[session] && lastEnd !== now;
    // The bars of a session begin anew with it.
    const since = now - (now > open && !(lastEnd > open) ? open : lastEnd);
    return since > 0 && since % ms !== 0;
  }

  /**
   * Orders for an auction that come too late for it, by the New York exchanges' rules. One that sleeps until its parent
   * fills is for the opening after that.
   */
  private afterCutOff(order: number): Denial | undefined {
    const { book, market } = this;
    const atClose = isForClose(book, order);
    const atOpen = isForOpen(book, order);
    if (!atClose && !atOpen) return undefined;
    const { now } = this.account.clock;
    const sessions = market.sessions[book.instrument[order]];
    const session = sessionAfter(sessions, now);
    if (session === sessions.length) return undefined;
    const open = sessions.open[session];
    const close = sessions.close[session];
    const minutes = (span: number): string => `${span / MINUTE}min`;
    if (atClose && now > open && close - now < CLOSE_CUT_OFF) {
      return { code: "CUT_OFF", details: { auction: "close", limit: minutes(CLOSE_CUT_OFF) } };
    }
    // Where trading has not rested there is no opening that an order could be late for.
    const rested = session === 0 || sessions.close[session - 1] < open;
    if (atOpen && now <= open && open - now < OPEN_CUT_OFF && rested && !isDormant(book, order)) {
      return { code: "CUT_OFF", details: { auction: "open", limit: minutes(OPEN_CUT_OFF) } };
    }
    return undefined;
  }

  private isLiquidating(): boolean {
    const { active, activeLength, lists, count } = this.account.working;
    for (let a = 0; a < activeLength; a++) {
      const list = lists[active[a]];
      for (let k = 0; k < count[active[a]]; k++) {
        if ((this.book.flags[list[k]] & LIQUIDATION) !== 0) return true;
      }
    }
    return false;
  }

  /** The price an order can be expected to cost at most: its limit, else the market it looks at. */
  private expectedPrice(order: number): number {
    const { book, market } = this;
    const type = book.type[order];
    if (type === LIMIT || type === STOP_LIMIT || type === LIMIT_ON_CLOSE || type === LIMIT_ON_OPEN)
      return book.limit[order];
    const instrument = book.instrument[order];
    const quoted = book.side[order] > 0 ? market.ask(instrument) : market.bid(instrument);
    const stop = book.stop[order];
    const now = quoted === quoted ? quoted : this.account.portfolio.mark[instrument];
    if (type === MARKET || type === MARKET_ON_CLOSE || type === MARKET_ON_OPEN || stop !== stop) return now;
    return stop;
  }
}

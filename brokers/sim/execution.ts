import type { BrokerAccount } from "../../core/broker.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import { DUST, isNear } from "../../core/dust.js";
import { isExit } from "../../core/guards/guard.js";
import type { Instrument } from "../../core/market/instrument.js";
import { FILL_OR_KILL, isSent, isWorking } from "../../core/orders/kinds.js";
import { CLOSES_ONLY } from "../../core/orders/order-book.js";
import { FillReport } from "../../core/portfolio/fill-report.js";
import type { SimAccount } from "./account.js";
import { FeeContext, type Liquidity, REMOVES_LIQUIDITY } from "./fee-model.js";
import type { MarginWatch } from "./margin-watch.js";
import type { PriceReach } from "./price-reach.js";
import type { SimRules } from "./rules.js";
import type { SiblingCuts } from "./sibling-cuts.js";
import { HAS_CHILDREN, type SimOrders } from "./sim-orders.js";
import { startTrail } from "./trailing-stops.js";

/**
 * Turns a decision of the matching into a fill: how much of it there is to have, at what price with slippage, for what
 * fee; and what follows for the orders that belong together.
 */
export class Execution {
  private readonly account: BrokerAccount;
  private readonly rules: SimRules;
  private readonly tradeDates: readonly Int32Array[];
  private readonly view: SimAccount;
  private readonly watch: MarginWatch;
  private readonly orders: SimOrders;
  private readonly reach: PriceReach;
  private readonly sessions: readonly Sessions[];
  private readonly instruments: readonly Instrument[];
  private readonly context: FeeContext;
  private readonly report = new FillReport();
  /** Units that the bar or quote at hand still has to give. */
  private capacity = Infinity;
  private volume = Number.NaN;
  /** For each instrument the bar last filled from, and how many units of it. */
  private readonly filledRow: Int32Array;
  private readonly filledUnits: Float64Array;
  /** Whether the market reads zero slippage and no cap: then a price goes straight through. */
  private readonly slips: boolean;
  private readonly needsVolume: boolean;
  /** Whether there is no currency but the US dollar. */
  private readonly usdOnly: boolean;
  /** Whether the margin model keeps count of fills. */
  private readonly tellsMargin: boolean;
  /** Undefined where orders that belong together follow each other in the same instant. */
  cuts: SiblingCuts | undefined = undefined;

  constructor(
    account: BrokerAccount,
    rules: SimRules,
    tradeDates: readonly Int32Array[],
    view: SimAccount,
    watch: MarginWatch,
    orders: SimOrders,
    reach: PriceReach,
  ) {
    this.account = account;
    this.rules = rules;
    this.tradeDates = tradeDates;
    this.view = view;
    this.watch = watch;
    this.orders = orders;
    this.reach = reach;
    this.sessions = account.market.sessions;
    this.instruments = account.market.instruments;
    this.filledRow = new Int32Array(this.instruments.length).fill(-1);
    this.filledUnits = new Float64Array(this.instruments.length);
    this.slips = rules.slippage.name !== "none";
    this.needsVolume = rules.volumeLimit > 0 || rules.slippage.usesVolume;
    const { currencies } = account.portfolio;
    this.usdOnly = currencies.length === 1 && currencies[0] === "USD";
    this.tellsMargin = rules.margin.countsFills;
    this.context = new FeeContext(this.instruments[0]);
  }

  /** A bar begins, or is come back to: its volume bounds what can be filled in it altogether. */
  beginBar(instrument: number, row: number, volumes: Float64Array): void {
    this.capacity = Infinity;
    this.volume = Number.NaN;
    // Volume is a column of its own: where nobody asks for it, it is not read.
    if (!this.needsVolume) return;
    this.volume = volumes[row];
    if (this.filledRow[instrument] !== row) {
      this.filledRow[instrument] = row;
      this.filledUnits[instrument] = 0;
    }
    const { volumeLimit } = this.rules;
    if (volumeLimit > 0 && this.volume > 0) {
      const step = this.instruments[instrument].quantityStep;
      this.capacity = Math.floor((this.volume * volumeLimit) / step + DUST) * step - this.filledUnits[instrument];
    }
  }

  /** A quote or trade begins, or is come back to: it has so many units to give. */
  beginTick(units: number): void {
    this.volume = Number.NaN;
    this.capacity = units;
  }

  /** Units that the bar, quote or trade at hand has left to give. */
  get left(): number {
    return this.capacity;
  }

  /**
   * Units of an order that can be had now: what is left of it, of what its parent opened, and of the market. One that only
   * closes is cut to what is held, where that is less.
   */
  available(order: number): number {
    const { book } = this.account;
    let units = book.quantity[order] - book.filled[order];
    if (book.parent[order] >= 0) {
      const left = this.leftToExit(order);
      // What its parent has not opened yet cannot be closed: less than all of it is nothing.
      if (left < units - DUST && book.tif[order] === FILL_OR_KILL) return 0;
      units = Math.min(units, left);
    }
    if ((book.flags[order] & CLOSES_ONLY) !== 0) units = this.cutToHeld(order, units);
    if (units > this.capacity) {
      if (book.tif[order] === FILL_OR_KILL) return 0;
      units = this.capacity;
    }
    return units;
  }

  /** Fills at the market: slippage applies. Returns whether anything was filled. */
  fillMarket(
    order: number,
    price: number,
    row: number,
    time: number,
    liquidity: Liquidity = REMOVES_LIQUIDITY,
  ): boolean {
    const units = this.available(order);
    if (!(units > DUST)) {
      this.endClosing(order);
      return false;
    }
    this.fillAtMarket(order, units, price, row, time, liquidity);
    return true;
  }

  /** Fills all of a market order that neither has a parent nor only closes, where there is enough; else does nothing. */
  fillsWhole(order: number, price: number, row: number, time: number): boolean {
    const { book } = this.account;
    const units = book.quantity[order] - book.filled[order];
    if (!(units > DUST && units <= this.capacity)) return false;
    this.fillAtMarket(order, units, price, row, time, REMOVES_LIQUIDITY);
    return true;
  }

  /** Fills at a price the order was promised, without slippage. */
  fillLimit(order: number, price: number, row: number, time: number, liquidity: Liquidity): boolean {
    const units = this.available(order);
    if (!(units > DUST)) {
      this.endClosing(order);
      return false;
    }
    this.fill(order, units, price, 0, row, time, liquidity);
    return true;
  }

  /** An order that only closes ends where there is nothing to close any more: it was not meant for what comes later. */
  private endClosing(order: number): void {
    const closes = (this.account.book.flags[order] & CLOSES_ONLY) !== 0;
    if (closes && this.leftToClose(order) === 0) this.cancelRest(order);
  }

  /** The exchange-local date (yyyymmdd) a fill at `time` is booked on; 0 outside of all sessions. */
  tradeDate(instrument: number, time: number): number {
    const dates = this.tradeDates[instrument];
    const session = this.sessions[instrument].indexAt(time);
    return dates[Math.min(session, dates.length - 1)] ?? 0;
  }

  /** Describes a fill that an order could have, for the fee it would cost. */
  describe(order: number, quantity: number, price: number, time: number, liquidity: Liquidity): FeeContext {
    const { book } = this.account;
    const { context } = this;
    const instrument = book.instrument[order];
    context.instrument = this.instruments[instrument];
    context.order = order;
    context.buy = book.side[order] > 0;
    context.quantity = quantity;
    context.price = price;
    context.time = time;
    context.tradeDate = this.tradeDate(instrument, time);
    context.liquidity = liquidity;
    context.completes = book.quantity[order] - book.filled[order] - quantity <= DUST;
    context.toUsd = this.usdOnly ? 1 : this.toUsd(this.account.portfolio.currencyOf[instrument]);
    return context;
  }

  /** Cancels what an order has not filled, and with it what waits for that. */
  cancelRest(order: number): void {
    const { book, events } = this.account;
    if (!isSent(book.status[order])) return;
    events.cancelled(order);
    this.endChildren(order);
  }

  /** What becomes of children whose parent has ended: what it did not fill they will never exit. */
  endChildren(parent: number): void {
    if (!this.orders.has(parent, HAS_CHILDREN)) return;
    const { book, events, working } = this.account;
    for (let i = 0; i < working.lists.length; i++) {
      if (working.count[i] === 0) continue;
      for (const child of working.of(i)) {
        if (book.parent[child] !== parent || !isWorking(book.status[child])) continue;
        const left = this.leftToExit(child);
        if (left > DUST) {
          const most = book.filled[child] + left;
          if (book.quantity[child] > most && this.cuts?.keepsExits(parent) !== true) this.resize(child, most);
        } else {
          events.cancelled(child);
          this.endChildren(child);
        }
      }
    }
  }

  /** Exits of a parent whose quantity was changed follow it, where they were of its size. */
  resizeExits(parent: number): void {
    const { orders } = this;
    if (!orders.has(parent, HAS_CHILDREN) || this.cuts?.keepsExits(parent) === true) return;
    const { book } = this.account;
    const instrument = book.instrument[parent];
    const list = this.account.working.lists[instrument];
    const count = this.account.working.count[instrument];
    // From the last on: one that is cancelled leaves the list.
    for (let k = count - 1; k >= 0; k--) {
      const child = list[k];
      if (book.parent[child] !== parent || !isExit(book, child)) continue;
      const left = book.quantity[parent] - orders.exited[parent];
      const most = left + book.filled[child];
      const quantity = book.quantity[child];
      // It was of its entry's size, or of what others had left of that.
      const before = orders.sent[parent];
      const wasOfItsSize = quantity === before || isNear(quantity, before - orders.exited[parent] + book.filled[child]);
      // Where cuts come late its exits may have closed more than that.
      if (left <= DUST) this.cancelRest(child);
      else if (wasOfItsSize || quantity > most) this.resize(child, most);
    }
    orders.sent[parent] = book.quantity[parent];
  }

  /** An exit stands for no more than its parent can open and others have not closed: more it would never close. */
  fitExit(exit: number): void {
    // A venue that stands for a real one knows nothing of that.
    if (this.cuts !== undefined) return;
    const { book } = this.account;
    const parent = book.parent[exit];
    const size = isWorking(book.status[parent]) ? book.quantity[parent] : book.filled[parent];
    const left = size - this.orders.exited[parent];
    if (left <= DUST) this.cancelRest(exit);
    else if (book.quantity[exit] > book.filled[exit] + left + DUST) this.resize(exit, book.filled[exit] + left);
  }

  /** What an exit has closed is not left to others of its parent: those of its own group are told as a group is. */
  private fitOthers(exit: number): void {
    const { book, working } = this.account;
    const parent = book.parent[exit];
    const group = book.group[exit];
    const instrument = book.instrument[exit];
    const list = working.lists[instrument];
    // From the last on: one that is cancelled leaves the list.
    for (let k = working.count[instrument] - 1; k >= 0; k--) {
      const other = list[k];
      if (other === exit || book.parent[other] !== parent || !isExit(book, other) || !isSent(book.status[other]))
        continue;
      if (group < 0 || book.group[other] !== group) this.fitExit(other);
    }
  }

  /** An order is left another size by what others have filled, or by its parent's: its own exits follow it. */
  private resize(order: number, quantity: number): void {
    this.account.book.quantity[order] = quantity;
    this.resizeExits(order);
  }

  /** Exits of an order follow what has become of it some time ago. */
  followParent(parent: number): void {
    if (isWorking(this.account.book.status[parent])) this.resizeExits(parent);
    else this.endChildren(parent);
  }

  /** A closing order of which exits it replaced have closed a part is left with the rest, as it is before it is sent live. */
  private cutToHeld(order: number, units: number): number {
    const held = this.leftToClose(order);
    if (held >= units) return units;
    const { book } = this.account;
    if (held > DUST) book.quantity[order] = book.filled[order] + held;
    return held;
  }

  /** Units that a closing order can still take from the position: an exit it replaced may have been faster. */
  private leftToClose(order: number): number {
    const { book, portfolio } = this.account;
    return Math.max(0, -book.side[order] * portfolio.quantity[book.instrument[order]]);
  }

  /** Whether it is an exit of an entry all of whose fills are closed by now: it works on for what that still fills. */
  hasNothingToClose(order: number): boolean {
    return this.account.book.parent[order] >= 0 && this.isIdle(order);
  }

  /** Whether a child sleeps, or is an exit that has closed all that its parent has filled. */
  isIdle(child: number): boolean {
    return this.leftToExit(child) <= DUST;
  }

  /** Units of a child that its parent's fills allow: exits never close more than it opened, other children are free. */
  private leftToExit(child: number): number {
    const { book } = this.account;
    const parent = book.parent[child];
    if (!isExit(book, child)) return book.filled[parent] > 0 ? Infinity : 0;
    if (this.cuts?.isLoose(parent) === true) {
      if (isWorking(book.status[parent])) return book.filled[parent] - book.filled[child];
      return book.filled[parent] > 0 ? Infinity : 0;
    }
    return book.filled[parent] - this.orders.exited[parent];
  }

  private fillAtMarket(
    order: number,
    units: number,
    price: number,
    row: number,
    time: number,
    liquidity: Liquidity,
  ): void {
    let slipped = price;
    if (this.slips) {
      const { book } = this.account;
      const instrument = this.instruments[book.instrument[order]];
      // What has filled in the bar before has moved the market as well.
      const before = row >= 0 && this.needsVolume ? this.filledUnits[instrument.index] : 0;
      slipped = this.rules.slippage.slip(price, book.side[order] > 0, before + units, this.volume, instrument);
    }
    this.fill(order, units, slipped, Math.abs(slipped - price), row, time, liquidity);
  }

  private fill(
    order: number,
    units: number,
    price: number,
    slip: number,
    row: number,
    time: number,
    liquidity: Liquidity,
  ): void {
    const { book, events } = this.account;
    const { report, context } = this;
    const instrument = book.instrument[order];
    this.describe(order, units, price, time, liquidity);
    report.order = order;
    report.quantity = units;
    report.price = price;
    report.slippage = slip * units * this.instruments[instrument].multiplier;
    report.row = row;
    report.time = time;
    report.fee = this.rules.fees.charge(context);
    if (this.tellsMargin) {
      this.rules.margin.filled(this.view, instrument, units * book.side[order], price, context.tradeDate);
    }
    this.capacity -= units;
    if (row >= 0) this.filledUnits[instrument] += units;
    if (book.filled[order] === 0 && this.orders.has(order, HAS_CHILDREN)) this.orders.filledAt[order] = time;
    const closes = book.parent[order] >= 0 && isExit(book, order);
    if (closes) this.orders.exited[book.parent[order]] += units;
    events.filled(report);
    this.watch.changed(instrument, time, context.tradeDate);
    if (this.orders.has(order, HAS_CHILDREN)) {
      // Its children are awake now, and where it is full they have no more to come.
      this.reach.forget(instrument);
      this.startTrails(order);
      if (!isWorking(book.status[order])) this.endChildren(order);
    }
    this.tellGroup(order, units);
    if (closes) this.fitOthers(order);
    if (this.account.working.count[instrument] > 0) this.endClosers(instrument);
  }

  /**
   * Where prices come one by one, children that trail start behind what there is as they wake, whatever comes before the
   * next of their own.
   */
  private startTrails(parent: number): void {
    const { book, working, market } = this.account;
    for (let i = 0; i < working.lists.length; i++) {
      if (!market.hasTicks(i)) continue;
      const list = working.lists[i];
      for (let k = 0; k < working.count[i]; k++) if (book.parent[list[k]] === parent) startTrail(this.account, list[k]);
    }
  }

  /** Orders that only close end as soon as there is nothing for them to close any more, as live. */
  private endClosers(instrument: number): void {
    const { working } = this.account;
    const list = working.lists[instrument];
    // From the last on: one that is cancelled leaves the list.
    for (let k = working.count[instrument] - 1; k >= 0; k--) this.endClosing(list[k]);
  }

  /** A change has left an order no more than it has filled: it is full, and for its group that is a full fill. */
  complete(order: number): void {
    this.account.events.cancelled(order);
    this.endChildren(order);
    this.tellGroup(order, 0);
  }

  private tellGroup(order: number, units: number): void {
    const { book } = this.account;
    if (book.group[order] < 0) return;
    const done = !isWorking(book.status[order]);
    if (this.cuts?.defers(order, units, done) !== true) this.settleGroup(order, units, done);
  }

  /**
   * One cancels the other: a full fill cancels the siblings, a partial one takes as many units from them.
   * @param spares whether a sibling keeps its size after all, where the fill was some time ago
   */
  settleGroup(order: number, units: number, done: boolean, spares?: (sibling: number) => boolean): void {
    const { book, events, working } = this.account;
    const group = book.group[order];
    for (let i = 0; i < working.lists.length; i++) {
      if (working.count[i] === 0) continue;
      for (const sibling of working.of(i)) {
        if (sibling === order || book.group[sibling] !== group || !isWorking(book.status[sibling])) continue;
        if (!done && spares?.(sibling) === true) continue;
        const rest = book.quantity[sibling] - units;
        if (done || rest - book.filled[sibling] <= DUST) events.cancelled(sibling);
        else this.resize(sibling, rest);
        if (!isWorking(book.status[sibling])) this.endChildren(sibling);
      }
    }
  }

  private toUsd(currency: number): number {
    const { currencies, rate } = this.account.portfolio;
    if (currencies[currency] === "USD") return 1;
    const usd = currencies.indexOf("USD");
    return usd < 0 ? Number.NaN : rate[currency] / rate[usd];
  }
}

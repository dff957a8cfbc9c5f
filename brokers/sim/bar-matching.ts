import type { BrokerAccount } from "../../core/broker.js";
import {
  AT_THE_OPENING,
  GOOD_TILL_CANCELLED,
  isImmediate,
  isSent,
  isTouch,
  LIMIT,
  LIMIT_ON_CLOSE,
  LIMIT_ON_OPEN,
  MARKET,
  MARKET_IF_TOUCHED,
  MARKET_ON_CLOSE,
  MARKET_ON_OPEN,
  STOP,
  TRAILING_STOP,
  TRAILING_STOP_LIMIT,
} from "../../core/orders/kinds.js";
import { TARGET, WAS_TRIGGERED } from "../../core/orders/order-book.js";
import { BarInSight } from "./bar-in-sight.js";
import { BarMeetings } from "./bar-meetings.js";
import type { Execution } from "./execution.js";
import { ADDS_LIQUIDITY, CLOSING_AUCTION, OPENING_AUCTION, REMOVES_LIQUIDITY } from "./fee-model.js";
import { AT_CLOSE, FALLING, INSIDE, RISING, TRIGGERED_HERE, WHOLE_BAR } from "./intrabar.js";
import type { SimRules } from "./rules.js";
import { CANCEL_ASKED, CHANGED, type Change, type SimOrders } from "./sim-orders.js";
import { followTrail, limitBehindStop, startTrail } from "./trailing-stops.js";
import { awaitedPrice, waitsForAuction, waitsForFall, workedType } from "./worked-type.js";

/**
 * Matches the working orders of an instrument against one bar, in four steps: what fills at the open, what is met
 * inside, what fills at the close, and how trailing stops follow. docs/matching.md has the table and worked examples.
 */
export class BarMatching {
  /** Bars in which the policy decided what the data left open. */
  ambiguous = 0;
  /** Bars that lay outside the hours in which an order that worked may trade. */
  outside = 0;
  private readonly account: BrokerAccount;
  private readonly rules: SimRules;
  private readonly orders: SimOrders;
  private readonly execution: Execution;
  private readonly bar: BarInSight;
  private readonly meetings: BarMeetings;
  /** The orders that worked when the bar began. */
  private list = new Int32Array(8);
  private length = 0;

  constructor(account: BrokerAccount, rules: SimRules, orders: SimOrders, execution: Execution) {
    this.account = account;
    this.rules = rules;
    this.orders = orders;
    this.execution = execution;
    this.bar = new BarInSight(account, rules, orders);
    this.meetings = new BarMeetings(account, rules, orders, this.bar);
  }

  match(instrument: number, row: number): void {
    const { bar, meetings, orders } = this;
    const { working, book } = this.account;
    const list = working.lists[instrument];
    const count = working.count[instrument];
    bar.move(instrument, row);
    this.execution.beginBar(instrument, row, bar.series.volume);
    if (count === 1 && this.fillsPlainly(list[0])) return;
    this.snapshot(list, count);
    meetings.wasAmbiguous = false;

    let left = 0;
    for (let k = 0; k < this.length; k++) {
      const order = this.list[k];
      if ((orders.marks[order] & (CANCEL_ASKED | CHANGED)) !== 0) {
        this.cancelIfBefore(order);
        this.standAsItWas(order, false);
      }
      if (bar.takesPart(order) && bar.birthOf(order) === WHOLE_BAR) {
        startTrail(this.account, order);
        bar.lookAtOpen(order);
        this.atOpen(order);
      }
      if (isSent(book.status[order])) left++;
    }
    if (left > 0) {
      for (let k = 0; k < this.length; k++) {
        const order = this.list[k];
        this.standAsItWas(order, true);
        if (!bar.takesPart(order)) continue;
        startTrail(this.account, order);
        bar.look(order);
        this.inside(order, k);
      }
      for (let k = 0; k < this.length; k++) {
        const order = this.list[k];
        if (bar.takesPart(order)) {
          bar.look(order);
          this.atClose(order);
          if (isSent(book.status[order])) this.follow(order);
          this.cancelIfAsked(order);
        }
        if (!isSent(book.status[order])) orders.release(order);
      }
    }
    if (meetings.wasAmbiguous) this.ambiguous++;
    if (bar.keptOut) this.outside++;
  }

  /**
   * The short way of the order that most bars are matched for: a market order that works alone, was made before the bar
   * began and has nothing else to it. It comes to what the steps of `match` would make of it. Returns whether it has filled
   * at the open; where that is not certain nothing has been done.
   */
  private fillsPlainly(order: number): boolean {
    const { bar, rules } = this;
    const { book } = this.account;
    const { hours, series } = bar;
    if (
      book.type[order] !== MARKET ||
      book.tif[order] > GOOD_TILL_CANCELLED ||
      (book.flags[order] & ~TARGET) !== 0 ||
      this.orders.marks[order] !== 0 ||
      book.parent[order] >= 0 ||
      book.group[order] >= 0 ||
      !isSent(book.status[order])
    )
      return false;
    if (!hours.isOpen || hours.crossesOpen || book.madeAt[order] + rules.latency > hours.start) return false;
    if (series.ask !== undefined || series.bid !== undefined) return false;
    return this.execution.fillsWhole(order, bar.open, bar.row, hours.start);
  }

  // ---- at the open --------------------------------------------------------------------------------------------

  private atOpen(order: number): void {
    const { book } = this.account;
    const { execution, bar } = this;
    const { open, row } = bar;
    const { start } = bar.hours;
    const buy = book.side[order] > 0;
    const type = workedType(book, order);
    if (type === MARKET || type === LIMIT) {
      const opening = book.tif[order] === AT_THE_OPENING;
      if (opening && !bar.isOpeningFor(order)) return;
      const liquidity = opening ? OPENING_AUCTION : REMOVES_LIQUIDITY;
      if (type === MARKET) execution.fillMarket(order, open, row, start, liquidity);
      else if (buy ? open <= book.limit[order] : open >= book.limit[order]) {
        execution.fillLimit(order, open, row, start, liquidity);
      }
      if (opening || isImmediate(book.tif[order])) this.execution.cancelRest(order);
      return;
    }
    if (type === MARKET_ON_OPEN || type === LIMIT_ON_OPEN) {
      if (!bar.isOpeningFor(order)) return;
      const limit = book.limit[order];
      const fits = type === MARKET_ON_OPEN || (buy ? open <= limit : open >= limit);
      if (fits && type === MARKET_ON_OPEN) execution.fillMarket(order, open, row, start, OPENING_AUCTION);
      else if (fits) execution.fillLimit(order, open, row, start, OPENING_AUCTION);
      this.execution.cancelRest(order);
      return;
    }
    if (type === MARKET_ON_CLOSE || type === LIMIT_ON_CLOSE) return;
    const level = book.stop[order];
    const touched = isTouch(type) ? (buy ? open <= level : open >= level) : buy ? open >= level : open <= level;
    if (touched) this.trigger(order, type, open, start);
    if (isImmediate(book.tif[order])) this.execution.cancelRest(order);
  }

  // ---- inside -------------------------------------------------------------------------------------------------

  private inside(order: number, place: number): void {
    const { bar, meetings, list, length } = this;
    const { book } = this.account;
    if (waitsForAuction(book, order)) return;
    bar.drawPath();
    const group = book.group[order];
    if (group < 0 || !meetings.hasRival(order, list, length)) {
      if (meetings.meets(order)) this.fillInside(order);
      return;
    }
    let winner = meetings.winnerOf(group, list, place, length);
    while (winner >= 0) {
      const filled = book.filled[winner];
      bar.look(winner);
      this.fillInside(winner);
      // One that was only triggered, and rests now, keeps no other from what the bar has met of it.
      const rests = this.orders.birthIn(winner, bar.row)?.how === TRIGGERED_HERE && book.filled[winner] === filled;
      if (!rests && isSent(book.status[winner])) this.triggerOthers(group, winner);
      winner = rests ? meetings.winnerOf(group, list, place, length) : -1;
    }
  }

  /**
   * The bar had too little volume for all of the order that it met first: others of the group go on for the rest, and
   * those that wait at a stop or touch price have been triggered where the bar met them.
   */
  private triggerOthers(group: number, first: number): void {
    const { bar, meetings } = this;
    const { book } = this.account;
    for (let k = 0; k < this.length; k++) {
      const order = this.list[k];
      if (order === first || book.group[order] !== group || !bar.takesPart(order) || waitsForAuction(book, order))
        continue;
      const type = workedType(book, order);
      if (type === LIMIT || type === MARKET) continue;
      bar.look(order);
      bar.drawPath();
      if (meetings.meets(order)) this.fillInside(order);
    }
  }

  private fillInside(order: number): void {
    const { bar, meetings } = this;
    const { book } = this.account;
    const type = workedType(book, order);
    if (type === MARKET) {
      this.takeClose(order);
      return;
    }
    const down = waitsForFall(book, order, type);
    bar.drawPath();
    let price = awaitedPrice(book, order, type);
    let birth = down ? FALLING : RISING;
    // Whether it takes what is there, or may have done so: that is the dearer of the two.
    let takes = false;
    const born = this.orders.birthIn(order, bar.row);
    if (born !== undefined) {
      // What lay behind the price at birth is filled at that price, and leads no further than it.
      const isBehind = down ? price >= born.price : price <= born.price;
      // What stood on its own side as its parent filled on the other is no more exact than a tick.
      if (isBehind) price = Math.min(bar.high, Math.max(bar.low, born.price));
      takes = isBehind;
      if (isBehind) birth = born.how;
      // The close has met it, whenever the extreme was: else that came later, by what the policy has decided.
      else if (birth !== born.how && meetings.isMetByClose(price, type, down)) birth = INSIDE;
    } else if (bar.birthOf(order) === INSIDE) {
      const isPast = bar.isPastAtJoining(order, price, down);
      birth = isPast ? AT_CLOSE : INSIDE;
      const level = price;
      price = meetings.priceOfJoining(order, type, level, down, isPast);
      takes = isPast || price !== level || this.rules.intrabar === "pessimistic";
    }
    this.markBirthOfChildren(order, birth, price);
    const liquidity = takes ? REMOVES_LIQUIDITY : ADDS_LIQUIDITY;
    if (type === LIMIT) this.execution.fillLimit(order, price, bar.row, bar.hours.end, liquidity);
    else this.trigger(order, type, price, bar.hours.end);
  }

  // ---- cancelled or changed inside the bar --------------------------------------------------------------------

  /** A cancel that was asked for before this bar began has taken effect. */
  private cancelIfBefore(order: number): void {
    if (this.orders.cancelAskedAt(order) <= this.bar.hours.start) this.execution.cancelRest(order);
  }

  private cancelIfAsked(order: number): void {
    if (this.orders.has(order, CANCEL_ASKED)) this.execution.cancelRest(order);
  }

  /**
   * An order that was modified inside this bar stood until then as it had been: it had the open, and some of the rest.
   */
  private standAsItWas(order: number, inside: boolean): void {
    const { orders, execution, bar } = this;
    if (!orders.has(order, CHANGED)) return;
    const change = orders.changes.get(order) as Change;
    const { book } = this.account;
    if (inside || change.at <= bar.hours.start) orders.forgetChange(order);
    if (change.at <= bar.hours.start || !isSent(book.status[order])) return;
    const { madeAt, limit, stop, quantity } = book;
    const [made, limitNow, stopNow, quantityNow] = [madeAt[order], limit[order], stop[order], quantity[order]];
    madeAt[order] = change.madeAt;
    limit[order] = change.limit;
    stop[order] = change.stop;
    quantity[order] = change.quantity;
    if (bar.takesPart(order) && (inside || bar.birthOf(order) === WHOLE_BAR)) {
      bar.look(order);
      if (!inside) this.atOpen(order);
      else if (this.meetings.metUntil(order, change.at)) this.fillInside(order);
    }
    if (isSent(book.status[order])) {
      madeAt[order] = made;
      limit[order] = limitNow;
      stop[order] = stopNow;
      quantity[order] = Math.max(quantityNow, book.filled[order]);
      if (book.remaining(order) <= 0) execution.complete(order);
    }
    execution.resizeExits(order);
  }

  // ---- at the close -------------------------------------------------------------------------------------------

  private atClose(order: number): void {
    const { bar, execution } = this;
    const { book } = this.account;
    const { close, row } = bar;
    const type = workedType(book, order);
    const buy = book.side[order] > 0;
    if (type === MARKET_ON_CLOSE || type === LIMIT_ON_CLOSE) {
      if (!bar.hours.isLast || this.orders.has(order, CANCEL_ASKED)) return;
      const limit = book.limit[order];
      this.markBirthOfChildren(order, AT_CLOSE, close);
      if (type === MARKET_ON_CLOSE) execution.fillMarket(order, close, row, bar.hours.end, CLOSING_AUCTION);
      else if (buy ? close <= limit : close >= limit) {
        execution.fillLimit(order, close, row, bar.hours.end, CLOSING_AUCTION);
      }
      return;
    }
    if (waitsForAuction(book, order)) {
      if (bar.hours.crossesOpen) this.openingAtClose(order);
      return;
    }
    if (bar.birthOf(order) === WHOLE_BAR) return;
    // The close certainly comes after a cancel that was asked for inside the bar.
    if (this.orders.has(order, CANCEL_ASKED)) return;
    // The close is the first price that certainly comes after an order that came to life inside the bar.
    if (type === MARKET) this.takeClose(order);
    // With its parent filled at the close, any other order begins with the next bar, and has its one look there.
    else if (bar.birthOf(order) === AT_CLOSE) return;
    if (isImmediate(book.tif[order])) execution.cancelRest(order);
  }

  private takeClose(order: number): void {
    const { close, row, hours } = this.bar;
    this.markBirthOfChildren(order, AT_CLOSE, close);
    this.execution.fillMarket(order, close, row, hours.end, REMOVES_LIQUIDITY);
  }

  /** Of a bar that reaches across the open nobody knows the price there: an order for the opening takes the close. */
  private openingAtClose(order: number): void {
    const { bar, execution } = this;
    const { book } = this.account;
    if (!bar.isOpeningFor(order) || bar.bornAt(order) > bar.hours.sessionOpen) return;
    const limit = book.limit[order];
    const { close, row } = bar;
    const { end } = bar.hours;
    if (limit !== limit) execution.fillMarket(order, close, row, end, OPENING_AUCTION);
    else if (book.side[order] > 0 ? close <= limit : close >= limit) {
      execution.fillLimit(order, close, row, end, OPENING_AUCTION);
    }
    execution.cancelRest(order);
  }

  /** A trailing stop was tried with the stop it had; now it follows the bar's extreme. */
  private follow(order: number): void {
    if (!this.account.book.trails(order)) return;
    // Born at this very close, it was there for none of the steps before.
    startTrail(this.account, order);
    const birth = this.bar.birthOf(order);
    followTrail(this.account, order, birth === WHOLE_BAR ? this.extreme(order) : this.extremeSince(order, birth));
  }

  private extreme(order: number): number {
    return this.account.book.side[order] < 0 ? this.bar.high : this.bar.low;
  }

  /** The best price that certainly came after an order's birth inside the bar, or that a path shows from there on. */
  private extremeSince(order: number, birth: number): number {
    const { bar } = this;
    const isSell = this.account.book.side[order] < 0;
    if (birth === AT_CLOSE) return bar.close;
    if (this.rules.intrabar === "ohlc") {
      bar.drawPath();
      return bar.path.extreme(isSell, bar.startOf(order));
    }
    return birth === (isSell ? RISING : FALLING) ? this.extreme(order) : bar.close;
  }

  // ---- what the steps share -----------------------------------------------------------------------------------

  /** A stop or touch is met at `price`: the market order fills there; a limit fills if it allows, or rests from the next bar. */
  private trigger(order: number, type: number, price: number, time: number): void {
    const { book, events } = this.account;
    const { row } = this.bar;
    // Where there is nothing for it to close, nothing triggers it.
    if (this.execution.hasNothingToClose(order)) return;
    if (type === STOP || type === TRAILING_STOP || type === MARKET_IF_TOUCHED) {
      book.flags[order] |= WAS_TRIGGERED;
      events.triggered(order);
      this.execution.fillMarket(order, price, row, time, REMOVES_LIQUIDITY);
      return;
    }
    if (type === TRAILING_STOP_LIMIT) limitBehindStop(this.account, order);
    book.flags[order] |= WAS_TRIGGERED;
    events.triggered(order);
    const limit = book.limit[order];
    if (book.side[order] > 0 ? price <= limit : price >= limit) {
      this.execution.fillLimit(order, price, row, time, REMOVES_LIQUIDITY);
    }
    // Whatever is left works as a limit order from the next bar on, unless it may not wait.
    this.orders.bear(order, { row, how: TRIGGERED_HERE, price: 0, point: 0 });
    if (isImmediate(book.tif[order])) this.execution.cancelRest(order);
  }

  /**
   * Children of an order that fills inside the bar take part from there on: those that sleep, and exits that have closed
   * all that it had filled before.
   */
  private markBirthOfChildren(parent: number, birth: number, price: number): void {
    const { bar } = this;
    const { book } = this.account;
    for (let k = 0; k < this.length; k++) {
      const child = this.list[k];
      if (book.parent[child] !== parent || !this.execution.isIdle(child)) continue;
      const point = this.rules.intrabar === "ohlc" && birth !== AT_CLOSE ? bar.pointOf(parent) : 0;
      const own = book.side[child] === book.side[parent] ? price : bar.acrossSpread(child, price);
      this.orders.bear(child, { row: bar.row, how: birth, price: own, point });
    }
  }

  private snapshot(list: Int32Array, count: number): void {
    if (count > this.list.length) this.list = new Int32Array(count * 2);
    for (let k = 0; k < count; k++) this.list[k] = list[k];
    this.length = count;
  }
}

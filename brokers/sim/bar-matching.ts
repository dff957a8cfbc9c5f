import type { BrokerAccount } from "../../core/broker.js";
import { isDormant } from "../../core/guards/guard.js";
import type { BarSeries, PriceColumns } from "../../core/market/bar-series.js";
import {
  AT_THE_OPENING,
  isImmediate,
  isSent,
  isTouch,
  isTrailing,
  LIMIT,
  LIMIT_ON_CLOSE,
  LIMIT_ON_OPEN,
  MARKET,
  MARKET_IF_TOUCHED,
  MARKET_ON_CLOSE,
  MARKET_ON_OPEN,
  STOP,
  STOP_LIMIT,
  TRAILING_STOP,
  TRAILING_STOP_LIMIT,
} from "../../core/orders/kinds.js";
import { WAS_TRIGGERED } from "../../core/orders/order-book.js";
import { isOpenFor, tradesOutside } from "../../core/orders/order-hours.js";
import { BarHours } from "./bar-hours.js";
import type { Execution } from "./execution.js";
import { ADDS_LIQUIDITY, CLOSING_AUCTION, OPENING_AUCTION, REMOVES_LIQUIDITY } from "./fee-model.js";
import {
  AT_CLOSE,
  BarPath,
  decide,
  FALLING,
  INSIDE,
  MET,
  MISSED,
  RISING,
  UNCERTAIN,
  WHOLE_BAR,
  wasMet,
} from "./intrabar.js";
import type { SimRules } from "./rules.js";
import { CANCEL_ASKED, CHANGED, type Change, type SimOrders } from "./sim-orders.js";
import { followTrail, limitBehindStop, startTrail } from "./trailing-stops.js";
import { workedType } from "./worked-type.js";

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
  private readonly path = new BarPath();
  private readonly strict: boolean;
  private list = new Int32Array(8);
  private length = 0;
  private row = 0;
  private readonly hours = new BarHours();
  private wasAmbiguous = false;
  private keptOut = false;
  // Set at once, though each match sets them again: an object that gets a field later makes the compiler begin anew.
  private series: BarSeries;
  // Prices of the side an order looks at.
  private open = Number.NaN;
  private high = Number.NaN;
  private low = Number.NaN;
  private close = Number.NaN;

  constructor(account: BrokerAccount, rules: SimRules, orders: SimOrders, execution: Execution) {
    this.account = account;
    this.rules = rules;
    this.orders = orders;
    this.execution = execution;
    this.strict = rules.limitFill === "through";
    this.series = account.market.series[0];
  }

  match(instrument: number, row: number): void {
    const { market, working } = this.account;
    const series = market.series[market.finest[instrument]];
    this.snapshot(working.lists[instrument], working.count[instrument]);
    this.row = row;
    // Nobody has read this row of either column yet: asked for together, they come out of memory in one wait.
    const start = series.start[row];
    this.open = series.open[row];
    const end = series.end[row];
    this.execution.beginBar(instrument, row, series.volume);
    this.hours.move(market.sessions[instrument], start, end);
    this.series = series;
    this.wasAmbiguous = false;
    this.keptOut = false;

    let left = 0;
    for (let k = 0; k < this.length; k++) {
      const order = this.list[k];
      if ((this.orders.marks[order] & (CANCEL_ASKED | CHANGED)) !== 0) {
        this.cancelIfBefore(order);
        this.standAsItWas(order, series, false);
      }
      if (this.takesPart(order) && this.birthOf(order) === WHOLE_BAR) {
        startTrail(this.account, order);
        this.open = this.sideOf(order, series).open[row];
        this.atOpen(order);
      }
      if (isSent(this.account.book.status[order])) left++;
    }
    if (left > 0) {
      for (let k = 0; k < this.length; k++) {
        const order = this.list[k];
        this.standAsItWas(order, series, true);
        if (!this.takesPart(order)) continue;
        startTrail(this.account, order);
        this.look(order, series);
        this.inside(order, k);
      }
      for (let k = 0; k < this.length; k++) {
        const order = this.list[k];
        if (this.takesPart(order)) {
          this.look(order, series);
          this.atClose(order);
          if (isSent(this.account.book.status[order])) this.follow(order);
          this.cancelIfAsked(order);
        }
        if (!isSent(this.account.book.status[order])) this.orders.release(order);
      }
    }
    if (this.wasAmbiguous) this.ambiguous++;
    if (this.keptOut) this.outside++;
  }

  // ---- at the open --------------------------------------------------------------------------------------------

  private atOpen(order: number): void {
    const { book } = this.account;
    const { execution, open, row } = this;
    const { start } = this.hours;
    const buy = book.side[order] > 0;
    const type = workedType(book, order);
    if (type === MARKET || type === LIMIT) {
      const opening = book.tif[order] === AT_THE_OPENING;
      if (opening && !this.isForThisOpening(order)) return;
      const liquidity = opening ? OPENING_AUCTION : REMOVES_LIQUIDITY;
      if (type === MARKET) execution.fillMarket(order, open, row, start, liquidity);
      else if (buy ? open <= book.limit[order] : open >= book.limit[order]) {
        execution.fillLimit(order, open, row, start, liquidity);
      }
      if (opening || isImmediate(book.tif[order])) this.execution.cancelRest(order);
      return;
    }
    if (type === MARKET_ON_OPEN || type === LIMIT_ON_OPEN) {
      if (!this.isForThisOpening(order)) return;
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
    const { book } = this.account;
    if (this.waitsForAuction(order)) return;
    if (this.rules.intrabar === "ohlc") {
      this.path.set(this.open, this.high, this.low, this.close);
    }
    const group = book.group[order];
    if (group < 0 || !this.hasRival(place, group)) {
      const met = this.meets(order);
      if (met) this.fillInside(order);
      return;
    }
    let winner = this.winnerOf(group, place);
    while (winner >= 0) {
      const filled = book.filled[winner];
      this.lookAgain(winner);
      this.fillInside(winner);
      // One that was only triggered, and rests now, keeps no other from what the bar has met of it.
      const rests = this.orders.birthIn(winner, this.row)?.how === TRIGGERED_HERE && book.filled[winner] === filled;
      winner = rests ? this.winnerOf(group, place) : -1;
    }
  }

  /** Whether an order's price was met inside the bar, the policy deciding what is uncertain. */
  private meets(order: number): boolean {
    if (this.isCancelAsked(order)) return this.meetsBefore(order, this.orders.cancelAskedAt(order));
    if (this.rules.intrabar === "ohlc") return this.pointOf(order) < Infinity;
    const met = this.meeting(order);
    if (met !== UNCERTAIN) return met === MET;
    this.wasAmbiguous = true;
    return decide(this.rules.intrabar, this.isStop(order));
  }

  private meeting(order: number): number {
    const { book } = this.account;
    const type = workedType(book, order);
    if (type === MARKET) return MISSED;
    const down = this.waitsForFall(order, type);
    const price = type === LIMIT ? book.limit[order] : book.stop[order];
    return wasMet(
      price,
      down,
      type === LIMIT && this.strict,
      this.birthOf(order),
      this.orders.birthIn(order, this.row)?.price ?? Number.NaN,
      this.high,
      this.low,
      this.close,
    );
  }

  /**
   * Whether an order was met before an instant inside the bar, at which it was cancelled or changed. Only a path tells;
   * otherwise the policy decides by the close, for whoever takes an order back may have seen by then what it would have
   * cost: pessimists have filled where that turned out worse, optimists where it turned out better.
   */
  private meetsBefore(order: number, until: number): boolean {
    if (this.takenBefore(order, until)) return true;
    // It never was in the market.
    if (this.bornAt(order) >= until) return false;
    if (this.rules.intrabar === "ohlc") return this.pointOf(order) <= this.pointAt(until);
    if (this.meeting(order) === MISSED) return false;
    this.wasAmbiguous = true;
    const { book } = this.account;
    const price = workedType(book, order) === LIMIT ? book.limit[order] : book.stop[order];
    const isWorse = book.side[order] * (this.close - price) < 0;
    return this.rules.intrabar === "optimistic" ? !isWorse : isWorse;
  }

  /**
   * Whether an order that joined the bar inside was filled at once for certain, and that before an instant: it goes at
   * the market, or the whole bar lies past its price. What it gets is the close, as for any that joins inside.
   */
  private takenBefore(order: number, until: number): boolean {
    if (this.orders.birthIn(order, this.row) !== undefined) return false;
    const born = this.bornAt(order);
    if (born <= this.hours.start || born >= until) return false;
    const { book } = this.account;
    const type = workedType(book, order);
    if (type === MARKET) return true;
    const { high, low } = this;
    const side = book.side[order];
    const stop = book.stop[order];
    // A trailing stop that has not begun has none yet.
    const isPast = this.waitsForFall(order, type) ? high <= stop : low >= stop;
    if (type !== LIMIT && !isPast) return false;
    // One that is met with a limit fills for certain only where the whole bar lies past that too.
    const limit = type === TRAILING_STOP_LIMIT ? stop + side * book.limitOffset[order] : book.limit[order];
    return limit !== limit || (side > 0 ? high <= limit : low >= limit);
  }

  /** A cancel that was asked for before this bar began has taken effect. */
  private cancelIfBefore(order: number): void {
    if (this.orders.cancelAskedAt(order) <= this.hours.start) this.execution.cancelRest(order);
  }

  private cancelIfAsked(order: number): void {
    if (this.isCancelAsked(order)) this.execution.cancelRest(order);
  }

  private isCancelAsked(order: number): boolean {
    return this.orders.has(order, CANCEL_ASKED);
  }

  /**
   * An order that was modified inside this bar stood until then as it had been: it had the open, and some of the rest.
   */
  private standAsItWas(order: number, series: BarSeries, inside: boolean): void {
    const { orders, execution } = this;
    if (!orders.has(order, CHANGED)) return;
    const change = orders.changes.get(order) as Change;
    const { book } = this.account;
    if (inside || change.at <= this.hours.start) orders.forgetChange(order);
    if (change.at <= this.hours.start || !isSent(book.status[order])) return;
    const { madeAt, limit, stop, quantity } = book;
    const [made, limitNow, stopNow, quantityNow] = [madeAt[order], limit[order], stop[order], quantity[order]];
    madeAt[order] = change.madeAt;
    limit[order] = change.limit;
    stop[order] = change.stop;
    quantity[order] = change.quantity;
    if (this.takesPart(order) && (inside || this.birthOf(order) === WHOLE_BAR)) {
      this.look(order, series);
      if (!inside) this.atOpen(order);
      else if (this.rests(order, change.at)) this.fillInside(order);
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

  /** Whether an order that waits for a price was met while it stood as it was. */
  private rests(order: number, until: number): boolean {
    if (this.waitsForAuction(order)) return false;
    if (this.birthOf(order) !== WHOLE_BAR) return this.takenBefore(order, until);
    if (this.rules.intrabar === "ohlc") this.path.set(this.open, this.high, this.low, this.close);
    return this.meetsBefore(order, until);
  }

  /** Where on the bar's path an order's price is met; Infinity for never. */
  private pointOf(order: number): number {
    const { book } = this.account;
    const type = workedType(book, order);
    if (type === MARKET) return Infinity;
    if (this.birthOf(order) === AT_CLOSE) return Infinity;
    const price = type === LIMIT ? book.limit[order] : book.stop[order];
    return this.path.reach(price, this.waitsForFall(order, type), type === LIMIT && this.strict, this.startOf(order));
  }

  /** Where on the bar's path an order begins to take part. */
  private startOf(order: number): number {
    const born = this.orders.birthIn(order, this.row);
    if (born !== undefined) return born.point;
    return this.birthOf(order) === INSIDE ? this.pointOfJoining(order) : 0;
  }

  private hasRival(place: number, group: number): boolean {
    const { book } = this.account;
    for (let k = 0; k < this.length; k++) {
      if (k !== place && book.group[this.list[k]] === group && this.takesPart(this.list[k])) return true;
    }
    return false;
  }

  /** Of the orders of a group that the bar could have filled, the one it fills; -1 for none. */
  private winnerOf(group: number, from: number): number {
    const { book } = this.account;
    let winner = -1;
    let met = 0;
    let best = Infinity;
    for (let k = from; k < this.length; k++) {
      const order = this.list[k];
      if (book.group[order] !== group || !this.takesPart(order) || this.waitsForAuction(order)) continue;
      this.lookAgain(order);
      if (this.rules.intrabar === "ohlc") this.path.set(this.open, this.high, this.low, this.close);
      if (!this.meets(order)) continue;
      met++;
      const rank = this.rank(order);
      if (winner < 0 || rank < best) {
        winner = order;
        best = rank;
      }
    }
    if (met > 1) this.wasAmbiguous = true;
    return winner;
  }

  /** Lower ranks fill first: by path the earlier, for pessimists the worse with stops in front, for optimists the better. */
  private rank(order: number): number {
    const { intrabar } = this.rules;
    if (intrabar === "ohlc") return this.pointOf(order);
    const { book } = this.account;
    const type = workedType(book, order);
    const price = type === LIMIT ? book.limit[order] : book.stop[order];
    const gain = book.side[order] * (this.close - price);
    // Within -1 and 1 gains keep their order, and a stop and a limit never change places for their prices.
    const rank = (this.isStop(order) ? -1 : 1) + gain / (1 + Math.abs(gain));
    return intrabar === "pessimistic" ? rank : -rank;
  }

  private fillInside(order: number): void {
    const { book } = this.account;
    const type = workedType(book, order);
    if (type === MARKET) {
      this.takeClose(order);
      return;
    }
    const down = this.waitsForFall(order, type);
    if (this.rules.intrabar === "ohlc") this.path.set(this.open, this.high, this.low, this.close);
    let price = type === LIMIT ? book.limit[order] : book.stop[order];
    let birth = down ? FALLING : RISING;
    // Whether it takes what is there, or may have done so: that is the dearer of the two.
    let takes = false;
    const born = this.orders.birthIn(order, this.row);
    if (born !== undefined) {
      // What lay behind the price at birth is filled at that price, and leads no further than it.
      const isBehind = down ? price >= born.price : price <= born.price;
      // Its parent looked at the other side of the market: on quote bars that price may not lie on its own.
      if (isBehind) price = Math.min(this.high, Math.max(this.low, born.price));
      takes = isBehind;
      if (isBehind) birth = born.how;
      else if (birth !== born.how) birth = INSIDE;
    } else if (this.birthOf(order) === INSIDE) {
      const isPast = this.joinsPast(order, price, down);
      birth = isPast ? AT_CLOSE : INSIDE;
      const level = price;
      price = this.priceOfJoining(order, type, level, down, isPast);
      takes = isPast || price !== level || this.rules.intrabar === "pessimistic";
    }
    this.markBirthOfChildren(order, birth, price);
    const liquidity = takes ? REMOVES_LIQUIDITY : ADDS_LIQUIDITY;
    if (type === LIMIT) this.execution.fillLimit(order, price, this.row, this.hours.end, liquidity);
    else this.trigger(order, type, price, this.hours.end);
  }

  /**
   * What an order gets that joins the bar inside: where the market was past its price already what a market order gets,
   * the close, though never beyond a limit and never better than a stop; else its own price. Where it was is not certain
   * unless the whole bar lies past the price, or a path tells: pessimists take the worse of the two.
   */
  private priceOfJoining(order: number, type: number, level: number, down: boolean, isPast: boolean): number {
    const { close } = this;
    const lower = Math.min(level, close);
    const higher = Math.max(level, close);
    if (isPast) return isTouch(type) ? close : down ? lower : higher;
    if (this.rules.intrabar === "ohlc" || close === level) return level;
    this.wasAmbiguous = true;
    return this.account.book.side[order] > 0 === (this.rules.intrabar === "pessimistic") ? higher : lower;
  }

  /** Whether the market was certainly past an order's price, or at it, when the order joined the bar. */
  private joinsPast(order: number, level: number, down: boolean): boolean {
    if (this.rules.intrabar !== "ohlc") return down ? this.high <= level : this.low >= level;
    const found = this.path.at(this.pointOfJoining(order));
    return down ? found <= level : found >= level;
  }

  private pointOfJoining(order: number): number {
    return this.pointAt(this.bornAt(order));
  }

  /** Where on the path an instant lies: its three legs take a third of the bar each. */
  private pointAt(instant: number): number {
    return 3 * Math.min(1, Math.max(0, (instant - this.hours.start) / (this.hours.end - this.hours.start)));
  }

  // ---- at the close -------------------------------------------------------------------------------------------

  private atClose(order: number): void {
    const { book } = this.account;
    const type = workedType(book, order);
    const buy = book.side[order] > 0;
    if (type === MARKET_ON_CLOSE || type === LIMIT_ON_CLOSE) {
      if (!this.hours.isLast || this.isCancelAsked(order)) return;
      const limit = book.limit[order];
      this.markBirthOfChildren(order, AT_CLOSE, this.close);
      if (type === MARKET_ON_CLOSE)
        this.execution.fillMarket(order, this.close, this.row, this.hours.end, CLOSING_AUCTION);
      else if (buy ? this.close <= limit : this.close >= limit) {
        this.execution.fillLimit(order, this.close, this.row, this.hours.end, CLOSING_AUCTION);
      }
      return;
    }
    if (this.waitsForAuction(order)) {
      if (this.hours.crossesOpen) this.openingAtClose(order);
      return;
    }
    if (this.birthOf(order) === WHOLE_BAR) return;
    // The close certainly comes after a cancel that was asked for inside the bar.
    if (this.isCancelAsked(order)) return;
    // The close is the first price that certainly comes after an order that came to life inside the bar.
    if (type === MARKET) this.takeClose(order);
    if (isImmediate(book.tif[order])) this.execution.cancelRest(order);
  }

  private takeClose(order: number): void {
    this.markBirthOfChildren(order, AT_CLOSE, this.close);
    this.execution.fillMarket(order, this.close, this.row, this.hours.end, REMOVES_LIQUIDITY);
  }

  /** Of a bar that reaches across the open nobody knows the price there: an order for the opening takes the close. */
  private openingAtClose(order: number): void {
    const { book } = this.account;
    if (!this.isForThisOpening(order) || this.bornAt(order) > this.hours.sessionOpen) return;
    const limit = book.limit[order];
    const { execution, close, row } = this;
    const { end } = this.hours;
    if (limit !== limit) execution.fillMarket(order, close, row, end, OPENING_AUCTION);
    else if (book.side[order] > 0 ? close <= limit : close >= limit) {
      execution.fillLimit(order, close, row, end, OPENING_AUCTION);
    }
    this.execution.cancelRest(order);
  }

  /** A trailing stop was tried with the stop it had; now it follows the bar's extreme. */
  private follow(order: number): void {
    const { book } = this.account;
    if (!book.trails(order)) return;
    // Born at this very close, it was there for none of the steps before.
    startTrail(this.account, order);
    const birth = this.birthOf(order);
    followTrail(this.account, order, birth === WHOLE_BAR ? this.extreme(order) : this.extremeSince(order, birth));
  }

  private extreme(order: number): number {
    return this.account.book.side[order] < 0 ? this.high : this.low;
  }

  /** The best price that certainly came after an order's birth inside the bar, or that a path shows from there on. */
  private extremeSince(order: number, birth: number): number {
    const isSell = this.account.book.side[order] < 0;
    if (birth === AT_CLOSE) return this.close;
    if (this.rules.intrabar === "ohlc") {
      this.path.set(this.open, this.high, this.low, this.close);
      return this.path.extreme(isSell, this.startOf(order));
    }
    return birth === (isSell ? RISING : FALLING) ? this.extreme(order) : this.close;
  }

  // ---- what the steps share -----------------------------------------------------------------------------------

  /** A stop or touch is met at `price`: the market order fills there; a limit fills if it allows, or rests from the next bar. */
  private trigger(order: number, type: number, price: number, time: number): void {
    const { book, events } = this.account;
    if (type === STOP || type === TRAILING_STOP || type === MARKET_IF_TOUCHED) {
      book.flags[order] |= WAS_TRIGGERED;
      events.triggered(order);
      this.execution.fillMarket(order, price, this.row, time, REMOVES_LIQUIDITY);
      return;
    }
    if (type === TRAILING_STOP_LIMIT) limitBehindStop(this.account, order);
    book.flags[order] |= WAS_TRIGGERED;
    events.triggered(order);
    const limit = book.limit[order];
    if (book.side[order] > 0 ? price <= limit : price >= limit) {
      this.execution.fillLimit(order, price, this.row, time, REMOVES_LIQUIDITY);
    }
    // Whatever is left works as a limit order from the next bar on.
    this.orders.bear(order, { row: this.row, how: TRIGGERED_HERE, price: 0, point: 0 });
  }

  /** Whether an order can fill in this bar at all: alive, awake, and made before the bar's end. */
  private takesPart(order: number): boolean {
    const { book } = this.account;
    if (!isSent(book.status[order]) || isDormant(book, order)) return false;
    if (this.bornAt(order) >= this.hours.end) return false;
    if (!this.hours.isOpen && !this.tradesNow(order)) return false;
    return this.orders.birthIn(order, this.row)?.how !== TRIGGERED_HERE;
  }

  /** Closed markets fill only orders that say so, and those in extended hours where such are known. */
  private tradesNow(order: number): boolean {
    const { book, market } = this.account;
    if (isOpenFor(book, market, order, this.hours.end)) return true;
    this.keptOut = true;
    return false;
  }

  private birthOf(order: number): number {
    const birth = this.orders.birthIn(order, this.row);
    if (birth !== undefined) return birth.how;
    return this.bornAt(order) <= this.hours.start ? WHOLE_BAR : INSIDE;
  }

  private bornAt(order: number): number {
    const { book } = this.account;
    let own = book.madeAt[order] + this.rules.latency;
    if (this.hours.crossesOpen && own < this.hours.sessionOpen && !tradesOutside(book, order))
      own = this.hours.sessionOpen;
    const parent = book.parent[order];
    if (parent < 0 || book.instrument[parent] === book.instrument[order]) return own;
    // A parent of another instrument has filled at an instant of its own, and no earlier price is for the child.
    // A dormant child takes no part, so its parent has filled.
    const { filledAt } = this.orders;
    return filledAt[parent] > own ? filledAt[parent] : own;
  }

  /**
   * Children of an order that fills inside the bar take part from there on: those that sleep, and exits that have closed
   * all that it had filled before.
   */
  private markBirthOfChildren(parent: number, birth: number, price: number): void {
    const { book } = this.account;
    for (let k = 0; k < this.length; k++) {
      const child = this.list[k];
      if (book.parent[child] !== parent || !this.execution.isIdle(child)) continue;
      const point = this.rules.intrabar === "ohlc" && birth !== AT_CLOSE ? this.pointOf(parent) : 0;
      this.orders.bear(child, { row: this.row, how: birth, price, point });
    }
  }

  private isStop(order: number): boolean {
    const { book } = this.account;
    const type = workedType(book, order);
    return type === STOP || type === STOP_LIMIT || isTrailing(type);
  }

  private waitsForFall(order: number, type: number): boolean {
    const buy = this.account.book.side[order] > 0;
    return type === LIMIT || isTouch(type) ? buy : !buy;
  }

  private waitsForAuction(order: number): boolean {
    const type = this.account.book.type[order];
    return type >= MARKET_ON_OPEN || this.account.book.tif[order] === AT_THE_OPENING;
  }

  /** Reads the prices an order looks at. Only here: a bar that fills at its open is spared the other columns. */
  private look(order: number, series: BarSeries): void {
    const prices = this.sideOf(order, series);
    const { row } = this;
    this.open = prices.open[row];
    this.high = prices.high[row];
    this.low = prices.low[row];
    this.close = prices.close[row];
  }

  /** A buy looks at the ask and a sell at the bid, where there are such. */
  private sideOf(order: number, series: BarSeries): PriceColumns {
    return (this.account.book.side[order] > 0 ? series.ask : series.bid) ?? series;
  }

  private lookAgain(order: number): void {
    const { market, book } = this.account;
    const series = market.series[market.finest[book.instrument[order]]];
    this.look(order, series);
  }

  /** Whether the bar opens a session, and an order was not woken by a parent that has filled in this very opening. */
  private isForThisOpening(order: number): boolean {
    if (!this.hours.isFirst(this.series, this.row)) return false;
    const parent = this.account.book.parent[order];
    return parent < 0 || this.orders.filledAt[parent] < this.hours.sessionOpen;
  }

  private snapshot(list: Int32Array, count: number): void {
    if (count > this.list.length) this.list = new Int32Array(count * 2);
    for (let k = 0; k < count; k++) this.list[k] = list[k];
    this.length = count;
  }
}

/** Triggered in this bar: what is left waits for the next. */
const TRIGGERED_HERE = -1;

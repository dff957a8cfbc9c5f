import type { BrokerAccount } from "../../core/broker.js";
import { isImmediate, isTouch, LIMIT, MARKET, TRAILING_STOP_LIMIT } from "../../core/orders/kinds.js";
import type { BarInSight } from "./bar-in-sight.js";
import { decide, MET, MISSED, reached, UNCERTAIN, WHOLE_BAR, wasMet } from "./intrabar.js";
import type { SimRules } from "./rules.js";
import { CANCEL_ASKED, type SimOrders } from "./sim-orders.js";
import { awaitedPrice, waitsForAuction, waitsForFall, workedType, worksAsStop } from "./worked-type.js";

/**
 * Which prices a bar has met inside, and of several orders that it may have met, which: what the data leaves open, the
 * policy decides. Asked of an order whose prices the bar in sight has been looked at for.
 */
export class BarMeetings {
  /** Whether the policy has decided something in this bar. */
  wasAmbiguous = false;
  private readonly account: BrokerAccount;
  private readonly rules: SimRules;
  private readonly orders: SimOrders;
  private readonly bar: BarInSight;
  private readonly strict: boolean;

  constructor(account: BrokerAccount, rules: SimRules, orders: SimOrders, bar: BarInSight) {
    this.account = account;
    this.rules = rules;
    this.orders = orders;
    this.bar = bar;
    this.strict = rules.limitFill === "through";
  }

  /** Whether an order's price was met inside the bar, the policy deciding what is uncertain. */
  meets(order: number): boolean {
    if (this.orders.has(order, CANCEL_ASKED)) return this.meetsBefore(order, this.orders.cancelAskedAt(order));
    if (this.wouldWait(order)) return false;
    const met = this.meeting(order);
    // A path decides it too: what it says is one guess of several.
    if (met === UNCERTAIN) this.wasAmbiguous = true;
    if (this.rules.intrabar === "ohlc") return this.bar.pointOf(order) < Infinity;
    if (met !== UNCERTAIN) return met === MET;
    return decide(this.rules.intrabar, worksAsStop(this.account.book, order));
  }

  /** Whether an order that was changed at an instant inside the bar was met while it stood as it was. */
  metUntil(order: number, until: number): boolean {
    const { bar } = this;
    if (waitsForAuction(this.account.book, order)) return false;
    if (bar.birthOf(order) !== WHOLE_BAR) return this.takenBefore(order, until);
    bar.drawPath();
    return this.meetsBefore(order, until);
  }

  /** Whether the bar's close lies where an order that waits for a price is met. */
  isMetByClose(price: number, type: number, down: boolean): boolean {
    return reached(price, down, type === LIMIT && this.strict, this.bar.close);
  }

  /** Whether an order that may not wait found the market short of its price as it came to life inside the bar. */
  private wouldWait(order: number): boolean {
    const { book } = this.account;
    if (!isImmediate(book.tif[order])) return false;
    const born = this.orders.birthIn(order, this.bar.row);
    if (born === undefined) return false;
    const type = workedType(book, order);
    const price = awaitedPrice(book, order, type);
    return waitsForFall(book, order, type) ? price < born.price : price > born.price;
  }

  private meeting(order: number): number {
    const { bar } = this;
    const { book } = this.account;
    const type = workedType(book, order);
    if (type === MARKET) return MISSED;
    return wasMet(
      awaitedPrice(book, order, type),
      waitsForFall(book, order, type),
      type === LIMIT && this.strict,
      bar.birthOf(order),
      this.orders.birthIn(order, bar.row)?.price ?? Number.NaN,
      bar.high,
      bar.low,
      bar.close,
    );
  }

  /**
   * Whether an order was met before an instant inside the bar, at which it was cancelled or changed. Only a path tells;
   * otherwise the policy decides by the close, for whoever takes an order back may have seen by then what it would have
   * cost: pessimists have filled where that turned out worse, optimists where it turned out better.
   */
  private meetsBefore(order: number, until: number): boolean {
    const { bar } = this;
    if (this.takenBefore(order, until)) return true;
    // It never was in the market.
    if (bar.bornAt(order) >= until) return false;
    if (this.meeting(order) === MISSED) return false;
    this.wasAmbiguous = true;
    if (this.rules.intrabar === "ohlc") return bar.pointOf(order) <= bar.pointAt(until);
    const { book } = this.account;
    const price = awaitedPrice(book, order, workedType(book, order));
    const isWorse = book.side[order] * (bar.close - price) < 0;
    return this.rules.intrabar === "optimistic" ? !isWorse : isWorse;
  }

  /**
   * Whether an order that joined the bar inside was filled at once for certain, and that before an instant: it goes at
   * the market, or the whole bar lies past its price. What it gets is the close, as for any that joins inside.
   */
  private takenBefore(order: number, until: number): boolean {
    const { bar } = this;
    if (this.orders.birthIn(order, bar.row) !== undefined) return false;
    const born = bar.bornAt(order);
    if (born <= bar.hours.start || born >= until) return false;
    const { book } = this.account;
    const type = workedType(book, order);
    if (type === MARKET) return true;
    const { high, low } = bar;
    const side = book.side[order];
    const stop = book.stop[order];
    // A trailing stop that has not begun has none yet.
    const isPast = waitsForFall(book, order, type) ? high <= stop : low >= stop;
    if (type !== LIMIT && !isPast) return false;
    // One that is met with a limit fills for certain only where the whole bar lies past that too.
    const limit = type === TRAILING_STOP_LIMIT ? stop + side * book.limitOffset[order] : book.limit[order];
    return limit !== limit || (side > 0 ? high <= limit : low >= limit);
  }

  /**
   * What an order gets that joins the bar inside: where the market was past its price already what a market order gets,
   * the close, though never beyond a limit and never better than a stop; else its own price. Where it was is not certain
   * unless the whole bar lies past the price, or a path tells: pessimists take the worse of the two.
   */
  priceOfJoining(order: number, type: number, level: number, down: boolean, isPast: boolean): number {
    const { close, high, low } = this.bar;
    const isCertain = down ? high <= level : low >= level;
    if (!isCertain && close !== level) this.wasAmbiguous = true;
    const lower = Math.min(level, close);
    const higher = Math.max(level, close);
    if (isPast) return isTouch(type) ? close : down ? lower : higher;
    if (this.rules.intrabar === "ohlc" || close === level) return level;
    return this.account.book.side[order] > 0 === (this.rules.intrabar === "pessimistic") ? higher : lower;
  }

  /** Whether another order of a group takes part in the bar. Orders are those of the first places of a list. */
  hasRival(order: number, list: Int32Array, length: number): boolean {
    const { group } = this.account.book;
    for (let k = 0; k < length; k++) {
      const other = list[k];
      if (other !== order && group[other] === group[order] && this.bar.takesPart(other)) return true;
    }
    return false;
  }

  /** Of the orders of a group that the bar could have filled, the one it fills; -1 for none. */
  winnerOf(group: number, list: Int32Array, from: number, length: number): number {
    const { bar } = this;
    const { book } = this.account;
    let winner = -1;
    let met = 0;
    let best = Infinity;
    for (let k = from; k < length; k++) {
      const order = list[k];
      if (book.group[order] !== group || !bar.takesPart(order) || waitsForAuction(book, order)) continue;
      bar.look(order);
      bar.drawPath();
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
    if (intrabar === "ohlc") return this.bar.pointOf(order);
    const { book } = this.account;
    const price = awaitedPrice(book, order, workedType(book, order));
    const gain = book.side[order] * (this.bar.close - price);
    // Within -1 and 1 gains keep their order, and a stop and a limit never change places for their prices.
    const rank = (worksAsStop(book, order) ? -1 : 1) + gain / (1 + Math.abs(gain));
    return intrabar === "pessimistic" ? rank : -rank;
  }
}

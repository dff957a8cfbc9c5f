import type { BrokerAccount } from "../../core/broker.js";
import { isDormant } from "../../core/guards/guard.js";
import type { BarSeries, PriceColumns } from "../../core/market/bar-series.js";
import { isSent, LIMIT, MARKET } from "../../core/orders/kinds.js";
import { isOpenFor, tradesOutside } from "../../core/orders/order-hours.js";
import { roundPrice } from "../../core/orders/tick.js";
import { BarHours } from "./bar-hours.js";
import { AT_CLOSE, BarPath, INSIDE, TRIGGERED_HERE, WHOLE_BAR } from "./intrabar.js";
import type { SimRules } from "./rules.js";
import type { SimOrders } from "./sim-orders.js";
import { awaitedPrice, waitsForFall, workedType } from "./worked-type.js";

/**
 * The bar that is being matched: its prices as one order after another looks at them, and since when each of the orders
 * takes part in it. Prices are in the instrument's currency, instants epoch ms UTC; a point is one of the bar's path.
 */
export class BarInSight {
  row = 0;
  // Set at once, though each bar sets them again: an object that gets a field later makes the compiler begin anew.
  series: BarSeries;
  // Prices of the side an order looks at.
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
  readonly hours = new BarHours();
  readonly path = new BarPath();
  /** Whether an order takes no part because the bar lies outside the hours in which it may trade. */
  keptOut = false;
  private readonly account: BrokerAccount;
  private readonly rules: SimRules;
  private readonly orders: SimOrders;
  private readonly strict: boolean;

  constructor(account: BrokerAccount, rules: SimRules, orders: SimOrders) {
    this.account = account;
    this.rules = rules;
    this.orders = orders;
    this.strict = rules.limitFill === "through";
    this.series = account.market.series[0];
  }

  /** Moves to a row of an instrument's finest series. */
  move(instrument: number, row: number): void {
    const { market } = this.account;
    const series = market.series[market.finest[instrument]];
    this.row = row;
    // Nobody has read this row of either column yet: asked for together, they come out of memory in one wait.
    const start = series.start[row];
    this.open = series.open[row];
    const end = series.end[row];
    this.hours.move(market.sessions[instrument], start, end);
    this.series = series;
    this.keptOut = false;
  }

  // ---- its prices ---------------------------------------------------------------------------------------------

  /** Reads the prices an order looks at. Only here: a bar that fills at its open is spared the other columns. */
  look(order: number): void {
    const prices = this.sideOf(order);
    const { row } = this;
    this.open = prices.open[row];
    this.high = prices.high[row];
    this.low = prices.low[row];
    this.close = prices.close[row];
  }

  lookAtOpen(order: number): void {
    this.open = this.sideOf(order).open[this.row];
  }

  /**
   * What stands on an order's side of the market while the other side is at a price that the bar has met there: as far
   * between the low and the high of its own side, which is exact where the spread stays as it is. On a tick, the one
   * that is no better for the order.
   */
  acrossSpread(order: number, price: number): number {
    const { series, row } = this;
    const { ask, bid } = series;
    if (ask === undefined || bid === undefined) return price;
    const side = this.account.book.side[order];
    const own = side > 0 ? ask : bid;
    const other = side > 0 ? bid : ask;
    const low = other.low[row];
    const span = other.high[row] - low;
    const share = span > 0 ? (price - low) / span : 0;
    return roundPrice(own.low[row] + share * (own.high[row] - own.low[row]), series.instrument.tickSize, side);
  }

  /** A buy looks at the ask and a sell at the bid, where there are such. */
  private sideOf(order: number): PriceColumns {
    const { series } = this;
    return (this.account.book.side[order] > 0 ? series.ask : series.bid) ?? series;
  }

  /** Where the policy goes by the path, has it lead through the prices that were looked at. */
  drawPath(): void {
    if (this.rules.intrabar === "ohlc") this.path.set(this.open, this.high, this.low, this.close);
  }

  // ---- who takes part in it, and since when -------------------------------------------------------------------

  /** Whether an order can fill in this bar at all: alive, awake, and made before the bar's end. */
  takesPart(order: number): boolean {
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

  /** How an order was born, relative to the bar. */
  birthOf(order: number): number {
    const birth = this.orders.birthIn(order, this.row);
    if (birth !== undefined) return birth.how;
    return this.bornAt(order) <= this.hours.start ? WHOLE_BAR : INSIDE;
  }

  /** From when on an order takes part in the market. */
  bornAt(order: number): number {
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

  /** Whether the bar opens a session, and an order was not woken by a parent that has filled in this very opening. */
  isOpeningFor(order: number): boolean {
    if (!this.hours.isFirst(this.series, this.row)) return false;
    const parent = this.account.book.parent[order];
    return parent < 0 || this.orders.filledAt[parent] < this.hours.sessionOpen;
  }

  // ---- its path -----------------------------------------------------------------------------------------------

  /** Where on the bar's path an order's price is met; Infinity for never. */
  pointOf(order: number): number {
    const { book } = this.account;
    const type = workedType(book, order);
    if (type === MARKET || this.birthOf(order) === AT_CLOSE) return Infinity;
    const price = awaitedPrice(book, order, type);
    const strict = type === LIMIT && this.strict;
    return this.path.reach(price, waitsForFall(book, order, type), strict, this.startOf(order));
  }

  /** Where on the bar's path an order begins to take part. */
  startOf(order: number): number {
    const born = this.orders.birthIn(order, this.row);
    if (born !== undefined) return born.point;
    return this.birthOf(order) === INSIDE ? this.pointAt(this.bornAt(order)) : 0;
  }

  /** Where on the path an instant lies: its three legs take a third of the bar each. */
  pointAt(instant: number): number {
    return 3 * Math.min(1, Math.max(0, (instant - this.hours.start) / (this.hours.end - this.hours.start)));
  }

  /** Whether the market was certainly past a price, or at it, when an order joined the bar that waits for it. */
  isPastAtJoining(order: number, price: number, down: boolean): boolean {
    if (this.rules.intrabar !== "ohlc") return down ? this.high <= price : this.low >= price;
    const found = this.path.at(this.pointAt(this.bornAt(order)));
    return down ? found <= price : found >= price;
  }
}

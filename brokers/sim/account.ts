import type { BrokerAccount } from "../../core/broker.js";
import { addsNothingYet } from "../../core/guards/guard.js";
import type { AccountView, Holdings, Promised } from "./margin-model.js";
import type { SimOrders } from "./sim-orders.js";

/**
 * The account as the margin model sees it: the portfolio, and what working orders have been promised. The promises are
 * counted when they are asked for: most runs have at most a few orders working.
 */
export class SimAccount implements AccountView {
  readonly holdings: Holdings;
  readonly promised: Promised;
  private readonly account: BrokerAccount;
  private readonly orders: SimOrders;
  /** The instruments whose promises are not 0. */
  private counted = new Int32Array(8);
  private countedLength = 0;

  constructor(account: BrokerAccount, orders: SimOrders) {
    const count = account.market.instruments.length;
    this.holdings = account.portfolio;
    this.promised = new PromisedSums(account.portfolio.currencies.length, count);
    this.account = account;
    this.orders = orders;
  }

  /** Counts the promises anew, without the order that is asking and without those that it would cancel. */
  count(except: number): this {
    const { working } = this.account;
    if (this.countedLength > 0) this.clear();
    if (working.total > 0) this.countAll(except);
    return this;
  }

  private clear(): void {
    const { funds, buys, sells } = this.promised;
    funds.fill(0);
    for (let k = 0; k < this.countedLength; k++) {
      buys[this.counted[k]] = 0;
      sells[this.counted[k]] = 0;
    }
    this.countedLength = 0;
  }

  private countAll(except: number): void {
    const { active, activeLength } = this.account.working;
    if (activeLength > this.counted.length) this.counted = new Int32Array(activeLength * 2);
    for (let k = 0; k < activeLength; k++) {
      this.counted[k] = active[k];
      this.countInstrument(active[k], except);
    }
    this.countedLength = activeLength;
  }

  private countInstrument(instrument: number, except: number): void {
    const { book, working, portfolio } = this.account;
    const list = working.lists[instrument];
    const count = working.count[instrument];
    const own = book.group[except];
    for (let k = 0; k < count; k++) {
      const order = list[k];
      if (order === except || (own >= 0 && book.group[order] === own)) continue;
      if (addsNothingYet(book, order) || this.isLesserSibling(list, count, k)) continue;
      const rest = book.quantity[order] - book.filled[order];
      const side = book.side[order] > 0 ? this.promised.buys : this.promised.sells;
      side[instrument] += rest;
      this.promised.funds[portfolio.currencyOf[instrument]] += this.orders.promised[order] * rest;
    }
  }

  /** Whether a sibling that cancels it is promised more; of equals the first counts. */
  private isLesserSibling(list: Int32Array, count: number, place: number): boolean {
    const { book } = this.account;
    const order = list[place];
    const group = book.group[order];
    if (group < 0) return false;
    const units = book.quantity[order] - book.filled[order];
    const own = this.orders.promised[order] * units;
    for (let k = 0; k < count; k++) {
      const other = list[k];
      if (k === place || book.group[other] !== group || book.side[other] !== book.side[order]) continue;
      const rest = book.quantity[other] - book.filled[other];
      const promised = this.orders.promised[other] * rest;
      if (promised > own || (promised === own && (rest > units || (rest === units && k < place)))) return true;
    }
    return false;
  }
}

/** Of a class, not a literal: the second literal of a kind makes the compiler begin anew. */
class PromisedSums implements Promised {
  readonly funds: Float64Array;
  readonly buys: Float64Array;
  readonly sells: Float64Array;

  constructor(currencies: number, instruments: number) {
    this.funds = new Float64Array(currencies);
    this.buys = new Float64Array(instruments);
    this.sells = new Float64Array(instruments);
  }
}

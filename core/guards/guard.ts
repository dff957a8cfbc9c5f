import type { Clock } from "../clock.js";
import { DUST } from "../dust.js";
import type { Instrument } from "../market/instrument.js";
import type { Market } from "../market/market.js";
import type { Denial } from "../orders/denial.js";
import { isSent, isTouch } from "../orders/kinds.js";
import { CLOSES_ONLY, type OrderBook, WAS_TRIGGERED } from "../orders/order-book.js";
import type { WorkingOrders } from "../orders/working-orders.js";
import type { Portfolio } from "../portfolio/portfolio.js";

/**
 * One reason to stop an order before it leaves. Every order, and every modification that increases one, passes every
 * guard, in a backtest as in live trading. A guard that cannot see what it needs denies.
 */
export interface Guard {
  /** Its key in the configuration, such as "staleQuote". */
  readonly name: string;
  /** Whether an order that only reduces a position passes it anyway. */
  readonly reducingPasses: boolean;
  check(order: OrderUnderTest): Denial | undefined;
}

/** The order that is being judged, and what can be known now. One object, reused: guards read it and keep nothing. */
export class OrderUnderTest {
  readonly book: OrderBook;
  readonly working: WorkingOrders;
  readonly portfolio: Portfolio;
  readonly market: Market;
  now = Number.NaN;
  /** Its row in the book. */
  id = 0;
  instrument: Instrument;
  index = 0;
  /** +1 buys, -1 sells. */
  side = 1;
  type = 0;
  /** Units that are new: the whole order, or what a modification adds. */
  quantity = Number.NaN;
  /** NaN for an order without a limit. */
  limit = Number.NaN;
  /** Where it triggers or is touched; NaN for an order that waits for nothing. */
  stop = Number.NaN;
  /** The price the market stands at for this order: ask or bid, else the last price. NaN where there is none. */
  reference = Number.NaN;
  /** Counts calls of handlers: two orders of one call are one decision. */
  decision = 0;

  private reducingKnown = false;
  private reducingAnswer = false;

  constructor(book: OrderBook, working: WorkingOrders, portfolio: Portfolio, market: Market) {
    this.book = book;
    this.working = working;
    this.portfolio = portfolio;
    this.market = market;
    this.instrument = market.instruments[0];
  }

  look(id: number, quantity: number, clock: Clock, decision: number): void {
    const book = this.book;
    const index = book.instrument[id];
    this.id = id;
    this.now = clock.now;
    this.decision = decision;
    this.index = index;
    this.instrument = this.market.instruments[index];
    this.side = book.side[id];
    this.type = book.type[id];
    this.quantity = quantity;
    this.limit = book.limit[id];
    this.stop = (book.flags[id] & WAS_TRIGGERED) === 0 ? book.stop[id] : Number.NaN;
    const quoted = this.side > 0 ? this.market.ask(index) : this.market.bid(index);
    this.reference = quoted === quoted ? quoted : this.portfolio.mark[index];
    this.reducingKnown = false;
    this.reducingAnswer = false;
  }

  /** What a unit of the order can be expected to fill at: its limit, else where it triggers, else the market. */
  get price(): number {
    return this.limit === this.limit ? this.limit : this.trigger;
  }

  /** Where the market will stand when the order takes part: at the stop that it waits for, else where it stands now. */
  get trigger(): number {
    const { stop, reference } = this;
    if (stop !== stop || isTouch(this.type)) return reference;
    return this.side > 0 ? Math.max(stop, reference) : Math.min(stop, reference);
  }

  /** Whether it is with the broker already and is to be modified. */
  get isModified(): boolean {
    return isSent(this.book.status[this.id]);
  }

  /** Units of the whole order, as it will be when it is modified. */
  get size(): number {
    return this.isModified ? this.book.quantity[this.id] + this.quantity : this.quantity;
  }

  /** Value of the whole order in the base currency. */
  get value(): number {
    const rate = this.portfolio.rate[this.portfolio.currencyOf[this.index]];
    return this.size * this.price * this.instrument.multiplier * rate;
  }

  /** Signed position now. */
  get position(): number {
    return this.portfolio.quantity[this.index];
  }

  /**
   * Units that working orders on the order's own side could still add, what it had before a modification included; of
   * a group that cancels itself the largest, and of the order's own group what is more than itself.
   */
  get workingSameSide(): number {
    const before = this.isModified ? this.book.remaining(this.id) : 0;
    const others = workingUnits(this.book, this.working, this.index, this.side, this.id, before + this.quantity);
    return before + others;
  }

  /**
   * Whether position, all working exits and this order together never cross zero; an exit that waits for its parent
   * closes what that parent will have opened.
   */
  get reducing(): boolean {
    if (!this.reducingKnown) {
      this.reducingKnown = true;
      const position = this.position;
      this.reducingAnswer =
        (this.book.flags[this.id] & CLOSES_ONLY) !== 0 ||
        (isDormant(this.book, this.id) && isExit(this.book, this.id)) ||
        (position * this.side < 0 && this.quantity + this.workingSameSide <= Math.abs(position) + DUST);
    }
    return this.reducingAnswer;
  }
}

/**
 * Units still to fill of the working orders of one side, but `except`: a group of which one cancels the other counts
 * as its largest member (that of `except` only with what it has beyond `own` units), and exits count what
 * their parent has filled.
 */
export function workingUnits(
  book: OrderBook,
  working: WorkingOrders,
  instrument: number,
  side: number,
  except: number,
  own = 0,
): number {
  const list = working.lists[instrument];
  const count = working.count[instrument];
  const ownGroup = except < 0 ? -1 : book.group[except];
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const id = list[i];
    if (id === except || book.side[id] !== side || addsNothingYet(book, id)) continue;
    const units = unitsLeft(book, id);
    const group = book.group[id];
    if (group < 0) {
      sum += units;
      continue;
    }
    let largest = true;
    for (let j = 0; j < count && largest; j++) {
      const other = list[j];
      if (other === id || other === except || book.group[other] !== group || book.side[other] !== side) continue;
      const rest = unitsLeft(book, other);
      if (rest > units || (rest === units && j < i)) largest = false;
    }
    if (largest) sum += group === ownGroup ? Math.max(0, units - own) : units;
  }
  return sum;
}

/** Whether quotes of an instrument may rest for long without anything being wrong. */
export function isThin(instrument: Instrument): boolean {
  return instrument.thin || instrument.assetClass === "option";
}

/** Units an order can still fill: of an exit no more than its parent has opened. */
export function unitsLeft(book: OrderBook, id: number): number {
  const units = book.quantity[id] - book.filled[id];
  return isExit(book, id) ? Math.min(units, book.filled[book.parent[id]] - book.filled[id]) : units;
}

/** Whether an order closes what its parent opens. */
export function isExit(book: OrderBook, id: number): boolean {
  const parent = book.parent[id];
  return parent >= 0 && book.instrument[parent] === book.instrument[id] && book.side[parent] !== book.side[id];
}

/** Whether an order can add to no position before its parent has filled: an exit that waits for it. */
export function addsNothingYet(book: OrderBook, id: number): boolean {
  return isDormant(book, id) && isExit(book, id);
}

/** Whether an order waits for its parent to fill. */
export function isDormant(book: OrderBook, id: number): boolean {
  const parent = book.parent[id];
  return parent >= 0 && book.filled[parent] === 0;
}

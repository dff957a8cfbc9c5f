import type { Clock } from "../clock.js";
import { DUST } from "../dust.js";
import type { Instrument } from "../market/instrument.js";
import type { Market } from "../market/market.js";
import type { OrderFlow } from "../order-flow.js";
import type { Portfolio } from "../portfolio/portfolio.js";
import { asGiven } from "./as-given.js";
import { type Bracket, type BracketOptions, checkBracket, crossedBy, writeExits } from "./bracket.js";
import type { Denial } from "./denial.js";
import { OrderError } from "./errors.js";
import {
  DAY_ORDER,
  GOOD_TILL_DATE,
  isTrailing,
  isWorking,
  MARKET,
  PENDING_CANCEL,
  type Side,
  STOP_LIMIT,
  TRAILING_STOP_LIMIT,
} from "./kinds.js";
import { Order } from "./order.js";
import {
  CLOSES_ONLY,
  NEAR_CLOSE,
  type OrderBook,
  OUTSIDE_RTH,
  TARGET,
  TRAIL_FRACTION,
  WAS_TRIGGERED,
} from "./order-book.js";
import { OrderHandles } from "./order-handles.js";
import {
  checkKeys,
  checkPrice,
  checkPrices,
  checkQuantity,
  checkTrailPercent,
  checkUnused,
  type OrderOptions,
  resolveTif,
  resolveType,
  signOf,
} from "./order-request.js";
import { nearStep, wholeSteps } from "./quantity-step.js";
import type { RestoredOrder } from "./restored-run.js";
import { roundPrice, roundTrail } from "./tick.js";
import type { WorkingOrders } from "./working-orders.js";

/** What `modify` may change. */
export interface OrderChanges {
  readonly quantity?: number;
  readonly limit?: number;
  readonly stop?: number;
  readonly trail?: number;
  readonly trailPercent?: number;
}

/** Which options may stand beside an order. */
type Kind = "order" | "request" | "bracket";

/** Turns what a strategy asks for into rows of the book, checked and rounded, and sends them on their way. */
export class OrderDesk {
  private readonly book: OrderBook;
  private readonly working: WorkingOrders;
  private readonly flow: OrderFlow;
  private readonly market: Market;
  private readonly portfolio: Portfolio;
  private readonly clock: Clock;
  private readonly handles: OrderHandles;
  private groups = 0;

  constructor(
    book: OrderBook,
    working: WorkingOrders,
    flow: OrderFlow,
    market: Market,
    portfolio: Portfolio,
    clock: Clock,
  ) {
    this.book = book;
    this.market = market;
    this.handles = new OrderHandles(book, portfolio.instruments);
    this.working = working;
    this.flow = flow;
    this.portfolio = portfolio;
    this.clock = clock;
  }

  /** Writes the orders that an earlier part of the run has left working; their rows, in the order of the list. */
  restore(orders: readonly RestoredOrder[]): number[] {
    const { book } = this;
    const rows: number[] = [];
    for (const one of orders) {
      const row = book.restore(one, one.parent < 0 ? -1 : rows[one.parent]);
      rows.push(row);
      this.working.add(one.instrument, row);
      this.groups = Math.max(this.groups, one.group + 1);
    }
    for (const [i, { behind }] of orders.entries()) {
      if (behind !== undefined)
        book.behind.set(
          rows[i],
          behind.map((place) => rows[place]),
        );
    }
    return rows;
  }

  /** The live order at a row. */
  handle(order: number): Order {
    return this.handles.of(order);
  }

  submit(
    instrument: Instrument,
    side: Side,
    quantity: number,
    options: OrderOptions = PLAIN,
    kind: Kind = "order",
  ): Order {
    const order = this.write(instrument, signOf(instrument, side), quantity, options, DAY_ORDER, kind);
    this.flow.place(order);
    return this.handle(order);
  }

  /** Orders of which one cancels the others. */
  oco(requests: readonly (OrderOptions & { instrument: Instrument; side: Side; quantity: number })[]): Order[] {
    // All are looked at before the first is written: a group stands whole or not at all.
    const signs = requests.map((one) => signOf(one.instrument, one.side));
    for (const one of requests) this.check(one.instrument, one.quantity, one, DAY_ORDER, "request");
    const group = this.groups++;
    const orders = requests.map((one, i) =>
      this.write(one.instrument, signs[i], one.quantity, one, DAY_ORDER, "request"),
    );
    for (const order of orders) this.book.group[order] = group;
    this.flow.placeGroup(orders);
    return orders.map((order) => this.handle(order));
  }

  bracket(instrument: Instrument, side: Side, quantity: number, options: BracketOptions): Bracket {
    const { book, portfolio } = this;
    const sign = signOf(instrument, side);
    checkBracket(instrument, sign, options);
    const crossed = crossedBy(portfolio.mark[instrument.index], instrument, sign, options);
    const entry = this.write(instrument, sign, quantity, options, DAY_ORDER, "bracket");
    const { stopLoss, takeProfit } = writeExits(book, entry, this.groups++, instrument, options);
    const orders = [entry];
    if (stopLoss !== undefined) orders.push(stopLoss);
    if (takeProfit !== undefined) orders.push(takeProfit);
    this.flow.placeBracket(orders, crossed);
    return {
      entry: this.handle(entry),
      stopLoss: stopLoss === undefined ? undefined : this.handle(stopLoss),
      takeProfit: takeProfit === undefined ? undefined : this.handle(takeProfit),
    };
  }

  /**
   * Brings a position to `target` signed units: one order for the difference, what earlier targets still have working
   * counted in. One that is being cancelled counts no more where the new order can wait for its end. Undefined when there
   * is nothing to do.
   */
  target(instrument: Instrument, target: number, options: OrderOptions = PLAIN): Order | undefined {
    if (!Number.isFinite(target)) refuseTarget(instrument, target);
    const book = this.book;
    const index = instrument.index;
    const waits = this.flow.targetsWait;
    let leaving: number[] | undefined;
    let expected = this.portfolio.quantity[index];
    const count = this.working.count[index];
    const list = this.working.lists[index];
    for (let i = 0; i < count; i++) {
      const order = list[i];
      if ((book.flags[order] & TARGET) === 0) continue;
      if (waits && isLeaving(book, order)) leaving = [...(leaving ?? []), order];
      else expected += book.side[order] * book.remaining(order);
    }
    const difference = nearStep(target - expected, instrument.quantityStep);
    if (Math.abs(difference) < DUST) return undefined;
    const order = this.write(instrument, difference > 0 ? 1 : -1, Math.abs(difference), options, DAY_ORDER);
    book.flags[order] |= TARGET;
    if (leaving !== undefined) book.behind.set(order, leaving);
    this.flow.place(order);
    if (leaving !== undefined && !isWorking(book.status[order])) book.behind.delete(order);
    return this.handle(order);
  }

  /** A position worth `value` of the base currency, as whole steps of quantity, rounded towards zero. */
  targetValue(instrument: Instrument, value: number, options: OrderOptions = PLAIN): Order | undefined {
    if (!Number.isFinite(value)) refuseTarget(instrument, value);
    const index = instrument.index;
    const price = this.portfolio.mark[index];
    const unit = price * instrument.multiplier * this.portfolio.rate[this.portfolio.currencyOf[index]];
    if (price <= 0) throw new OrderError("PRICE_WITHOUT_VALUE", { symbol: instrument.symbol, price, what: "value" });
    if (!(unit > 0)) throw new OrderError("NO_PRICE", { symbol: instrument.symbol, what: "value" });
    return this.target(instrument, wholeSteps(value / unit, instrument.quantityStep), options);
  }

  /** @returns undefined when done, else why not. */
  modify(handle: Order, changes: OrderChanges): Denial | undefined {
    this.flow.insist();
    const order = handle.id;
    const { book } = this;
    const { instrument } = handle;
    if (!isWorking(book.status[order])) {
      throw new OrderError("NOT_MODIFIABLE", { order, symbol: instrument.symbol, status: handle.status });
    }
    checkPrice(instrument, "limit", changes.limit, instrument.negativePrices);
    checkPrice(instrument, "stop", changes.stop, instrument.negativePrices);
    checkPrice(instrument, "trail", changes.trail, false);
    checkPrice(instrument, "trailPercent", changes.trailPercent, false);
    checkTrailPercent(instrument, changes.trailPercent);
    checkKeys("modify", changes);
    // Once triggered, a trailing stop-limit has a limit of its own.
    const type = book.type[order];
    const triggered = (book.flags[order] & WAS_TRIGGERED) !== 0;
    checkUnused(instrument, triggered && type === TRAILING_STOP_LIMIT ? STOP_LIMIT : type, changes);
    const isFraction = (book.flags[order] & TRAIL_FRACTION) !== 0;
    const wrongTrail = isFraction ? changes.trail : changes.trailPercent;
    if (wrongTrail !== undefined) {
      const [has, field] = isFraction ? ["trailPercent", "trail"] : ["trail", "trailPercent"];
      throw new OrderError("TRAIL_OTHER", { type: handle.type, symbol: instrument.symbol, has, field });
    }
    if (changes.quantity !== undefined) checkQuantity(instrument, changes.quantity);
    const side = book.side[order];
    const quantity = changes.quantity ?? book.quantity[order];
    if (quantity <= book.filled[order]) {
      this.flow.cancel(order);
      return undefined;
    }
    return this.flow.modify(
      order,
      quantity,
      changes.limit === undefined ? book.limit[order] : roundPrice(changes.limit, instrument.tickSize, -side),
      changes.stop === undefined ? book.stop[order] : roundPrice(changes.stop, instrument.tickSize, -side),
      changes.trail === undefined
        ? (changes.trailPercent ?? book.trailOf(order))
        : roundTrail(changes.trail, instrument.tickSize),
    );
  }

  cancel(handle: Order): void {
    this.flow.insist();
    this.flow.cancel(handle.id);
  }

  cancelAll(instrument?: Instrument): void {
    this.flow.insist();
    this.flow.cancelAll(instrument?.index ?? -1);
  }

  /**
   * Sells (or buys back) what is held of an instrument, and cancels what works for it. Where the order to close is
   * denied, nothing is cancelled: the exits there are go on protecting what is held.
   */
  closePosition(instrument: Instrument, options: OrderOptions = PLAIN): Order | undefined {
    this.flow.insist();
    const quantity = this.portfolio.quantity[instrument.index];
    if (quantity === 0) {
      this.flow.cancelAll(instrument.index);
      return undefined;
    }
    const order = this.write(instrument, quantity > 0 ? -1 : 1, Math.abs(quantity), options, DAY_ORDER);
    this.book.flags[order] |= CLOSES_ONLY;
    this.flow.placeClosing(order);
    return this.handle(order);
  }

  /** Orders that can still fill, oldest first; children that wait for their parent included. */
  workingOrders(instrument?: Instrument): Order[] {
    const orders: Order[] = [];
    for (let i = 0; i < this.working.lists.length; i++) {
      if (instrument !== undefined && instrument.index !== i) continue;
      for (let k = 0; k < this.working.count[i]; k++) orders.push(this.handle(this.working.lists[i][k]));
    }
    return orders;
  }

  hasWorkingOrders(instrument: Instrument): boolean {
    return this.working.count[instrument.index] > 0;
  }

  /** Holds what was asked to what an order can be; the time in force it gets. Nothing is written yet. */
  private check(instrument: Instrument, quantity: number, options: OrderOptions, tif: number, kind: Kind): number {
    this.flow.insist();
    checkQuantity(instrument, quantity);
    if (options === PLAIN) return tif;
    checkKeys(kind, options);
    const type = resolveType(options);
    checkPrices(instrument, type, options);
    const { parent } = options;
    if (parent !== undefined && !(parent instanceof Order && isWorking(this.book.status[parent.id]))) {
      const status = parent instanceof Order ? parent.status : "no order";
      throw new OrderError("PARENT_INVALID", { symbol: instrument.symbol, status });
    }
    return resolveTif(instrument, type, options, this.clock.now, tif);
  }

  private write(
    instrument: Instrument,
    side: number,
    quantity: number,
    options: OrderOptions,
    tif: number,
    kind: Kind = "order",
  ): number {
    const inForce = this.check(instrument, quantity, options, tif, kind);
    const type = options === PLAIN ? MARKET : resolveType(options);
    const { book } = this;
    const { parent } = options;
    const order = book.add(instrument.index, side, type, quantity);
    book.tif[order] = inForce;
    if (options === PLAIN) return order;
    const tick = instrument.tickSize;
    // Rounded away from danger: a limit never worse than asked, a stop never later.
    if (options.limit !== undefined) book.limit[order] = roundPrice(options.limit, tick, -side);
    if (options.stop !== undefined) book.stop[order] = roundPrice(options.stop, tick, -side);
    if (isTrailing(type)) this.writeTrail(order, instrument, side, options);
    if (inForce === GOOD_TILL_DATE) book.setGoodTill(order, options.goodTill as number);
    if (options.outsideRth === true) book.flags[order] |= OUTSIDE_RTH;
    if (options.nearClose === true) book.flags[order] |= NEAR_CLOSE;
    if (options.tag !== undefined) book.tags.set(order, options.tag);
    if (parent !== undefined) book.parent[order] = parent.id;
    return order;
  }

  private writeTrail(order: number, instrument: Instrument, side: number, options: OrderOptions): void {
    const { book } = this;
    if (options.trailPercent !== undefined) book.flags[order] |= TRAIL_FRACTION;
    const trail = options.trailPercent ?? roundTrail(options.trail as number, instrument.tickSize);
    book.setTrail(order, trail, options.limitOffset ?? 0);
    if (options.stop !== undefined) return;
    // While its parent has not filled, a trail has nothing to start behind.
    if (options.parent !== undefined && this.book.filled[options.parent.id] === 0) return;
    const { index } = instrument;
    const price = this.market.trailedPrice(index, this.portfolio.mark[index]);
    if (!(price === price)) return;
    const distance = options.trailPercent !== undefined ? Math.abs(price) * options.trailPercent : book.trail[order];
    book.stop[order] = roundPrice(price + side * distance, instrument.tickSize, -side);
  }
}

/** Whether an order for a target is being cancelled: it says so, or another waits for its end already. */
function isLeaving(book: OrderBook, order: number): boolean {
  if (book.status[order] === PENDING_CANCEL) return true;
  for (const before of book.behind.values()) if (before.includes(order)) return true;
  return false;
}

const PLAIN: OrderOptions = Object.freeze({});

function refuseTarget({ symbol }: Instrument, target: number): never {
  throw new OrderError("TARGET_INVALID", { symbol, target: asGiven(target) });
}

import type { Broker, BrokerEvents } from "./broker.js";
import type { EngineClock } from "./clock.js";
import { type GuardChain, isDormant, OrderUnderTest } from "./guards/index.js";
import type { Inbox } from "./inbox.js";
import type { Market } from "./market/market.js";
import type { Denial } from "./orders/denial.js";
import { type HeldBundle, HeldOrders } from "./orders/held-orders.js";
import {
  ACCEPTED,
  CANCELLED,
  DENIED,
  EXPIRED,
  FILLED,
  GOOD_TILL_CANCELLED,
  HELD,
  isWorking,
  MARKET,
  PARTIALLY_FILLED,
  PENDING_CANCEL,
  REJECTED,
  SUBMITTED,
  TRIGGERED,
} from "./orders/kinds.js";
import { LIQUIDATION, type OrderBook, PROTECTIVE } from "./orders/order-book.js";
import type { WorkingOrders } from "./orders/working-orders.js";
import type { FillLog } from "./portfolio/fill-log.js";
import type { FillReport } from "./portfolio/fill-report.js";
import type { Portfolio } from "./portfolio/portfolio.js";
import { StrategyError } from "./strategy-errors.js";

/** A release that need not be waited for. */
const NOW = Number.NEGATIVE_INFINITY;

/** Two quantities closer than this are equal. */
const DUST = 1e-9;

export interface OrderFlowParts {
  readonly clock: EngineClock;
  readonly market: Market;
  readonly book: OrderBook;
  readonly working: WorkingOrders;
  readonly portfolio: Portfolio;
  readonly fills: FillLog;
  readonly guards: GuardChain;
  readonly broker: Broker;
  readonly inbox: Inbox;
}

/** How often a code stopped an order, with the first one. */
export interface DenialTally {
  count: number;
  readonly order: number;
  readonly first: Denial;
  readonly time: number;
}

/**
 * The way of an order: from its row in the book through guards and account to the broker, and back as fills into
 * portfolio and logs. What the strategy should hear of goes into the inbox and is handed out when the instant's fills
 * are complete, so that no handler can act inside the matching of a bar.
 */
export class OrderFlow implements BrokerEvents {
  readonly denials = new Map<string, DenialTally>();
  /** Which handler of the strategy is running; 0 for none: then no order can be made. */
  handler = 0;
  /** Counts what was asked of this flow, so that the loop can tell whether a handler did anything. */
  activity = 0;
  /** Counts calls of handlers; the orders of one call are one decision. */
  decision = 0;
  /** Why no order may be made now (warming up, catching up, stopped), or undefined. */
  closed: Denial | undefined = undefined;
  private readonly clock: EngineClock;
  private readonly book: OrderBook;
  private readonly working: WorkingOrders;
  private readonly portfolio: Portfolio;
  private readonly fills: FillLog;
  private readonly guards: GuardChain;
  private readonly broker: Broker;
  private readonly inbox: Inbox;
  private readonly test: OrderUnderTest;
  private readonly held = new HeldOrders();

  constructor(parts: OrderFlowParts) {
    this.clock = parts.clock;
    this.book = parts.book;
    this.working = parts.working;
    this.portfolio = parts.portfolio;
    this.fills = parts.fills;
    this.guards = parts.guards;
    this.broker = parts.broker;
    this.inbox = parts.inbox;
    this.test = new OrderUnderTest(parts.book, parts.working, parts.portfolio, parts.market);
  }

  /** Sends the order at a row, holds it until its market opens, or denies it. */
  place(order: number): void {
    const release = this.releaseOf(order);
    if (release !== NOW) this.hold({ kind: "order", orders: [order], at: release });
    else this.settle(order, this.judge(order, this.book.quantity[order]));
  }

  /** The same for a parent with its children: a bracket is judged as one, by its parent. */
  placeBracket(orders: readonly number[]): void {
    const release = this.releaseOf(orders[0]);
    if (release !== NOW) this.hold({ kind: "bracket", orders, at: release });
    else this.settleBracket(orders, this.judge(orders[0], this.book.quantity[orders[0]]));
  }

  /** The same for orders that belong together: all are denied with what stopped the first. */
  placeGroup(orders: readonly number[]): void {
    const releases = orders.map((order) => this.releaseOf(order));
    const latest = Math.max(...releases);
    if (latest !== NOW) this.hold({ kind: "group", orders, at: latest });
    else
      this.settleGroup(
        orders,
        this.firstDenial(orders, (order) => this.judge(order, this.book.quantity[order])),
      );
  }

  /** Lets orders go whose market has opened: they are judged by the market as it is now. */
  release(): void {
    const { book } = this;
    for (const { kind, orders } of this.held.take(this.clock.now)) {
      const waiting = orders.filter((order) => book.status[order] === HELD);
      if (waiting.length === 0) continue;
      this.decision++;
      for (const order of waiting) this.working.remove(book.instrument[order], order);
      const judge = (order: number): Denial | undefined => this.judgeReleased(order);
      if (kind === "bracket" && waiting[0] === orders[0]) this.settleBracket(waiting, judge(waiting[0]));
      else if (kind === "group") this.settleGroup(waiting, this.firstDenial(waiting, judge));
      else for (const order of waiting) this.settle(order, judge(order));
    }
  }

  /** The earliest instant at which held orders are to be released; Infinity for none. */
  get nextRelease(): number {
    return this.held.nextRelease;
  }

  /** Sends an order that no guard may hold back: one that meets a margin call or flattens. */
  placeForced(instrument: number, side: number, quantity: number, tag: string): number {
    const order = this.book.add(instrument, side, MARKET, quantity);
    this.book.flags[order] = LIQUIDATION;
    this.book.tags.set(order, tag);
    this.book.tif[order] = GOOD_TILL_CANCELLED;
    this.send(order);
    return order;
  }

  /** Changes a working order; undefined when done, else why not, and the order stays as it was. */
  modify(order: number, quantity: number, limit: number, stop: number, trail: number): Denial | undefined {
    const book = this.book;
    const added = quantity - book.quantity[order];
    const side = book.side[order];
    const bolder = side * (limit - book.limit[order]) > 0 || side * (stop - book.stop[order]) > 0;
    if (added > 0 || bolder) {
      const before = [book.limit[order], book.stop[order]];
      book.limit[order] = limit;
      book.stop[order] = stop;
      // One that is held has not left yet: it is judged as a new one of its whole size.
      const held = book.status[order] === HELD;
      const denial = held ? this.judgeHeld(order, quantity) : this.judge(order, Math.max(added, 0));
      [book.limit[order], book.stop[order]] = before;
      if (denial !== undefined) {
        this.tally(order, denial);
        return denial;
      }
    }
    this.activity++;
    if (book.status[order] === HELD) this.resizeHeldExits(order, quantity);
    else this.broker.modifying(order);
    book.quantity[order] = quantity;
    book.limit[order] = limit;
    book.stop[order] = stop;
    if (book.trails(order)) book.trail[order] = trail;
    book.madeAt[order] = this.clock.now;
    if (book.status[order] !== HELD) this.broker.modified(order);
    return undefined;
  }

  cancel(order: number): void {
    if (!isWorking(this.book.status[order])) return;
    this.activity++;
    if (this.book.status[order] === HELD) this.cancelHeld(order);
    else this.broker.cancel(order);
  }

  /**
   * Orders are made, changed and cancelled inside handlers: whatever runs between them lives outside the run's time.
   * @throws StrategyError NOT_IN_A_HANDLER
   */
  insist(): void {
    if (this.handler === 0) throw new StrategyError("NOT_IN_A_HANDLER");
  }

  /** Cancels every working order; `only` may pick those of one instrument. */
  cancelAll(only = -1): void {
    for (let i = 0; i < this.working.lists.length; i++) {
      if (only >= 0 && i !== only) continue;
      for (const order of this.snapshot(i)) this.cancel(order);
    }
  }

  /**
   * Cancels what could increase a position, and leaves positions and the orders that protect them: exits are kept,
   * protective ones first, for as long as all that are kept never cross zero together.
   */
  cancelIncreasing(): void {
    for (let i = 0; i < this.working.lists.length; i++) {
      const position = this.portfolio.quantity[i];
      const orders = this.snapshot(i);
      const kept = this.exitsWithin(orders, position);
      for (const order of orders) if (!kept.has(order)) this.cancel(order);
    }
  }

  /** The orders that only close a position, as many as it can take; of a group that cancels itself the largest counts. */
  private exitsWithin(orders: Int32Array, position: number): ReadonlySet<number> {
    const { book } = this;
    const kept = new Set<number>();
    const groups = new Set<number>();
    let left = Math.abs(position) + DUST;
    const exits = [...orders].filter((order) => book.side[order] * position < 0 && !isDormant(book, order));
    const isProtective = (order: number): number => book.flags[order] & PROTECTIVE;
    exits.sort((a, b) => isProtective(b) - isProtective(a) || a - b);
    for (const order of exits) {
      const group = book.group[order];
      if (group >= 0 && groups.has(group)) {
        kept.add(order);
        continue;
      }
      const members = group < 0 ? [order] : exits.filter((one) => book.group[one] === group);
      const units = Math.max(...members.map((one) => book.remaining(one)));
      if (units > left) continue;
      left -= units;
      if (group >= 0) groups.add(group);
      kept.add(order);
    }
    return kept;
  }

  /** Closes every position at the market, past all guards. */
  flatten(tag: string): void {
    this.cancelAll();
    const quantity = this.portfolio.quantity;
    for (let i = 0; i < quantity.length; i++) {
      if (quantity[i] !== 0) this.placeForced(i, -Math.sign(quantity[i]), Math.abs(quantity[i]), tag);
    }
  }

  accepted(order: number): void {
    this.reach(order, ACCEPTED);
  }

  rejected(order: number, reason: Denial): void {
    this.book.denials.set(order, frozen(reason));
    this.count(order, reason);
    this.end(order, REJECTED);
  }

  triggered(order: number): void {
    this.reach(order, TRIGGERED);
  }

  pendingCancel(order: number): void {
    this.reach(order, PENDING_CANCEL);
  }

  cancelled(order: number): void {
    this.end(order, CANCELLED);
  }

  expired(order: number): void {
    this.end(order, EXPIRED);
  }

  filled(report: FillReport): void {
    const { book, fills } = this;
    const { order, quantity } = report;
    book.filled[order] += quantity;
    book.filledValue[order] += quantity * report.price;
    book.fees[order] += report.fee;
    const fill = fills.add(report, book.instrument[order], book.side[order], this.clock);
    this.portfolio.fill(fills, fill);
    if (book.quantity[order] - book.filled[order] <= DUST) {
      book.filled[order] = book.quantity[order];
      this.end(order, FILLED);
    } else {
      this.reach(order, PARTIALLY_FILLED);
    }
    this.inbox.filled(fill);
  }

  forced(instrument: number, side: number, quantity: number, tag: string): void {
    this.placeForced(instrument, side, quantity, tag);
  }

  private judge(order: number, quantity: number): Denial | undefined {
    this.insist();
    const denial = this.closed ?? this.rateUnknown(order);
    if (denial !== undefined) return denial;
    this.test.look(order, quantity, this.clock, this.decision);
    return this.guards.check(this.test) ?? this.broker.refusal(order, quantity);
  }

  private judgeHeld(order: number, quantity: number): Denial | undefined {
    this.insist();
    const denial = this.closed ?? this.rateUnknown(order);
    if (denial !== undefined) return denial;
    this.test.look(order, quantity, this.clock, this.decision);
    return this.guards.checkHeld(this.test) ?? this.broker.refusal(order, quantity);
  }

  private judgeReleased(order: number): Denial | undefined {
    const denial = this.rateUnknown(order);
    if (denial !== undefined) return denial;
    const quantity = this.book.quantity[order];
    this.test.look(order, quantity, this.clock, this.decision);
    return this.guards.checkReleased(this.test) ?? this.broker.refusal(order, quantity);
  }

  private rateUnknown(order: number): Denial | undefined {
    const currency = this.portfolio.currencyOf[this.book.instrument[order]];
    if (this.portfolio.rate[currency] > 0) return undefined;
    return { code: "RATE_UNKNOWN", details: { currency: this.portfolio.currencies[currency] } };
  }

  /** When an order may leave; NOW where it may at once, or where it is not held but will be denied. */
  private releaseOf(order: number): number {
    const { hours } = this.guards;
    if (hours === undefined || !hours.holds) return NOW;
    const release = hours.releaseOf(this.book, order, this.clock.now);
    return release > this.clock.now ? release : NOW;
  }

  private hold(bundle: HeldBundle): void {
    const { orders, kind } = bundle;
    const judged = kind === "group" ? orders : orders.slice(0, 1);
    const denial = this.firstDenial(judged, (order) => this.judgeHeld(order, this.book.quantity[order]));
    if (denial !== undefined) {
      if (kind === "bracket") this.settleBracket(orders, denial);
      else for (const order of orders) this.deny(order, denial);
      return;
    }
    this.activity++;
    this.held.add(bundle);
    for (const order of orders) {
      this.working.add(this.book.instrument[order], order);
      this.reach(order, HELD);
    }
  }

  private cancelHeld(order: number): void {
    const { book } = this;
    const children = this.snapshot(book.instrument[order]).filter((child) => book.parent[child] === order);
    this.end(order, CANCELLED);
    for (const child of children) if (book.status[child] === HELD) this.cancelHeld(child);
  }

  /** Exits of a held parent whose quantity changes follow it, where they were of its size. */
  private resizeHeldExits(parent: number, quantity: number): void {
    const { book } = this;
    for (const child of this.snapshot(book.instrument[parent])) {
      const isExit = book.parent[child] === parent && book.side[child] !== book.side[parent];
      if (isExit && book.quantity[child] === book.quantity[parent]) book.quantity[child] = quantity;
    }
  }

  private firstDenial(orders: readonly number[], judge: (order: number) => Denial | undefined): Denial | undefined {
    for (const order of orders) {
      const denial = judge(order);
      if (denial !== undefined) return denial;
    }
    return undefined;
  }

  private settle(order: number, denial: Denial | undefined): void {
    if (denial !== undefined) this.deny(order, denial);
    else if (this.isOver(order)) this.reach(order, EXPIRED);
    else this.send(order);
  }

  private settleBracket(orders: readonly number[], denial: Denial | undefined): void {
    const [parent, ...children] = orders;
    if (denial === undefined && !this.isOver(parent)) {
      for (const order of orders) this.send(order);
      return;
    }
    if (denial === undefined) {
      for (const order of orders) this.reach(order, EXPIRED);
      return;
    }
    this.deny(parent, denial);
    for (const child of children) this.book.denials.set(child, frozen(denial));
    for (const child of children) this.book.setStatus(child, DENIED);
  }

  private settleGroup(orders: readonly number[], denial: Denial | undefined): void {
    for (const order of orders) this.settle(order, denial);
  }

  /** Whether the date until which an order was good passed while it was held. */
  private isOver(order: number): boolean {
    return this.book.goodTillOf(order) <= this.clock.now;
  }

  private send(order: number): void {
    this.activity++;
    this.book.setStatus(order, SUBMITTED);
    this.working.add(this.book.instrument[order], order);
    this.broker.submit(order);
  }

  private deny(order: number, denial: Denial): void {
    this.activity++;
    this.book.denials.set(order, frozen(denial));
    this.book.setStatus(order, DENIED);
    this.tally(order, denial);
  }

  private tally(order: number, denial: Denial): void {
    this.count(order, denial);
    this.inbox.denied({ order, denial, time: this.clock.now });
  }

  private count(order: number, denial: Denial): void {
    const tally = this.denials.get(denial.code);
    if (tally === undefined) this.denials.set(denial.code, { count: 1, order, first: denial, time: this.clock.now });
    else tally.count++;
  }

  private reach(order: number, status: number): void {
    this.book.setStatus(order, status);
    this.inbox.orderChanged(order);
  }

  private end(order: number, status: number): void {
    this.working.remove(this.book.instrument[order], order);
    this.reach(order, status);
  }

  /** The working orders of an instrument as they are now. */
  snapshot(instrument: number): Int32Array {
    return this.working.lists[instrument].slice(0, this.working.count[instrument]);
  }
}

/** A strategy is handed denials: what it writes into one must not reach the record. */
function frozen(denial: Denial): Denial {
  Object.freeze(denial.details);
  return Object.freeze(denial);
}

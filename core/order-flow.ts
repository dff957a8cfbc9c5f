import { NOW } from "./order-hold.js";
import { OrderJudge } from "./order-judge.js";
import { frozen, type OrderFlowParts, OrderReports } from "./order-reports.js";
import type { Denial } from "./orders/denial.js";
import type { BundleKind } from "./orders/held-bundle.js";
import { increasing } from "./orders/kept-exits.js";
import {
  CANCELLED,
  DENIED,
  GOOD_TILL_CANCELLED,
  HELD,
  isWorking,
  MARKET,
  PENDING_CANCEL,
  SUBMITTED,
} from "./orders/kinds.js";
import { CLOSES_ONLY, LIQUIDATION } from "./orders/order-book.js";
import { StrategyError } from "./strategy-errors.js";

/**
 * The way of an order: from its row in the book through guards and account to the broker, at once or when its market
 * opens; changed, cancelled, closed by force. The way back is OrderReports.
 */
export class OrderFlow extends OrderReports {
  /** Which handler of the strategy is running; 0 for none: then no order can be made. */
  handler = 0;
  /** Counts calls of handlers; the orders of one call are one decision. */
  decision = 0;
  /** Why no order may be made now (warming up, catching up, stopped), or undefined. */
  closed: Denial | undefined = undefined;
  private readonly judges: OrderJudge;

  constructor(parts: OrderFlowParts) {
    super(parts);
    this.judges = new OrderJudge(parts);
  }

  /** Sends the order at a row, holds it until its market opens, or denies it. */
  place(order: number): void {
    const wait = this.hold.waitOf(order);
    if (wait === NOW) this.settle(order, this.judge(order, this.book.quantity[order]));
    else this.keepBack("order", [order], wait, this.judgeHeld(order, this.book.quantity[order]));
  }

  /**
   * The same for an order in whose place nothing else of its instrument is to work. The others are cancelled once it has
   * been judged, so that one that is denied takes no exit from what is held; while it is held, exits stay too.
   */
  placeClosing(order: number): void {
    const { book } = this;
    const wait = this.hold.waitOf(order);
    const quantity = book.quantity[order];
    const denial = wait === NOW ? this.judge(order, quantity) : this.judgeHeld(order, quantity);
    if (wait !== NOW) {
      if (denial === undefined) this.cancelIncreasingOf(book.instrument[order]);
      this.keepBack("order", [order], wait, denial);
      return;
    }
    if (denial === undefined) this.cancelAll(book.instrument[order]);
    this.settle(order, denial);
  }

  /**
   * The same for a parent with its children: a bracket is judged as one, by its parent.
   * @param crossed why the market of this moment does not take it
   */
  placeBracket(orders: readonly number[], crossed?: Denial): void {
    const [parent] = orders;
    if (crossed !== undefined) {
      this.insist();
      this.settleBracket(orders, this.closed ?? crossed);
      return;
    }
    const wait = this.hold.waitOf(parent);
    if (wait === NOW) this.settleBracket(orders, this.judge(parent, this.book.quantity[parent]));
    else this.keepBack("bracket", orders, wait, this.judgeHeld(parent, this.book.quantity[parent]));
  }

  /**
   * The same for orders of which one cancels the others: all are denied with what stopped the first. Each leaves when
   * its own market opens.
   */
  placeGroup(orders: readonly number[]): void {
    const { book } = this;
    const waits = orders.map((order) => this.hold.waitOf(order));
    const denial = this.firstDenial(orders, (order) =>
      waits[orders.indexOf(order)] === NOW
        ? this.judge(order, book.quantity[order])
        : this.judgeHeld(order, book.quantity[order]),
    );
    if (denial !== undefined) {
      for (const order of orders) this.deny(order, denial);
      return;
    }
    for (const [i, order] of orders.entries()) if (waits[i] === NOW) this.send(order);
    const keyOf = (i: number): string => `${waits[i]} ${book.parent[orders[i]]}`;
    for (const key of new Set(orders.map((_, i) => keyOf(i)))) {
      const together = orders.filter((_, i) => keyOf(i) === key);
      const wait = waits[orders.indexOf(together[0])];
      if (wait !== NOW) this.keepBack("group", together, wait, undefined);
    }
  }

  /** Lets orders go whose market has opened: they are judged by the market as it is now. */
  release(): void {
    this.hold.keep();
  }

  /** Sessions have changed: what is held may have another open. */
  hoursChanged(): void {
    this.hold.hoursChanged();
  }

  /** Whether an order for a target can wait for the end of those that are being cancelled. */
  get targetsWait(): boolean {
    return this.broker.targetsWait === true;
  }

  /** When something is to be done about orders that are held; Infinity for never. */
  get nextRelease(): number {
    return this.hold.due;
  }

  letGo(kind: BundleKind, orders: readonly number[]): void {
    const { book } = this;
    this.decision++;
    this.activity++;
    for (const order of orders) this.working.remove(book.instrument[order], order);
    const judged = kind === "bracket" ? orders.slice(0, 1) : orders;
    const denial = this.firstDenial(judged, (order) => this.judges.released(order, this.decision));
    for (const order of orders) {
      if (denial !== undefined) this.denyHeld(order, denial, judged.includes(order));
      else {
        if (this.isClosing(order)) this.cancelOlder(order);
        this.leave(order);
      }
    }
    // A group stands whole or not at all: those that have left already are taken back.
    if (denial !== undefined && kind === "group") this.cancelGroup(book.group[orders[0]]);
  }

  /** Sends an order that no guard may hold back: one that meets a margin call or flattens. */
  placeForced(instrument: number, side: number, quantity: number, tag: string): number {
    const order = this.book.add(instrument, side, MARKET, quantity);
    // What is cancelled for it may have filled by then: it closes what there is left.
    this.book.flags[order] = LIQUIDATION | CLOSES_ONLY;
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
      const denial = this.judgeChange(order, quantity, Math.max(added, 0));
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
    if (this.book.status[order] === HELD) this.end(order, CANCELLED);
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
      for (const order of this.working.of(i)) this.cancel(order);
    }
  }

  /**
   * Cancels what could increase a position, and leaves positions and the orders that protect them: exits are kept,
   * protective ones first, for as long as all that are kept never cross zero together. Exits of an entry that is with the
   * broker end with it, or protect what it has filled meanwhile.
   */
  cancelIncreasing(): void {
    for (let i = 0; i < this.working.lists.length; i++) this.cancelIncreasingOf(i);
  }

  /** Closes every position at the market, past all guards. */
  flatten(tag: string, instrument = -1): void {
    this.cancelAll(instrument);
    const quantity = this.portfolio.quantity;
    for (let i = 0; i < quantity.length; i++) {
      if (instrument >= 0 && i !== instrument) continue;
      this.broker.flattened?.(i);
      if (quantity[i] !== 0) this.placeForced(i, -Math.sign(quantity[i]), Math.abs(quantity[i]), tag);
    }
  }

  forced(instrument: number, side: number, quantity: number, tag: string): void {
    // What is held would come on top of it at the open, when nobody has asked for it any more.
    for (const order of this.working.of(instrument)) if (this.book.status[order] === HELD) this.cancel(order);
    this.placeForced(instrument, side, quantity, tag);
  }

  private judge(order: number, quantity: number): Denial | undefined {
    this.insist();
    return this.closed ?? this.judges.leaving(order, quantity, this.decision);
  }

  private judgeHeld(order: number, quantity: number): Denial | undefined {
    this.insist();
    return this.closed ?? this.judges.held(order, quantity, this.decision);
  }

  /**
   * A change that asks for more. One that is held has not left: it is judged as a new order of its whole size. One that
   * rests at the broker while its market is closed is changed there, and cannot be judged by prices of this moment.
   */
  private judgeChange(order: number, quantity: number, added: number): Denial | undefined {
    if (this.book.status[order] === HELD) return this.judgeHeld(order, quantity);
    return this.hold.waitOf(order) === NOW ? this.judge(order, added) : this.judgeHeld(order, added);
  }

  private cancelIncreasingOf(instrument: number): void {
    for (const order of increasing(this.book, this.working.of(instrument), this.portfolio.quantity[instrument])) {
      // A cancel that is on its way is not sent twice.
      if (this.book.status[order] !== PENDING_CANCEL) this.cancel(order);
    }
  }

  /** Whether it was made by closePosition(), and not by a margin call or a flattening. */
  private isClosing(order: number): boolean {
    return (this.book.flags[order] & (CLOSES_ONLY | LIQUIDATION)) === CLOSES_ONLY;
  }

  /** Cancels what worked for an instrument before an order was made. */
  private cancelOlder(order: number): void {
    for (const other of this.working.of(this.book.instrument[order])) if (other < order) this.cancel(other);
  }

  private keepBack(kind: BundleKind, orders: readonly number[], wait: number, denial: Denial | undefined): void {
    if (denial !== undefined) {
      if (kind === "bracket") this.settleBracket(orders, denial);
      else for (const order of orders) this.deny(order, denial);
      return;
    }
    this.activity++;
    this.keepUntil(kind, orders, wait);
    this.broker.held(kind, orders);
  }

  /**
   * Lets orders wait that an earlier part of the run has held: until their market opens, if it is not open by now. What
   * was to close by force was never held for its market, only for the end of others: it leaves at once, past all guards,
   * as it would have.
   */
  keepOn(kind: BundleKind, orders: readonly number[]): void {
    const isForced = (order: number): boolean => (this.book.flags[order] & LIQUIDATION) !== 0;
    if (orders.every(isForced)) {
      for (const order of orders) if (this.book.status[order] === HELD) this.leaveHeld(order);
      return;
    }
    this.hold.add(kind, orders, Math.max(this.clock.now, this.hold.waitOfAll(kind, orders)));
    this.hold.endOver(orders);
  }

  private keepUntil(kind: BundleKind, orders: readonly number[], wait: number): void {
    this.hold.add(kind, orders, wait);
    for (const order of orders) {
      this.working.add(this.book.instrument[order], order);
      this.reach(order, HELD);
    }
  }

  private leaveHeld(order: number): void {
    this.working.remove(this.book.instrument[order], order);
    this.leave(order);
  }

  /** Sends an order that was held: it is made now, as far as the market is concerned. */
  private leave(order: number): void {
    this.book.madeAt[order] = this.clock.now;
    this.send(order);
  }

  /** Denies an order that was held. Who waits for it hears of it, as of its being held. */
  private denyHeld(order: number, denial: Denial, isJudged: boolean): void {
    this.book.denials.set(order, frozen(denial));
    this.reach(order, DENIED);
    this.broker.dropped(order);
    if (isJudged) this.tally(order, denial);
  }

  private cancelGroup(group: number): void {
    for (let i = 0; i < this.working.lists.length; i++) {
      for (const order of this.working.of(i)) if (this.book.group[order] === group) this.cancel(order);
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
    else this.send(order);
  }

  private settleBracket(orders: readonly number[], denial: Denial | undefined): void {
    if (denial === undefined) {
      for (const order of orders) this.send(order);
      return;
    }
    const [parent, ...children] = orders;
    this.deny(parent, denial);
    for (const child of children) this.book.denials.set(child, frozen(denial));
    for (const child of children) this.book.setStatus(child, DENIED);
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
}

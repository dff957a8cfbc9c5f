import type { Broker, BrokerEvents } from "./broker.js";
import type { EngineClock } from "./clock.js";
import { DUST } from "./dust.js";
import type { GuardChain } from "./guards/index.js";
import type { Inbox } from "./inbox.js";
import type { Market } from "./market/market.js";
import { type HoldFlow, OrderHold } from "./order-hold.js";
import type { Denial } from "./orders/denial.js";
import type { BundleKind } from "./orders/held-bundle.js";
import {
  ACCEPTED,
  CANCELLED,
  EXPIRED,
  FILLED,
  HELD,
  isWorking,
  MARKET,
  PARTIALLY_FILLED,
  PENDING_CANCEL,
  REJECTED,
  TRIGGERED,
  UNKNOWN,
} from "./orders/kinds.js";
import type { OrderBook } from "./orders/order-book.js";
import type { RestoredOrder } from "./orders/restored-run.js";
import type { WorkingOrders } from "./orders/working-orders.js";
import type { FillLog } from "./portfolio/fill-log.js";
import type { FillReport } from "./portfolio/fill-report.js";
import type { Portfolio } from "./portfolio/portfolio.js";

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
 * The way back of an order: what the broker tells of it is written into its row, booked into portfolio and logs, and put
 * into the inbox, from where the strategy hears of it when the instant's fills are complete. So no handler can act inside
 * the matching of a bar.
 */
export abstract class OrderReports implements BrokerEvents, HoldFlow {
  readonly denials = new Map<string, DenialTally>();
  /** Counts what was asked of this flow, so that the loop can tell whether a handler did anything. */
  activity = 0;
  protected readonly clock: EngineClock;
  protected readonly book: OrderBook;
  protected readonly working: WorkingOrders;
  protected readonly portfolio: Portfolio;
  protected readonly broker: Broker;
  protected readonly hold: OrderHold;
  private readonly fills: FillLog;
  private readonly inbox: Inbox;

  constructor(parts: OrderFlowParts) {
    this.clock = parts.clock;
    this.book = parts.book;
    this.working = parts.working;
    this.portfolio = parts.portfolio;
    this.fills = parts.fills;
    this.broker = parts.broker;
    this.inbox = parts.inbox;
    this.hold = new OrderHold(parts.book, parts.market, parts.clock, parts.guards.hours, this);
  }

  abstract cancel(order: number): void;

  abstract forced(instrument: number, side: number, quantity: number, tag: string): void;

  abstract letGo(kind: BundleKind, orders: readonly number[]): void;

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

  changeFailed(order: number, reason: Denial): void {
    this.tally(order, frozen(reason));
  }

  pendingCancel(order: number): void {
    this.reach(order, PENDING_CANCEL);
  }

  cancelled(order: number): void {
    this.end(order, this.isFull(order) ? FILLED : CANCELLED);
  }

  expired(order: number): void {
    this.end(order, this.isFull(order) ? FILLED : EXPIRED);
  }

  filled(report: FillReport): void {
    const { book, fills } = this;
    const { order, quantity } = report;
    const isFirst = book.filled[order] === 0;
    book.filled[order] += quantity;
    if (isFirst) this.hold.parentFilled(order);
    book.filledValue[order] += quantity * report.price;
    book.fees[order] += report.fee;
    const fill = fills.add(report, book.instrument[order], book.side[order], this.clock);
    this.portfolio.fill(fills, fill);
    if (book.behind.size > 0) this.cutBehind(order, quantity);
    const left = book.quantity[order] - book.filled[order];
    // It was to become smaller and has filled more before it did: whether that is all is told by its end.
    const isOver = left < -DUST;
    if (isOver) book.quantity[order] = book.filled[order];
    if (left <= DUST && !isOver) {
      book.filled[order] = book.quantity[order];
      this.end(order, FILLED);
    } else if (isWorking(book.status[order])) {
      this.reach(order, PARTIALLY_FILLED);
    }
    this.inbox.filled(fill);
  }

  /**
   * Books signed units that no order of the run has brought, as one that is filled already: what came by hand, by a
   * transfer, or by an order of an earlier part of the run. The report's order is written here.
   */
  adjust(instrument: number, report: FillReport, tag: string): void {
    const order = this.book.add(instrument, Math.sign(report.quantity), MARKET, Math.abs(report.quantity));
    this.book.tags.set(order, tag);
    report.order = order;
    report.quantity = Math.abs(report.quantity);
    this.filled(report);
  }

  unknown(order: number): void {
    if (isWorking(this.book.status[order])) this.reach(order, UNKNOWN);
  }

  revived(order: number): void {
    if (isWorking(this.book.status[order])) return;
    this.book.denials.delete(order);
    this.working.add(this.book.instrument[order], order);
    this.reach(order, this.book.filled[order] > DUST ? PARTIALLY_FILLED : ACCEPTED);
  }

  joined(order: RestoredOrder): number {
    const row = this.book.restore(order, -1);
    this.working.add(order.instrument, row);
    return row;
  }

  charged(order: number, amount: number): void {
    this.book.fees[order] += amount;
    this.fills.charge(order, amount);
    this.portfolio.charge(this.book.instrument[order], amount);
  }

  busted(report: FillReport): void {
    const { book, fills } = this;
    const { order, quantity } = report;
    book.filled[order] -= quantity;
    book.filledValue[order] -= quantity * report.price;
    book.fees[order] += report.fee;
    const fill = fills.add(report, book.instrument[order], -book.side[order], this.clock);
    this.portfolio.fill(fills, fill);
    this.inbox.orderChanged(order);
  }

  end(order: number, status: number): void {
    this.working.remove(this.book.instrument[order], order);
    if (this.book.status[order] === HELD) this.broker.dropped(order);
    if (this.book.behind.size > 0) this.leaveBehind(order);
    this.reach(order, status);
    if (status !== FILLED) this.hold.parentEnded(order);
  }

  protected reach(order: number, status: number): void {
    this.book.setStatus(order, status);
    this.inbox.orderChanged(order);
  }

  protected tally(order: number, denial: Denial): void {
    // Of a change that was denied nothing else tells the loop that there is something to hand out.
    this.activity++;
    this.count(order, denial);
    this.inbox.denied({ order, denial, time: this.clock.now });
  }

  private count(order: number, denial: Denial): void {
    const tally = this.denials.get(denial.code);
    if (tally === undefined) this.denials.set(denial.code, { count: 1, order, first: denial, time: this.clock.now });
    else tally.count++;
  }

  /** An order has filled while it was being cancelled: those that wait for its end have so much less to do. */
  private cutBehind(order: number, quantity: number): void {
    const { book } = this;
    let left = quantity;
    for (const [row, before] of [...book.behind]) {
      const isOfIt = before.includes(order) && book.side[row] === book.side[order] && isWorking(book.status[row]);
      if (!isOfIt || left <= DUST) continue;
      const rest = book.quantity[row] - left;
      left -= Math.min(left, book.quantity[row]);
      if (rest <= DUST) this.cancel(row);
      else {
        this.resizeHeldExits(row, rest);
        book.quantity[row] = rest;
      }
    }
  }

  /** An order has ended: it waits for no other, and none waits for it. */
  private leaveBehind(order: number): void {
    const { behind } = this.book;
    behind.delete(order);
    for (const [row, before] of [...behind]) {
      const rest = before.filter((one) => one !== order);
      if (rest.length === 0) behind.delete(row);
      else if (rest.length < before.length) behind.set(row, rest);
    }
  }

  /** Exits of a held parent whose quantity changes follow it, where they were of its size. */
  protected resizeHeldExits(parent: number, quantity: number): void {
    const { book } = this;
    for (const child of this.working.of(book.instrument[parent])) {
      const isExit = book.parent[child] === parent && book.side[child] !== book.side[parent];
      if (isExit && book.quantity[child] === book.quantity[parent]) book.quantity[child] = quantity;
    }
  }

  private isFull(order: number): boolean {
    const { filled, quantity } = this.book;
    return filled[order] > DUST && quantity[order] - filled[order] <= DUST;
  }
}

/** A strategy is handed denials: what it writes into one must not reach the record. */
export function frozen(denial: Denial): Denial {
  Object.freeze(denial.details);
  return Object.freeze(denial);
}

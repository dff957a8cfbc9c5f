import type { Clock } from "./clock.js";
import type { Market } from "./market/market.js";
import type { Denial } from "./orders/denial.js";
import type { BundleKind } from "./orders/held-bundle.js";
import type { OrderBook } from "./orders/order-book.js";
import type { RestoredOrder } from "./orders/restored-run.js";
import type { WorkingOrders } from "./orders/working-orders.js";
import type { FillReport } from "./portfolio/fill-report.js";
import type { Portfolio } from "./portfolio/portfolio.js";

/** What a broker tells the engine of an order. Repeats and reorderings are sorted out before they get here. */
export interface BrokerEvents {
  accepted(order: number): void;
  rejected(order: number, reason: Denial): void;
  triggered(order: number): void;
  filled(report: FillReport): void;
  /** A change was refused, or has not left: the order has the terms that its row has by now. */
  changeFailed(order: number, reason: Denial): void;
  /** A cancel is on its way, and the order may still fill. */
  pendingCancel(order: number): void;
  cancelled(order: number): void;
  expired(order: number): void;
  /** Sent, and without an answer for too long: whether the order stands is being asked. */
  unknown(order: number): void;
  /** It was told to have ended, and works on: it counts as working again. */
  revived(order: number): void;
  /** An order that others have made and that works is the run's from now on; its row. It stands in no family and no group. */
  joined(order: RestoredOrder): number;
  /** A fee that was told behind its fill, or what it was corrected by: in the instrument's currency. */
  charged(order: number, amount: number): void;
  /** A fill has been taken back, or is told anew with other figures: the units of the report leave at its price. */
  busted(report: FillReport): void;
  /** The broker closes units of a position by itself, as on a margin call; the order comes back through `submit`. */
  forced(instrument: number, side: number, quantity: number, tag: string): void;
}

/** What a broker shares with the engine: it reads all of this and changes none of it but through the events. */
export class BrokerAccount {
  readonly book: OrderBook;
  readonly working: WorkingOrders;
  readonly portfolio: Portfolio;
  readonly market: Market;
  readonly clock: Clock;
  readonly events: BrokerEvents;
  /** Whether no order may open anything, until somebody allows it again: what could is being cancelled. */
  readonly opensNothing: () => boolean;

  constructor(
    book: OrderBook,
    working: WorkingOrders,
    portfolio: Portfolio,
    market: Market,
    clock: Clock,
    events: BrokerEvents,
    opensNothing: () => boolean = () => false,
  ) {
    this.book = book;
    this.working = working;
    this.portfolio = portfolio;
    this.market = market;
    this.clock = clock;
    this.events = events;
    this.opensNothing = opensNothing;
  }
}

/** Two prices: a bar that stays between them, and touches neither, is of no matter to any order of its instrument. */
export interface Reach {
  readonly below: number;
  readonly above: number;
}

/**
 * Where orders go. Now is what the clock says: instants are not passed, for a number that crosses a call the compiler
 * does not inline costs an allocation. The engine writes an order into the book, passes it through the guards and hands its row to
 * `submit`; what becomes of it comes back through BrokerEvents, at once or later. The market events let a broker that
 * matches by itself do so; one with an exchange behind it ignores them.
 */
export interface Broker {
  /** Called once, before anything else. */
  connect(account: BrokerAccount): void;
  /** Why the account cannot carry `quantity` more of this order, or undefined. Asked after the guards, before `submit`. */
  refusal(order: number, quantity: number): Denial | undefined;
  submit(order: number): void;
  /** Orders that leave together are kept here until their market opens; each comes through `submit` then, or ends. */
  held(kind: BundleKind, orders: readonly number[]): void;
  /** An order that was held has ended, and will not be submitted. */
  dropped(order: number): void;
  /** The order's row still holds the prices and quantity that a modification is about to change. */
  modifying(order: number): void;
  /** The order's row holds the new prices and quantity. */
  modified(order: number): void;
  cancel(order: number): void;
  /**
   * Every order of the instrument was asked to be cancelled so that nothing of it is held. Of a broker that hears of fills
   * late: what they bring before they end is to be closed, too, though nobody asks again.
   */
  flattened?(instrument: number): void;

  /** A split of an instrument has changed positions, orders and marks; the broker changes what it keeps beside them. */
  split(instrument: number, numerator: number, denominator: number): void;

  /**
   * Of a broker that knows: how far a bar of the instrument's finest series must reach before `onBar` would do anything,
   * until the next order comes, changes or fills; undefined while that is not known.
   */
  reachOf?(instrument: number): Reach | undefined;
  /** A bar of an instrument's finest series, known now. Called only while an order of the instrument works. */
  onBar(instrument: number, row: number): void;
  /** A quote or trade, in `market` already, known now. Called only while an order of the instrument works. */
  onQuote(instrument: number): void;
  onTrade(instrument: number): void;
  /** The end of an instant, after the handlers: orders that fill at this very close do so now. */
  onInstantEnd(): void;
  /** Whether an order made at the very instant of a session's close still trades in it: an optimistic rule of fills. */
  readonly tradesAtClose: boolean;
  /** Equity below which the broker looks at the account at the end of every instant; -Infinity while it need not. */
  readonly alertBelow: number;
  /**
   * Whether an order for a target waits here until those in front of it that are being cancelled have ended, so that what
   * they still fill can be taken from it. Elsewhere they count as working until they have.
   */
  readonly targetsWait?: boolean;
  /** The earliest instant at which something falls due by itself (an expiry); Infinity for none. */
  readonly nextDue: number;
  /** Does what has fallen due by now. */
  onDue(): void;
}

import type { Broker } from "./broker.js";
import type { EngineClock } from "./clock.js";
import { type GuardChain, OrderUnderTest } from "./guards/index.js";
import type { Market } from "./market/market.js";
import type { Denial } from "./orders/denial.js";
import type { OrderBook } from "./orders/order-book.js";
import type { WorkingOrders } from "./orders/working-orders.js";
import type { Portfolio } from "./portfolio/portfolio.js";

export interface JudgeParts {
  readonly clock: EngineClock;
  readonly market: Market;
  readonly book: OrderBook;
  readonly working: WorkingOrders;
  readonly portfolio: Portfolio;
  readonly guards: GuardChain;
  readonly broker: Broker;
}

/**
 * Asks everybody who may stop an order: whether its currency has a rate, the guards, and the account. `quantity` is what
 * is new: the whole order, or what a modification adds. The orders of one decision count as one for the order rate.
 */
export class OrderJudge {
  private readonly clock: EngineClock;
  private readonly book: OrderBook;
  private readonly portfolio: Portfolio;
  private readonly guards: GuardChain;
  private readonly broker: Broker;
  private readonly test: OrderUnderTest;

  constructor(parts: JudgeParts) {
    this.clock = parts.clock;
    this.book = parts.book;
    this.portfolio = parts.portfolio;
    this.guards = parts.guards;
    this.broker = parts.broker;
    this.test = new OrderUnderTest(parts.book, parts.working, parts.portfolio, parts.market);
  }

  /** Why an order may not leave now. */
  leaving(order: number, quantity: number, decision: number): Denial | undefined {
    const denial = this.rateUnknown(order);
    if (denial !== undefined) return denial;
    this.test.look(order, quantity, this.clock, decision);
    return this.guards.check(this.test) ?? this.broker.refusal(order, quantity);
  }

  /** Why it may not even be held until its market opens, or changed while that is closed. */
  held(order: number, quantity: number, decision: number): Denial | undefined {
    const denial = this.rateUnknown(order);
    if (denial !== undefined) return denial;
    this.test.look(order, quantity, this.clock, decision);
    return this.guards.checkHeld(this.test) ?? this.broker.refusal(order, quantity);
  }

  /** Why one that was held may not leave. */
  released(order: number, decision: number): Denial | undefined {
    const denial = this.rateUnknown(order);
    if (denial !== undefined) return denial;
    const quantity = this.book.quantity[order];
    this.test.look(order, quantity, this.clock, decision);
    return this.guards.checkReleased(this.test) ?? this.broker.refusal(order, quantity);
  }

  private rateUnknown(order: number): Denial | undefined {
    const currency = this.portfolio.currencyOf[this.book.instrument[order]];
    if (this.portfolio.rate[currency] > 0) return undefined;
    return { code: "RATE_UNKNOWN", details: { currency: this.portfolio.currencies[currency] } };
  }
}

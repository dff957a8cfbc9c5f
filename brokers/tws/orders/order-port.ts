import type { Instrument } from "../../../core/market/instrument.js";
import type { OrderId } from "../connection/ids.js";
import type { OrderFact } from "./order-fact.js";
import type { OrderIntent } from "./order-intent.js";

/** A price or quantity that was moved to a step the exchange takes. */
export interface Fitted {
  readonly field: "quantity" | "limit" | "stop" | "trail" | "limitOffset";
  readonly from: number;
  readonly to: number;
}

/** An intent on the steps of its exchange, and what of it had to move. */
export interface FittedIntent {
  readonly intent: OrderIntent;
  readonly changed: readonly Fitted[];
}

/** The way of orders to the broker, and of what it says of them back. Nothing is kept here, and nothing sent twice. */
export interface OrderPort {
  /** The client id that order ids belong to. */
  readonly clientId: number;
  /** An order id that was never used. */
  nextOrderId(): OrderId;
  /**
   * The intent with prices and quantity on steps that the exchange takes, rounded to the safer side, and what changed.
   * @throws TwsError QUANTITY_TOO_SMALL, PRICE_TOO_SMALL where nothing is left of one
   */
  fit(intent: OrderIntent): FittedIntent;
  /**
   * Sends orders that belong together (a bracket, a group) so that they become active together, or one alone; a parent
   * stands in front of its children. Each is told as written or as unsent, once. Order ids must rise from one order to
   * the next: TWS refuses a new order whose id is below one that it has seen.
   */
  place(intents: readonly OrderIntent[]): void;
  /**
   * Sends an order that has been sent before with what has changed; told as written or as unsent, once. While the order
   * itself, or an earlier change, still waits for its turn it leaves in its latest shape, and all are told as written.
   */
  change(intent: OrderIntent): void;
  /**
   * Cancels an order; told as written or as unsent, once. One that still waits for its turn is never sent: then the order
   * is told as unsent, with its children that wait as well, and nothing is told of the cancel.
   */
  cancel(orderId: OrderId): void;
  /** Hears of everything, in the order it was told. */
  onFact: (fact: OrderFact) => void;
}

/** What an account has to have, and has. In its base currency; NaN where the broker does not say. */
export interface AccountMargin {
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  readonly equityWithLoan: number;
}

/** What the account would look like with an order, as the broker tells without taking it. */
export interface WhatIf extends AccountMargin {
  readonly instrument: Instrument;
  /** As it is without the order. */
  readonly before: AccountMargin;
  /** NaN where the broker does not say. */
  readonly commission: number;
  readonly commissionCurrency: string;
  readonly warning: string;
}

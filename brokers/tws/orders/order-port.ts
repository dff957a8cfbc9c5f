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

/** The way of orders to the broker, and of what it says of them back. Nothing is kept here, and nothing sent twice. */
export interface OrderPort {
  /** The client id that order ids belong to. */
  readonly clientId: number;
  /** An order id that was never used. */
  nextOrderId(): OrderId;
  /** The intent with prices and quantity on steps that the exchange takes, rounded to the safer side, and what changed. */
  fit(intent: OrderIntent): { readonly intent: OrderIntent; readonly changed: readonly Fitted[] };
  /** Sends orders that belong together (a bracket, a group) so that they become active together, or one alone. */
  place(intents: readonly OrderIntent[]): void;
  /** Sends an order that has been sent before with what has changed. */
  change(intent: OrderIntent): void;
  cancel(orderId: OrderId): void;
  /** Hears of everything, in the order it was told. */
  onFact: (fact: OrderFact) => void;
}

/** What the account would look like with an order, as the broker tells without taking it. In the base currency. */
export interface WhatIf {
  readonly instrument: Instrument;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  readonly equityWithLoan: number;
  /** NaN where the broker does not say. */
  readonly commission: number;
  readonly warning: string;
}

import type { BrokerPosition } from "../account/account-questions.js";
import type { BrokerOrder } from "../account/broker-order.js";
import type { BrokerExecution } from "../account/executions.js";
import type { OrderTold } from "../connection/link.js";

/** An order's status as TWS told it, NaN where it left a number out: one may be missing, late, repeated or out of order. */
export interface StatusFact {
  readonly kind: "status";
  readonly orderId: number;
  readonly clientId: number;
  /** 0 before the broker has given one. */
  readonly permId: number;
  /** IB's word, such as Submitted or Filled. */
  readonly status: string;
  readonly filled: number;
  readonly remaining: number;
  readonly averagePrice: number;
  readonly whyHeld: string;
}

/**
 * One thing that was learnt of an order, or of what is held, as it was told: nothing is sorted, joined or taken for true
 * here. Whoever keeps the record decides what of it is new.
 */
export type OrderFact =
  | { readonly kind: "open"; readonly order: BrokerOrder }
  | { readonly kind: "completed"; readonly order: BrokerOrder }
  | StatusFact
  | { readonly kind: "execution"; readonly execution: BrokerExecution }
  | {
      readonly kind: "commission";
      readonly execId: string;
      /** In `currency`. */
      readonly commission: number;
      readonly currency: string;
    }
  /** What is held of a contract: told with each change, in front of the execution that makes it, behind it or without one. */
  | { readonly kind: "position"; readonly position: BrokerPosition }
  /** TWS has said something of an order by its id: what it means is in its class. */
  | { readonly kind: "refused"; readonly told: OrderTold }
  /** The order, its change or its cancellation was handed to the socket. Whether it arrived is not known. */
  | { readonly kind: "written"; readonly orderId: number; readonly what: "order" | "change" | "cancel" }
  /** It was certainly not sent, and never will be: there was no connection when it was its turn, or it was withdrawn. */
  | {
      readonly kind: "unsent";
      readonly orderId: number;
      readonly what: "order" | "change" | "cancel";
      readonly reason: string;
    };

import type { Denial } from "../../core/orders/denial.js";
import type { ForeignOrderEntry } from "./entry.js";
import type { OrderRecord } from "./order-record.js";

/** Something new that has become of an order, each said once. Prices are in the instrument's currency. */
export type Outcome =
  | { readonly kind: "accepted"; readonly record: OrderRecord }
  | { readonly kind: "rejected"; readonly record: OrderRecord; readonly denial: Denial }
  | { readonly kind: "triggered"; readonly record: OrderRecord }
  /** Units above zero have filled, or are taken back: a correction is the one and then the other. */
  | FillOutcome
  /** What an execution cost, told behind it: `amount` more than was known, in `currency`. */
  | { readonly kind: "charged"; readonly record: OrderRecord; readonly amount: number; readonly currency: string }
  | { readonly kind: "pendingCancel"; readonly record: OrderRecord }
  | { readonly kind: "cancelled"; readonly record: OrderRecord }
  | { readonly kind: "expired"; readonly record: OrderRecord }
  /** It was sent, and nobody knows what became of it. */
  | { readonly kind: "unknown"; readonly record: OrderRecord }
  /** The broker has other terms than were asked for: `record.terms` says which. */
  | { readonly kind: "terms"; readonly record: OrderRecord }
  /** It works although it was told dead: it has to be cancelled. */
  | { readonly kind: "undead"; readonly record: OrderRecord }
  | { readonly kind: "notice"; readonly record: OrderRecord; readonly code: string; readonly text: string }
  | { readonly kind: "foreignOrder"; readonly order: ForeignOrderEntry }
  | {
      readonly kind: "foreignExecution";
      readonly symbol: string;
      readonly conId: number;
      /** Signed units, with what a correction has changed. */
      readonly quantity: number;
      readonly price: number;
    }
  /** The position has changed by signed units that no order of the session filled. */
  | { readonly kind: "adjusted"; readonly symbol: string; readonly quantity: number; readonly price: number }
  /** Nothing may be concluded from what was told: the broker has to be asked. */
  | { readonly kind: "ask"; readonly reason: string };

export interface FillOutcome {
  readonly kind: "filled" | "busted";
  readonly record: OrderRecord;
  /** Units, above zero. */
  readonly quantity: number;
  readonly price: number;
  /** What is known of its cost by now, in `currency`; 0 and "" before it is told. */
  readonly fee: number;
  readonly currency: string;
  /** A fill that can no longer be had: the price is an estimate. */
  readonly isRecovered: boolean;
}

import type { ForeignOrderEntry } from "./entry.js";
import type { OrderNews } from "./order-news.js";
import type { OrderRecord } from "./order-record.js";

/** Something new that a ledger has learnt, each said once. Prices are in the instrument's currency. */
export type Outcome =
  | (OrderNews & { readonly record: OrderRecord })
  | { readonly kind: "foreignOrder"; readonly order: ForeignOrderEntry }
  | {
      readonly kind: "foreignExecution";
      readonly symbol: string;
      readonly conId: number;
      /** Signed units, with what a correction has changed. */
      readonly quantity: number;
      readonly price: number;
    }
  /** The exchange has corrected an execution of the session, or with no units taken it back. */
  | {
      readonly kind: "corrected";
      /** Without its last part, which counts the corrections. */
      readonly execId: string;
      readonly symbol: string;
      readonly quantity: number;
      readonly price: number;
    }
  /** The position has changed by signed units that no order of the session filled. */
  | { readonly kind: "adjusted"; readonly symbol: string; readonly quantity: number; readonly price: number }
  /** Nothing may be concluded from what was told: the broker has to be asked. */
  | { readonly kind: "ask"; readonly reason: string };

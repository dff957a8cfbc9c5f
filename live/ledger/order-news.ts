import type { Denial } from "../../core/orders/denial.js";

/** Something new that has become of an order, each said once. */
export type OrderNews =
  | { readonly kind: "accepted" | "triggered" | "pendingCancel" | "cancelled" | "expired" }
  | { readonly kind: "rejected"; readonly denial: Denial }
  /** Units have filled, or are taken back: a correction is the one and then the other. */
  | FillNews
  /** What an execution cost, told behind it: `amount` more than was known, in `currency`; 0 of one that is free. */
  | { readonly kind: "charged"; readonly amount: number; readonly currency: string; readonly execution: string }
  /** It was sent, and nobody knows what became of it. */
  | { readonly kind: "unknown" }
  /**
   * The broker has other terms than were asked for: those that are asked now. `isBack` of a change that has failed, with why;
   * `keepsSize` where only prices are others.
   */
  | { readonly kind: "terms"; readonly isBack: boolean; readonly denial?: Denial; readonly keepsSize?: boolean }
  /** It has fewer units, for others of its group have filled them: those that are asked now. */
  | { readonly kind: "cut" }
  /** Others have made it, and it is the session's from now on. */
  | { readonly kind: "adopted" }
  /** It works although it was told dead: it has to be cancelled, or to count as working again. */
  | { readonly kind: "undead" | "revived" }
  | { readonly kind: "notice"; readonly code: string; readonly text: string }
  | { readonly kind: "ask"; readonly reason: string };

export interface FillNews {
  readonly kind: "filled" | "busted";
  /** Units, above zero. */
  readonly quantity: number;
  /** In the instrument's currency. */
  readonly price: number;
  /** What is known of its cost by now, in `currency`; 0 and "" before it is told. */
  readonly fee: number;
  readonly currency: string;
  /** What the broker knows it by, whatever was corrected since; "" where it has not told one. */
  readonly execution: string;
  /** A fill that can no longer be had: the price is an estimate. */
  readonly isRecovered: boolean;
}

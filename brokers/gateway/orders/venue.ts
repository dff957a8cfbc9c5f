import type { Denial } from "../../../core/orders/denial.js";
import type { CheckedOrder } from "./check-order.js";

/** An order in Seatrial's own words, ready to be matched. */
export interface VenueOrder extends CheckedOrder {
  /** The instrument's index. */
  readonly instrument: number;
  readonly side: 1 | -1;
  readonly outsideRth: boolean;
  /** The row of the order whose fill makes this one active; -1 for none. */
  readonly parent: number;
  /** One cancels the others of its number; -1 for none. */
  readonly group: number;
  /** Whether it closes what its parent opens. */
  readonly isExit: boolean;
}

/** What a change of an order may touch. */
export type VenueChange = Pick<VenueOrder, "quantity" | "limit" | "stop" | "trail">;

/** A fill, as the venue reports it. */
export interface VenueFill {
  readonly row: number;
  /** Units above zero. */
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  /** What closing realised before fees, in the instrument's currency; NaN where it closed nothing. */
  readonly realised: number;
  readonly time: number;
}

/** Hears what becomes of the orders at a venue, at once and in order. */
export interface VenueListener {
  accepted(row: number): void;
  triggered(row: number): void;
  filled(fill: VenueFill): void;
  pendingCancel(row: number): void;
  cancelled(row: number): void;
  expired(row: number): void;
  rejected(row: number, reason: Denial): void;
}

/** Where an order came to stand. */
export interface Placed {
  readonly row: number;
  /** Why the account cannot carry it; then it is not in the market. */
  readonly denial: Denial | undefined;
}

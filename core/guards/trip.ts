import type { Instant } from "../market/bar-size.js";
import type { Denial } from "../orders/denial.js";
import type { Order } from "../orders/order.js";

/** What `onGuard` is told: a guard or the account stopped an order, or a change of one; or a change has failed at the broker. */
export interface GuardTrip {
  readonly order: Order;
  /** Code and data, such as code "STALE_QUOTE". */
  readonly denial: Denial;
  /** The same in words, such as "STALE_QUOTE: age=75s limit=60s". */
  readonly reason: string;
  readonly time: Instant;
}

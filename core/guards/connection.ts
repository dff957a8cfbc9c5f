import { type Evidence, NO_FRESH_QUOTE } from "../evidence.js";
import type { Denial } from "../orders/denial.js";
import { isForOpen } from "../orders/order-hours.js";
import type { Guard, OrderUnderTest } from "./guard.js";

/**
 * No order while the socket, the broker behind it or the instrument's market data is down, nor after a reconnect before
 * a fresh quote and a finished reconciliation. It always stands: what is sent into a broken connection may be lost.
 */
export class Connection implements Guard {
  readonly name = "connection";
  readonly reducingPasses = false;
  private readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const reason = this.evidence.connection(order.index);
    if (reason === "" || (reason === NO_FRESH_QUOTE && isForOpen(order.book, order.id))) return undefined;
    return { code: "CONNECTION", details: { reason } };
  }
}

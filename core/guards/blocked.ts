import type { Evidence } from "../evidence.js";
import type { Denial } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";

/**
 * No order that could increase a position of which the session and the broker disagree, or of which an order has been
 * lost, until that is settled. It always stands, and what blocks says why.
 */
export class Blocked implements Guard {
  readonly name = "blocked";
  readonly reducingPasses = true;
  private readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  check(order: OrderUnderTest): Denial | undefined {
    return this.evidence.blocked(order.index);
  }
}

import type { Evidence } from "../evidence.js";
import type { Denial } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";

/** No order while trading in its instrument is halted, and after that until a fresh quote has come. */
export class Halted implements Guard {
  readonly name = "halted";
  readonly reducingPasses = false;
  private readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  check(order: OrderUnderTest): Denial | undefined {
    if (!this.evidence.isHalted(order.index)) return undefined;
    return { code: "HALTED", details: { symbol: order.instrument.symbol } };
  }
}

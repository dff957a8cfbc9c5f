import type { Evidence } from "../evidence.js";
import type { Denial } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";

const REAL_TIME = 1;
const WORDS = ["", "real-time", "frozen", "delayed", "delayed-frozen"];

/** No order on prices that are delayed, or frozen as they were at the last close. Only real-time ones trade. */
export class DataType implements Guard {
  readonly name = "dataType";
  readonly reducingPasses: boolean;
  private readonly evidence: Evidence;

  constructor(evidence: Evidence, reducingPasses = true) {
    this.evidence = evidence;
    this.reducingPasses = reducingPasses;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const type = this.evidence.dataType(order.index);
    if (type === REAL_TIME) return undefined;
    return { code: "DATA_TYPE", details: { type: type === type ? (WORDS[type] ?? type) : "unknown" } };
  }
}

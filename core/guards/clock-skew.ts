import type { Evidence } from "../evidence.js";
import type { Denial } from "../orders/denial.js";
import type { Guard } from "./guard.js";

export interface ClockSkewOptions {
  /** Seconds of difference from which on it is told, */
  readonly warn?: number;
  /** and from which on no order is made. */
  readonly deny?: number;
}

/** No order while the machine's clock and the broker's differ so much that neither ages nor hours can be trusted. */
export class ClockSkew implements Guard {
  readonly name = "clockSkew";
  readonly reducingPasses = false;
  private readonly evidence: Evidence;
  private readonly warn: number;
  private readonly deny: number;

  constructor(evidence: Evidence, options: ClockSkewOptions = {}) {
    this.evidence = evidence;
    this.warn = options.warn ?? 2;
    this.deny = options.deny ?? 10;
  }

  check(): Denial | undefined {
    return this.beyond(this.deny);
  }

  /** What there is to say of it before it denies. */
  warning(): Denial | undefined {
    return this.beyond(Math.min(this.warn, this.deny));
  }

  private beyond(limit: number): Denial | undefined {
    const skew = this.evidence.clockSkew;
    if (Math.abs(skew) < limit * 1000) return undefined;
    const text = skew === skew ? `${Math.round(skew) / 1000}s` : "unknown";
    return { code: "CLOCK_SKEW", details: { skew: text, limit: `${limit}s` } };
  }
}

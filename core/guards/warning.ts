import type { Denial } from "../orders/denial.js";

/** What a guard has to say before it denies: the age of a quote, the difference of two clocks. */
export interface GuardWarning {
  /** The guard's key in the configuration. */
  readonly guard: string;
  /** The instrument's index, or -1 where it is about the session. */
  readonly instrument: number;
  /** As the denial it may become, with the limit at which it is told: `STALE_QUOTE: age=20s limit=15s`. */
  readonly warning: Denial;
}

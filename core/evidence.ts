import type { Instant } from "./market/bar-size.js";
import type { Denial } from "./orders/denial.js";

/**
 * What only a live session knows of its connection and its market data. A replay has none of it, and says so by not
 * having this at all: what a feed cannot carry is not missing. Where a session has it, guards read it before every order.
 */
export interface Evidence {
  /** Why no order of an instrument may leave now, such as "socket", "upstream", "usfarm" or "no fresh quote"; "" for no reason. */
  connection(instrument: number): string;
  /** IB's market data type: 1 real-time, 2 frozen, 3 delayed, 4 delayed and frozen; NaN before it was told. */
  dataType(instrument: number): number;
  /** Whether trading in it is halted. */
  isHalted(instrument: number): boolean;
  /** Since when bid, ask, last and sizes have been the same to the last digit, though the market moves; NaN before a quote. */
  unchangedSince(instrument: number): Instant;
  /** Milliseconds between the broker's clock and the machine's; NaN before it was told. */
  readonly clockSkew: number;
  /** Why an instrument takes no increasing order until it is settled, such as a difference to the broker's position. */
  blocked(instrument: number): Denial | undefined;
}

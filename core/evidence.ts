import type { Instant } from "./market/bar-size.js";
import type { Denial } from "./orders/denial.js";

/**
 * What only a live session knows of its connection and its market data. A replay has none of it, and says so by not
 * having this at all: what a feed cannot carry is not missing. Where a session has it, guards read it before every
 * order, and what it cannot tell yet (NaN) denies like what speaks against the order.
 */
export interface Evidence {
  /**
   * Why no order of an instrument may leave now, such as "socket", "upstream", "usfarm", "reconciling" or
   * NO_FRESH_QUOTE; "" for no reason.
   */
  connection(instrument: number): string;
  /** IB's market data type: 1 real-time, 2 frozen, 3 delayed, 4 delayed and frozen; NaN before it was told. */
  dataType(instrument: number): number;
  /** Whether trading in it is halted: from a halt until it has ended and a fresh quote has come. */
  isHalted(instrument: number): boolean;
  /** Since when bid, ask, last and sizes have been the same to the last digit, though the market moves; NaN before a quote. */
  unchangedSince(instrument: number): Instant;
  /** Milliseconds that the broker's clock is ahead of the machine's, below zero behind it; NaN before it was told. */
  readonly clockSkew: number;
  /** Why an instrument takes no increasing order until it is settled, such as a difference to the broker's position. */
  blocked(instrument: number): Denial | undefined;
}

/**
 * The connection is there again, and no quote with both sides has come since. An order for the opening passes that: it
 * leaves before its market has a price.
 */
export const NO_FRESH_QUOTE = "no fresh quote";

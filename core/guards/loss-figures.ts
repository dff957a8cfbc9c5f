import type { Instant } from "../market/bar-size.js";

/** What a later part of the run goes on with: its loss limits, and what is told of its day. */
export interface LossFigures {
  /** When it was so. */
  readonly at: Instant;
  /** Equity at the start of the day; NaN where nobody asked for days, or it was not known. */
  readonly dayStart: number;
  readonly peak: number;
  /** What the account was worth, */
  readonly equity: number;
  /** what the run had begun with, */
  readonly cash: number;
  /** and what it traded: of something else another equity comes, without a loss or a gain. */
  readonly symbols: readonly string[];
  /** Whether a limit has closed everything and stopped the day, */
  readonly isDayStopped: boolean;
  /** or the run: */
  readonly isRunStopped: boolean;
  /** by this limit, in words. */
  readonly drawdown: string;
}

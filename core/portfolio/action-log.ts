import type { Instant } from "../market/bar-size.js";

/** Cash that was paid, or taken of who was short, for units held on an ex-date. */
export interface DividendPaid {
  readonly instrument: number;
  readonly time: Instant;
  /** Signed units held. */
  readonly quantity: number;
  /** In the instrument's currency; below 0 for a short position. */
  readonly amount: number;
}

/** A split that a run went through, and how many fills had been made by then. */
export interface SplitPassed {
  readonly instrument: number;
  readonly time: Instant;
  readonly numerator: number;
  readonly denominator: number;
  readonly fills: number;
}

/** What splits and dividends did in a run, in order of time. */
export class ActionLog {
  readonly dividends: DividendPaid[] = [];
  readonly splits: SplitPassed[] = [];
}

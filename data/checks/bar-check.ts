import type { BarSeries } from "../../core/market/bar-series.js";

/** A check that sees a series piece by piece, in order of time, so that one too long to hold can be checked. */
export interface BarCheck {
  take(bars: BarSeries): void;
  /** After the last piece. */
  finish(): void;
}

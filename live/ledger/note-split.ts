import type { Instant } from "../../core/market/bar-size.js";
import type { Ledger } from "./ledger.js";

export interface SplitChange {
  readonly at: Instant;
  readonly symbol: string;
  readonly conId: number;
  readonly numerator: number;
  readonly denominator: number;
}

/** Takes what is held and ordered of an instrument through a split: where `denominator` units stood, `numerator` stand. */
export function noteSplit(ledger: Ledger, change: SplitChange): void {
  const nothing = { intent: 0, own: 0, foreign: 0, price: Number.NaN, isEstimate: false, note: "" } as const;
  ledger.note({ kind: "adjustment", name: "split", ...change, ...nothing });
}

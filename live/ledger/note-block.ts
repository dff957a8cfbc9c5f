import type { Instant } from "../../core/market/bar-size.js";
import type { Ledger } from "./ledger.js";

export interface BlockChange {
  readonly at: Instant;
  readonly symbol: string;
  readonly why: string;
  readonly isSet: boolean;
  readonly detail: string;
  readonly difference?: number;
}

/** Sets or clears a block; what stands already is not noted again. */
export function noteBlock(ledger: Ledger, { difference = Number.NaN, ...change }: BlockChange): void {
  const known = ledger.blocks.get(change.symbol)?.get(change.why);
  if (change.isSet ? known?.detail === change.detail : known === undefined) return;
  ledger.note({ kind: "block", ...change, difference });
}

import type { Ledger } from "./ledger.js";

/**
 * Units that others hold of an instrument against what the session holds: as many of its own are not there in the
 * account. They may have been closed by hand, or be another session's; closing them would open the opposite.
 */
export function oppositeUnits(ledger: Ledger, symbol: string): number {
  const own = ledger.holdings.get(symbol)?.quantity ?? 0;
  const foreign = foreignUnits(ledger, symbol);
  return own * foreign < 0 ? Math.min(Math.abs(own), Math.abs(foreign)) : 0;
}

/** Signed units that others hold of an instrument. */
export function foreignUnits(ledger: Ledger, symbol: string): number {
  let foreign = 0;
  for (const [conId, quantity] of ledger.foreign) if (ledger.nameOf(conId) === symbol) foreign += quantity;
  return foreign;
}

/** Why these are not closed, for a sentence. */
export function oppositeInWords(units: number): string {
  return `others hold ${units} against them, so that the account has as many less to close`;
}

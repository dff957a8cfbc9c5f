import type { Ledger } from "./ledger.js";
import { foreignUnits } from "./opposite-units.js";

/**
 * Units of what the session holds of an instrument that the account does not, by the last look at it: they were closed by
 * hand, or another session holds the opposite. Where it holds enough for the session, whose it is does not matter.
 */
export function unitsAbsent(ledger: Ledger, symbol: string): number {
  const own = ledger.holdings.get(symbol)?.quantity ?? 0;
  const inAccount = own + foreignUnits(ledger, symbol) + ledger.unnamed(symbol);
  return Math.min(Math.abs(own), Math.max(0, Math.abs(own) - Math.sign(own) * inAccount));
}

import type { Instant } from "../../core/market/bar-size.js";
import { PASS_GAP, type ReconcileReport } from "../reconcile/reconcile.js";

/**
 * Which differences of positions stand: two full looks at the account, apart, have found the same. One that is new may be
 * the fill of an order that works, whose execution is on its way.
 */
export class StandingDifferences {
  private readonly found = new Map<string, { readonly difference: number; readonly at: Instant }>();

  /** @returns the symbols of those that stand by this look, and of those that are new */
  looked(
    { isFull, differences }: ReconcileReport,
    now: Instant,
  ): { readonly standing: string[]; readonly fresh: string[] } {
    const standing: string[] = [];
    const fresh: string[] = [];
    // From a look that is not full nothing follows, for one before or behind it neither.
    const symbols = new Set(isFull ? differences.map(({ symbol }) => symbol) : []);
    for (const symbol of this.found.keys()) if (!symbols.has(symbol)) this.found.delete(symbol);
    if (!isFull) return { standing, fresh: differences.map(({ symbol }) => symbol) };
    for (const { symbol, difference } of differences) {
      const before = this.found.get(symbol);
      if (before?.difference !== difference) this.found.set(symbol, { difference, at: now });
      if (before?.difference === difference && now - before.at >= PASS_GAP) standing.push(symbol);
      else fresh.push(symbol);
    }
    return { standing, fresh };
  }
}

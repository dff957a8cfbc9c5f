import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";
import { PASS_GAP, type ReconcileReport } from "../reconcile/reconcile.js";

interface Found {
  readonly difference: number;
  /** When it was found first. */
  readonly at: Instant;
  readonly stands: boolean;
}

/**
 * Which differences of positions stand: two full looks at the account, apart, have found the same. One that is new may be
 * the fill of an order that works, whose execution is on its way.
 */
export class StandingDifferences {
  private readonly found = new Map<string, Found>();

  /** Whether so many signed units that an order has filled may be a difference of which it is not known yet whether it stands. */
  mayBe(symbol: string, units: number): boolean {
    const found = this.found.get(symbol);
    if (found === undefined || found.stands) return false;
    return units * found.difference > 0 && Math.abs(units) <= Math.abs(found.difference) + DUST;
  }

  /** @returns the symbols of those that stand by this look, of those that are new, and of those that are not there any more */
  looked(
    { isFull, differences }: ReconcileReport,
    now: Instant,
  ): { readonly standing: string[]; readonly fresh: string[]; readonly gone: string[] } {
    const standing: string[] = [];
    const fresh: string[] = [];
    // From a look that is not full nothing follows, for one before or behind it neither.
    const symbols = new Set(isFull ? differences.map(({ symbol }) => symbol) : []);
    const gone = [...this.found.keys()].filter((symbol) => !symbols.has(symbol));
    for (const symbol of gone) this.found.delete(symbol);
    if (!isFull) return { standing, fresh: differences.map(({ symbol }) => symbol), gone: [] };
    for (const { symbol, difference } of differences) {
      const before = this.found.get(symbol);
      const isSame = before?.difference === difference;
      const stands = isSame && now - before.at >= PASS_GAP;
      this.found.set(symbol, { difference, at: isSame ? before.at : now, stands });
      (stands ? standing : fresh).push(symbol);
    }
    return { standing, fresh, gone };
  }
}

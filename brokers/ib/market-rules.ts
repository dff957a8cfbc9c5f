/** From a price on, the step of prices. */
export interface PriceIncrement {
  readonly lowEdge: number;
  readonly increment: number;
}

/**
 * Market rules by IB's ids, as public captures show them. They only make the simulated gateway plausible: a real TWS is
 * always asked, for the rules of a contract are what its details say.
 */
export const MARKET_RULES: ReadonlyMap<number, readonly PriceIncrement[]> = new Map([
  [26, [{ lowEdge: 0, increment: 0.01 }]],
  [
    32,
    [
      { lowEdge: 0, increment: 0.0001 },
      { lowEdge: 1, increment: 0.01 },
    ],
  ],
  [239, [{ lowEdge: 0, increment: 0.00005 }]],
  [67, [{ lowEdge: 0, increment: 0.25 }]],
]);

/** The step at a price: of the last edge that is not above it, by its absolute value. NaN where no rule reaches it. */
export function incrementAt(rule: readonly PriceIncrement[], price: number): number {
  let increment = Number.NaN;
  for (const one of rule) if (one.lowEdge <= Math.abs(price)) increment = one.increment;
  return increment;
}

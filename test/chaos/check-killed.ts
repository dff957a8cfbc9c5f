import type { BrokerTruth } from "../../live/drill/broker-truth.js";

const DUST = 1e-6;

/**
 * Holds what works at the broker against a kill switch that is on, when all is quiet: of the session's orders none is
 * left that could increase what its own orders hold. Those on the closing side may take no more than that together, of
 * a group, or of the exits of one order, the largest counts.
 * @param adopted signed units that an operator has made the session's own, by symbol
 * @param refused symbols of which the broker has refused to make an order smaller, of which somebody was told: one that
 *   closed what an operator has taken away since stays too large
 * @returns what does not hold, in sentences
 */
export function checkKilled(
  { orders, executions }: BrokerTruth,
  clientId: number,
  adopted: ReadonlyMap<string, number> = new Map(),
  refused: ReadonlySet<string> = new Set(),
): string[] {
  const own = orders.filter((order) => order.clientId === clientId);
  const refs = new Set(own.map(({ ref }) => ref));
  const symbols = new Set(own.map(({ symbol }) => symbol));
  return [...symbols].flatMap((symbol) => {
    const held = executions
      .filter((one) => one.symbol === symbol && refs.has(one.ref))
      .reduce((sum, { quantity }) => sum + quantity, adopted.get(symbol) ?? 0);
    const working = own.filter((order) => order.symbol === symbol && order.isOpen && order.isTransmitted);
    const largest = new Map<string, number>();
    for (const { ref, group, quantity, filled } of working) {
      const left = Math.abs(quantity) - filled;
      if (quantity * held >= 0)
        return [`the kill switch is on, ${held} ${symbol} are held, and ${ref} (${quantity}) works`];
      const key = group === "" ? ref : group;
      largest.set(key, Math.max(largest.get(key) ?? 0, left));
    }
    const closing = [...largest.values()].reduce((sum, left) => sum + left, 0);
    if (closing <= Math.abs(held) + DUST || (adopted.has(symbol) && refused.has(symbol))) return [];
    const names = working.map(({ ref }) => ref).join(" and ");
    return [`the kill switch is on, ${held} ${symbol} are held, and ${names} may close ${closing}`];
  });
}

import type { OrderRecord } from "./order-record.js";

/** What a ledger knows of orders and of what came of them. */
interface Orders {
  readonly records: readonly OrderRecord[];
  readonly open: readonly OrderRecord[];
  readonly holdings: ReadonlyMap<string, { readonly quantity: number }>;
  record(intent: number): OrderRecord | undefined;
}

/** Whether an order closes what another opens. */
export function isExitOf({ intent }: OrderRecord, { intent: parent }: OrderRecord): boolean {
  return intent.parent === parent.id && intent.symbol === parent.symbol && intent.side !== parent.side;
}

/** Units that an order has opened, its exits have not closed and no operator has taken off. */
export function unitsHeld(ledger: Pick<Orders, "records">, parent: OrderRecord): number {
  return openedBy(parent) - unitsExited(ledger, parent);
}

/** Units of an order that its exits have closed, those that have ended included, or that an operator has taken off. */
export function unitsExited(ledger: Pick<Orders, "records">, parent: OrderRecord): number {
  let exited = parent.takenOff * parent.splitSince;
  for (const record of ledger.records) if (isExitOf(record, parent)) exited += openedBy(record);
  return exited;
}

/**
 * An operator takes units off what the session holds, as where they were closed by hand: orders that have exits hold no more
 * than that leaves of the position. What was bought last is taken first; which of them it was nobody can say.
 * @param own signed units by which the position has changed
 */
export function takeOffEntries(ledger: Orders, symbol: string, own: number): void {
  const position = ledger.holdings.get(symbol)?.quantity ?? 0;
  const parents = new Set<OrderRecord>();
  for (const exit of ledger.open) {
    const parent = ledger.record(exit.intent.parent);
    if (exit.intent.symbol === symbol && parent !== undefined && isExitOf(exit, parent)) parents.add(parent);
  }
  const held = [...parents]
    .filter(({ intent }) => intent.side * own < 0)
    .map((parent) => ({ parent, units: Math.max(0, unitsHeld(ledger, parent)) }))
    .sort((a, b) => b.parent.intent.id - a.parent.intent.id);
  const sum = held.reduce((units, one) => units + one.units, 0);
  let excess = sum - Math.max(0, -Math.sign(own) * position);
  for (const { parent, units } of held) {
    const taken = Math.max(0, Math.min(units, excess));
    parent.takenOff += taken / parent.splitSince;
    excess -= taken;
  }
}

/** Units that an order has filled, as they are counted today. */
export function openedBy({ filled, splitSince }: OrderRecord): number {
  return filled * splitSince;
}

import type { Ledger } from "./ledger.js";
import type { OrderRecord } from "./order-record.js";

/** Whether an order closes what another opens. */
export function isExitOf({ intent }: OrderRecord, { intent: parent }: OrderRecord): boolean {
  return intent.parent === parent.id && intent.symbol === parent.symbol && intent.side !== parent.side;
}

/** Units that an order has opened, its exits have not closed and no operator has taken off. */
export function unitsHeld(ledger: Ledger, parent: OrderRecord): number {
  return openedBy(parent) - unitsExited(ledger, parent);
}

/** Units of an order that its exits have closed, those that have ended included, or that an operator has taken off. */
export function unitsExited(ledger: Ledger, parent: OrderRecord): number {
  let exited = parent.takenOff * parent.splitSince;
  for (const record of ledger.records) if (isExitOf(record, parent)) exited += openedBy(record);
  return exited;
}

/**
 * An operator takes units off what the session holds, as where they were closed by hand: orders that have exits hold no more
 * than that leaves of the position. What was bought last is taken first; which of them it was nobody can say.
 * @param own signed units by which the position has changed
 */
export function takeOffEntries(ledger: Ledger, symbol: string, own: number): void {
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

/**
 * Units that an order has opened and that may be held still. Not its exits alone close them: an order of the strategy's
 * does, or one by force, and an operator may take them off. So these are no more than any of that has left of the position.
 */
export function unitsLeft(ledger: Ledger, parent: OrderRecord): number {
  const { symbol, side } = parent.intent;
  const changes = changesOf(ledger, symbol);
  let position = changes.reduce((before, { units }) => before - units, ledger.holdings.get(symbol)?.quantity ?? 0);
  let left = 0;
  for (const { units, record } of changes) {
    position += units;
    if (record !== undefined && (record === parent || isExitOf(record, parent))) left += side * units;
    else if (side * units < 0) left = Math.min(left, Math.max(0, side * position));
  }
  return Math.min(left, unitsHeld(ledger, parent));
}

/** A change of what the session holds of an instrument, in signed units as they are counted today. */
interface Change {
  readonly units: number;
  /** The order that has made it; undefined for none. */
  readonly record: OrderRecord | undefined;
  /** Executions that were heard at once, as from the account, come in any order: they share this, and have their times. */
  readonly batch: number;
  readonly time: string;
}

function changesOf(ledger: Ledger, symbol: string): Change[] {
  const changes: Change[] = [];
  let splits = 1;
  let batch = 0;
  let heardAt = Number.NaN;
  for (const change of ledger.changes.toReversed()) {
    const entry = typeof change === "string" ? ledger.executions.get(change) : change;
    if (entry === undefined) continue;
    const record = ledger.record(entry.intent);
    if ((record?.intent.symbol ?? entry.symbol) !== symbol) continue;
    const isExecution = entry.kind === "execution";
    if (!isExecution || entry.at !== heardAt) batch--;
    heardAt = isExecution ? entry.at : Number.NaN;
    if (isExecution) changes.push({ units: entry.side * entry.quantity * splits, record, batch, time: entry.time });
    else if (entry.name === "split") splits *= entry.numerator / entry.denominator;
    else changes.push({ units: entry.own * splits, record, batch, time: "" });
  }
  return changes.reverse().sort((a, b) => a.batch - b.batch || (a.time < b.time ? -1 : Number(a.time > b.time)));
}

/** Units that an order has filled, as they are counted today. */
export function openedBy({ filled, splitSince }: OrderRecord): number {
  return filled * splitSince;
}

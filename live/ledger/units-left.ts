import type { AdjustmentEntry, ExecutionEntry } from "./entry.js";
import type { OrderRecord } from "./order-record.js";
import { isExitOf, unitsHeld } from "./units-held.js";

/** What a ledger knows of orders, of what is held, and of what has changed that. */
export interface Changes {
  readonly records: readonly OrderRecord[];
  readonly changes: readonly (AdjustmentEntry | string)[];
  readonly executions: ReadonlyMap<string, ExecutionEntry>;
  readonly holdings: ReadonlyMap<string, { readonly quantity: number }>;
  /** By symbol, a number that is another after each change. */
  readonly changedAt: ReadonlyMap<string, number>;
  record(intent: number): OrderRecord | undefined;
}

/** What the changes of its instrument have left of an order, up to the latest of them. */
const known = new WeakMap<OrderRecord, { readonly at: number; readonly left: number }>();

/**
 * Units that an order has opened and that may be held still. Not its exits alone close them: an order of the strategy's
 * does, or one by force, and an operator may take them off. So these are no more than any of that has left of the position.
 */
export function unitsLeft(ledger: Changes, parent: OrderRecord): number {
  const at = ledger.changedAt.get(parent.intent.symbol) ?? 0;
  const before = known.get(parent);
  const left = before?.at === at ? before.left : leftByChanges(ledger, parent);
  if (before?.at !== at) known.set(parent, { at, left });
  return Math.min(left, unitsHeld(ledger, parent));
}

function leftByChanges(ledger: Changes, parent: OrderRecord): number {
  const { symbol, side } = parent.intent;
  const changes = changesOf(ledger, symbol);
  let position = changes.reduce((before, { units }) => before - units, ledger.holdings.get(symbol)?.quantity ?? 0);
  let left = 0;
  for (const { units, record } of changes) {
    position += units;
    if (record !== undefined && (record === parent || isExitOf(record, parent))) left += side * units;
    else if (side * units < 0) left = Math.min(left, Math.max(0, side * position));
  }
  return left;
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

function changesOf(ledger: Changes, symbol: string): Change[] {
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

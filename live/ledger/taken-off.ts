import { DUST } from "../../core/dust.js";
import type { AdjustmentEntry } from "./entry.js";
import type { OrderRecord } from "./order-record.js";
import { isExitOf, unitsHeld } from "./units-held.js";
import { type Changes, unitsLeft } from "./units-left.js";

interface Books extends Changes {
  readonly open: readonly OrderRecord[];
  unnamed(symbol: string): number;
}

/**
 * An operator says what has become of units, as of such as were closed by hand: entries that have exits hold no more together
 * than the account can still have of the session's, opposite entries on top. Which of them it was nobody can say: first
 * those that other orders have closed before, then what was opened last. Units that come back are given back.
 */
export function takeOff(ledger: Books, { symbol, own, foreign, name }: AdjustmentEntry): void {
  if (name === "opening") return;
  const position = ledger.holdings.get(symbol)?.quantity ?? 0;
  // What a difference was named as is none any more.
  const unnamed = ledger.unnamed(symbol) === 0 ? 0 : ledger.unnamed(symbol) - own - foreign;
  const side = Math.sign(own);
  if (own === 0) {
    if (foreign !== 0) for (const one of [1, -1]) takeOffSide(ledger, symbol, one, position, unnamed);
  } else if (own * (position - own) < 0) takeOffSide(ledger, symbol, -side, position, unnamed);
  // What closes all that was held and goes on is given back for what it opens.
  giveBack(ledger, symbol, side, Math.min(Math.abs(own), side * position));
}

/**
 * An order has filled so many units of which some had been taken off, or of whose entry: before it could be cancelled or cut.
 * What an entry closes of the opposite, as where more was sold by hand than was known to be held, is not held by it.
 */
export function filledBehind(ledger: Books, record: OrderRecord, units: number): void {
  takeOffOthers(ledger, record);
  if (record.takenOff <= 0) return;
  const { symbol, side } = record.intent;
  const position = ledger.holdings.get(symbol)?.quantity ?? 0;
  const excess = excessOf(ledger, parentsOf(ledger, symbol), side, position, ledger.unnamed(symbol));
  const closed = Math.min(units, units - side * position, unitsHeld(ledger, record), excess);
  if (closed > DUST) record.takenOff += closed / record.splitSince;
}

/**
 * An exit has filled more than was left of its entry: it was not of that entry what was closed by hand, but of others of
 * its side, which have as much less.
 */
function takeOffOthers(ledger: Books, exit: OrderRecord): void {
  const entry = ledger.record(exit.intent.parent);
  if (entry === undefined || entry.takenOff <= 0 || !isExitOf(exit, entry)) return;
  const units = Math.min(entry.takenOff * entry.splitSince, -unitsHeld(ledger, entry));
  if (units <= DUST) return;
  entry.takenOff -= units / entry.splitSince;
  const { symbol, side } = entry.intent;
  takeOffSide(ledger, symbol, side, ledger.holdings.get(symbol)?.quantity ?? 0, ledger.unnamed(symbol), units);
}

/**
 * What nobody has named may be the session's where it is on its side, and protected then. Where it is against it nothing is
 * taken off for it before it has a name: it may be gone the next moment, and the exits are needed.
 */
function takeOffSide(
  ledger: Books,
  symbol: string,
  direction: number,
  position: number,
  unnamed: number,
  most = Infinity,
): void {
  const parents = parentsOf(ledger, symbol);
  let excess = Math.min(most, excessOf(ledger, parents, direction, position, unnamed));
  if (excess <= DUST) return;
  const entries = parents.filter(({ intent }) => intent.side === direction);
  for (const leastOf of [unitsLeft, () => 0]) {
    for (const entry of entries) {
      const taken = Math.min(excess, unitsHeld(ledger, entry) - Math.max(0, leastOf(ledger, entry)));
      if (taken <= DUST) continue;
      entry.takenOff += taken / entry.splitSince;
      excess -= taken;
    }
  }
}

/** Units that entries of a side hold beyond what can be there of it, those of the other side on top. */
function excessOf(
  ledger: Books,
  parents: readonly OrderRecord[],
  direction: number,
  position: number,
  unnamed: number,
): number {
  const sum = (side: number): number => {
    let units = 0;
    for (const parent of parents) if (parent.intent.side === side) units += Math.max(0, unitsHeld(ledger, parent));
    return units;
  };
  const possible = direction * position + Math.max(0, direction * unnamed);
  return sum(direction) - sum(-direction) - Math.max(0, possible);
}

/** Entries whose exits are to close what they hold, the latest first. */
function parentsOf(ledger: Books, symbol: string): OrderRecord[] {
  const parents = new Set<OrderRecord>();
  for (const exit of ledger.open) {
    const parent = exit.intent.symbol === symbol && !exit.wantsCancel ? ledger.record(exit.intent.parent) : undefined;
    if (parent !== undefined && isExitOf(exit, parent)) parents.add(parent);
  }
  return [...parents].sort((a, b) => b.intent.id - a.intent.id);
}

function giveBack(ledger: Books, symbol: string, side: number, most: number): void {
  let units = most;
  for (const record of ledger.records) {
    const { intent, takenOff, splitSince } = record;
    if (units <= 0) return;
    if (takenOff <= 0 || intent.symbol !== symbol || intent.side !== side) continue;
    const given = Math.min(units, takenOff * splitSince);
    record.takenOff -= given / splitSince;
    units -= given;
  }
}

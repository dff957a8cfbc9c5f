import type { BrokerTruth } from "../../live/drill/broker-truth.js";
import type { BookedIntent } from "../../live/drill/check-promise.js";
import type { Journal } from "../../live/journal/journal.js";
import type { AdjustmentEntry } from "../../live/ledger/entry.js";
import { Ledger } from "../../live/ledger/ledger.js";
import type { OrderRecord } from "../../live/ledger/order-record.js";
import { isExitOf, unitsHeld } from "../../live/ledger/units-held.js";

const DUST = 1e-6;

/** What an operator has told a session of units of a symbol, as its journal has it. */
export interface Operated {
  readonly symbol: string;
  readonly name: AdjustmentEntry["name"];
  /** Signed units that have become the session's by it. */
  readonly own: number;
  /** Units that are left of what the session holds, or may hold, by side: of a side that it may have taken some off. */
  readonly left: ReadonlyMap<number, number>;
  /** Entries whose exits worked then. */
  readonly entries: readonly OperatedEntry[];
}

interface OperatedEntry {
  readonly ref: string;
  readonly side: number;
  readonly filled: number;
  readonly held: number;
  /** Names of the exits of it, such as were made later included. */
  readonly exits: readonly string[];
}

/** What an operator's word has left an order, what it has filled included, and when, epoch ms UTC. */
export interface Cut {
  readonly most: number;
  readonly at: number;
}

export interface OperatedBooks {
  readonly operated: readonly Operated[];
}

/** All that operators have told a session, read from its journal entry for entry. */
export function operatedOf(journal: Journal): Operated[] {
  const { account, clientId } = journal.owner;
  const whole = journal.openLedger();
  const ledger = new Ledger({ ...whole.identity, account, clientId });
  return journal.entries().flatMap((entry) => {
    ledger.restore([entry]);
    if (entry.kind !== "adjustment" || entry.intent !== 0 || entry.name === "opening" || entry.name === "split")
      return [];
    const { symbol, name, own } = entry;
    const position = ledger.holdings.get(symbol)?.quantity ?? 0;
    // What a difference was named as is none any more; that is noted behind it.
    const before = ledger.unnamed(symbol);
    const unnamed = before === 0 ? 0 : before - own - entry.foreign;
    // What adds to a position, or opens one, leaves orders as they are.
    const sides = [1, -1].filter((side) => own === 0 || (side * own < 0 && side * (position - own) > 0));
    const left = new Map(sides.map((side) => [side, Math.max(0, side * position) + Math.max(0, side * unnamed)]));
    const parents = ledger.records.filter(
      (parent) =>
        parent.intent.symbol === symbol && ledger.open.some((exit) => !exit.wantsCancel && isExitOf(exit, parent)),
    );
    const entries = parents.map((parent) => ({
      ref: parent.intent.ref,
      side: parent.intent.side,
      filled: parent.filled,
      held: Math.max(0, unitsHeld(ledger, parent)),
      exits: exitsOf(whole, parent),
    }));
    return [{ symbol, name, own, left, entries }];
  });
}

function exitsOf(ledger: Ledger, { intent }: OrderRecord): string[] {
  const parent = ledger.record(intent.id);
  if (parent === undefined) return [];
  return ledger.records.filter((record) => isExitOf(record, parent)).map((record) => record.intent.ref);
}

/** Signed units that have become a session's own by an operator's word, or by an adopted order, by symbol. */
export function adoptedOf(
  operated: readonly Operated[],
  intents: readonly BookedIntent[] = [],
): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  const add = (symbol: string, units: number): void => void sum.set(symbol, (sum.get(symbol) ?? 0) + units);
  for (const { symbol, own } of operated) add(symbol, own);
  for (const { symbol, quantity, filled, adopted } of intents) {
    if (adopted !== undefined) add(symbol, Math.sign(quantity) * filled);
  }
  return sum;
}

/**
 * Holds what works at the broker against what an operator has said, when all is quiet: exits of what was held then close
 * no more together than was left of it by that, but for what their entries have filled since and for what entries of the
 * other side hold, and unless units were given back since. Where the broker refuses to make one smaller, or to cancel it,
 * somebody is told.
 * @returns what does not hold, in sentences
 */
export function checkOperated(
  broker: BrokerTruth,
  clientId: number,
  operated: readonly Operated[],
  notes: readonly string[],
): string[] {
  const own = new Map(broker.orders.filter((order) => order.clientId === clientId).map((order) => [order.ref, order]));
  const refused = refusedOf(notes);
  const broken: string[] = [];
  for (const [i, { symbol, name, left, entries }] of operated.entries()) {
    if (refused.has(symbol)) continue;
    for (const [side, most] of left) {
      const givesBack = operated.slice(i + 1).some((one) => one.symbol === symbol && one.own * side > 0);
      if (givesBack) continue;
      const others = entries.filter((one) => one.side !== side).reduce((sum, { held }) => sum + held, 0);
      let closing = 0;
      for (const { ref, filled, exits } of entries.filter((one) => one.side === side)) {
        const works = Math.max(
          0,
          ...exits.map((exit) => {
            const order = own.get(exit);
            const isWorking = order?.isOpen === true && order.isTransmitted && order.status !== "PendingCancel";
            return isWorking ? Math.abs(order.quantity) - order.filled : 0;
          }),
        );
        const since = Math.max(0, (own.get(ref)?.filled ?? 0) - filled);
        const entry = own.get(ref);
        const mayFill = entry?.isOpen === true ? Math.abs(entry.quantity) - entry.filled : 0;
        closing += Math.max(0, works - since - mayFill);
      }
      if (closing > most + others + DUST) {
        broken.push(
          `${symbol} was named ${name}, ${most} were left to close beside ${others}, and exits may close ${closing}`,
        );
      }
    }
  }
  return broken;
}

/**
 * Holds orders that an operator's word has made smaller against that, when all is quiet: they stay so unless more was asked
 * for since.
 * @returns what does not hold, in sentences
 */
export function checkCuts(
  { orders, asked }: BrokerTruth,
  clientId: number,
  cuts: ReadonlyMap<string, Cut>,
  notes: readonly string[],
): string[] {
  const refused = refusedOf(notes);
  return orders.flatMap(({ ref, symbol, quantity, status, isOpen, isTransmitted, ...order }) => {
    const cut = cuts.get(ref);
    if (cut === undefined || order.clientId !== clientId || refused.has(symbol)) return [];
    if (!isOpen || !isTransmitted || status === "PendingCancel" || Math.abs(quantity) <= cut.most + DUST) return [];
    const isMore = asked.some((one) => one.ref === ref && one.at >= cut.at && one.quantity > cut.most + DUST);
    return isMore ? [] : [`an operator's word has left ${cut.most} to ${ref}, which may fill ${Math.abs(quantity)}`];
  });
}

/** Symbols of which the broker has refused to make an order smaller, or to cancel it, of which somebody was told. */
export function refusedOf(notes: readonly string[]): ReadonlySet<string> {
  const told = notes.filter((note) => note.includes(" CHANGE_REFUSED ") || note.includes(" CANCEL_REFUSED "));
  return new Set(told.flatMap((note) => note.split(/[\s(),]+/)));
}

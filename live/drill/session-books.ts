import type { Journal } from "../journal/journal.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { BookedFill, BookedIntent, BookTruth, Fate } from "./check-promise.js";

/** What a session's journal and ledger say of its orders, fills and positions. */
export function sessionBooks(journal: Journal, ledger: Ledger): BookTruth {
  const entries = journal.entries();
  const symbolOf = new Map(
    entries.flatMap((entry) => ("conId" in entry ? [[entry.conId, entry.symbol] as const] : [])),
  );
  const changes = new Map<number, number>();
  for (const entry of entries) {
    if (entry.kind !== "request" || entry.what !== "change") continue;
    changes.set(entry.intent, (changes.get(entry.intent) ?? 0) + 1);
  }
  return {
    clientId: journal.owner.clientId,
    intents: ledger.records.map((record) => intentOf(record, changes.get(record.intent.id) ?? 0)),
    fills: fillsOf(ledger),
    positions: positionsOf(ledger, symbolOf),
    blocked: new Set(ledger.blocks.keys()),
  };
}

function intentOf(record: OrderRecord, changes: number): BookedIntent {
  const { ref, orderId, symbol, side, quantity, permId, filledBefore } = record.intent;
  const booked = {
    ref,
    orderId,
    symbol,
    quantity: side * quantity,
    filled: record.filled,
    fate: fateOf(record),
    changes,
  };
  // The broker's own number of it nobody knows in front of its answer, but of one that was adopted.
  return permId > 0 ? { ...booked, adopted: { permId, before: filledBefore } } : booked;
}

function fateOf({ state, end }: OrderRecord): Fate {
  const code = end?.denial.code;
  if (code === "UNSENT") return "unsent";
  if (code === "LOST") return "lost";
  if (state === "rejected") return "refused";
  if (state === "lost" || state === "unknown") return state;
  return state === "filled" || state === "cancelled" || state === "expired" ? "over" : "working";
}

function fillsOf(ledger: Ledger): BookedFill[] {
  return [...ledger.executions.values()].map(({ base, intent, symbol, side, quantity, price }) => ({
    execId: base,
    ref: intent === 0 ? "" : ledger.refOf(intent),
    symbol,
    quantity: side * quantity,
    price,
  }));
}

function positionsOf(ledger: Ledger, symbolOf: ReadonlyMap<number, string>): Map<string, number> {
  const positions = new Map([...ledger.holdings].map(([symbol, { quantity }]) => [symbol, quantity]));
  for (const [conId, quantity] of ledger.foreign) {
    const symbol = symbolOf.get(conId) ?? `contract ${conId}`;
    positions.set(symbol, (positions.get(symbol) ?? 0) + quantity);
  }
  return positions;
}

import { canStillFill } from "../../brokers/ib/order-statuses.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Entry } from "../ledger/entry.js";
import { Ledger, type LedgerIdentity } from "../ledger/ledger.js";
import type { EntryRow } from "./entry-table.js";

/** Fewer entries than this are not worth the move. */
const FEWEST = 500;

/** What may leave a journal: all entries in front of `before`, for which `carried` stand in. */
export interface Departure {
  readonly before: number;
  readonly carried: readonly Entry[];
  /** The orders that leave. */
  readonly intents: ReadonlySet<number>;
}

/**
 * Finds how far a journal's entries are old and over: no order that is open, and nothing since `until`, hangs on them.
 * The broker cannot tell any of them again, for it tells executions of a day only.
 * @returns undefined where too few are
 */
export function departing(rows: readonly EntryRow[], identity: LedgerIdentity, until: Instant): Departure | undefined {
  const before = cutOf(rows, identity, until);
  const leaving = rows.filter(({ seq }) => seq < before);
  if (leaving.length < FEWEST) return undefined;
  const ledger = new Ledger(identity);
  ledger.restore(leaving.map(({ entry }) => entry));
  const intents = new Set(ledger.records.map(({ intent }) => intent.id));
  return { before, carried: carriedBy(ledger, leaving), intents };
}

/** The place of the first entry that has to stay. */
function cutOf(rows: readonly EntryRow[], identity: LedgerIdentity, until: Instant): number {
  const ledger = new Ledger(identity);
  ledger.restore(rows.map(({ entry }) => entry));
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  const intentOf = new Map<string, number>();
  let cut = (rows.at(-1)?.seq ?? 0) + 1;
  for (const { seq, entry } of rows) {
    if (entry.at >= until) cut = Math.min(cut, seq);
    if (entry.kind === "execution") intentOf.set(entry.base, entry.intent);
    const key = keyOf(entry, intentOf);
    if (key === undefined) continue;
    if (!first.has(key)) first.set(key, seq);
    last.set(key, seq);
  }
  for (const record of ledger.open) {
    for (const id of [record.intent.id, record.intent.parent]) cut = Math.min(cut, first.get(`intent ${id}`) ?? cut);
  }
  // What belongs together stays together; that may reach back to something else.
  for (let isSettled = false; !isSettled; ) {
    isSettled = true;
    for (const [key, start] of first) {
      if (start >= cut || (last.get(key) as number) < cut) continue;
      cut = start;
      isSettled = false;
    }
  }
  return cut;
}

/** What an entry belongs to: an order, or an execution of others. */
function keyOf(entry: Entry, intentOf: ReadonlyMap<string, number>): string | undefined {
  if (entry.kind === "intent") return `intent ${entry.id}`;
  if (entry.kind === "commission" || entry.kind === "execution") {
    const intent = intentOf.get(entry.base) ?? 0;
    return intent > 0 ? `intent ${intent}` : `execution ${entry.base}`;
  }
  return "intent" in entry && entry.intent > 0 ? `intent ${entry.intent}` : undefined;
}

function carriedBy(ledger: Ledger, leaving: readonly EntryRow[]): Entry[] {
  const at = leaving.at(-1)?.entry.at ?? 0;
  const symbolOf = new Map<number, string>();
  for (const { entry } of leaving) if ("conId" in entry && entry.conId > 0) symbolOf.set(entry.conId, entry.symbol);
  const carried: Entry[] = [...symbolOf].map(([conId, symbol]) => {
    const { quantity, basis, realised, fees } = ledger.holding(symbol);
    const foreign = ledger.foreign.get(conId) ?? 0;
    const isOpened = ledger.opened.has(conId);
    return { kind: "carry", at, symbol, conId, quantity, basis, realised, fees, foreign, isOpened, intents: 0 };
  });
  const nothing = { quantity: 0, basis: 0, realised: 0, fees: 0, foreign: 0, isOpened: false } as const;
  carried.push({ kind: "carry", at, symbol: "", conId: 0, ...nothing, intents: ledger.nextIntent - 1 });
  for (const blocks of ledger.blocks.values()) carried.push(...blocks.values());
  for (const order of ledger.foreignOrders.values()) if (canStillFill(order.status) !== false) carried.push(order);
  if (ledger.latestPass !== undefined) carried.push(ledger.latestPass);
  return carried;
}

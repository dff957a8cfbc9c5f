import { AUX_PRICE_IS, HAS_LIMIT, orderTypeOf } from "../../brokers/ib/order-names.js";
import { canStillFill } from "../../brokers/ib/order-statuses.js";
import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";
import { type OrderType, TIMES_IN_FORCE, type TimeInForce } from "../../core/orders/kinds.js";
import { OUTSIDE_RTH, TRAIL_FRACTION } from "../../core/orders/order-book.js";
import { orderInWords } from "../broker/order-in-words.js";
import { LiveError } from "../errors.js";
import type { AdjustmentName, ForeignOrderEntry } from "../ledger/entry.js";
import { executedForOthers } from "../ledger/filled-before.js";
import { DIFFERENCE, foreignKey, type Ledger } from "../ledger/ledger.js";
import { isMadeElsewhere } from "../ledger/made-elsewhere.js";
import { noteBlock } from "../ledger/note-block.js";
import { noteFilled } from "../ledger/note-filled.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { toldNumber, toldPrice } from "../ledger/told-number.js";
import { priceCell, unitsCell } from "../screen/cells.js";

/** What an operator knows that the broker does not tell. Each answers with one sentence of what was done. */

/**
 * Takes what others hold of an instrument over as the session's own.
 * @param price what a unit counts as having cost
 * @throws LiveError ADOPT_UNKNOWN
 */
export function adoptPosition(ledger: Ledger, symbol: string, conId: number, price: number, now: Instant): string {
  const quantity = ledger.foreign.get(conId) ?? 0;
  if (quantity === 0) throw new LiveError("ADOPT_UNKNOWN", { what: symbol });
  adjust(ledger, { name: "adopted", symbol, conId, own: quantity, foreign: -quantity, price, note: "" }, now);
  return `${quantity} units of ${symbol} are the session's from now on.`;
}

/**
 * Takes a foreign order over: what it fills from now on is the session's, and it joins the run that goes on.
 * @param what its orderRef, or the broker's number of it
 * @throws LiveError ADOPT_UNKNOWN, ADOPT_ENDED
 */
export function adoptOrder(ledger: Ledger, what: string, now: Instant): string {
  const order = foreignOrder(ledger, what);
  const type = order === undefined ? undefined : orderTypeOf(order.orderType, order.tif);
  // Without the broker's number nothing it does could be told to be its own.
  if (order === undefined || type === undefined || order.permId === 0) {
    throw new LiveError("ADOPT_UNKNOWN", { what });
  }
  const before = filledBefore(ledger, order);
  const left = order.quantity - before;
  if (canStillFill(order.status) === false || left <= DUST) {
    throw new LiveError("ADOPT_ENDED", { what, status: order.status, symbol: order.symbol });
  }
  const id = ledger.nextIntent;
  const side = /^B/i.test(order.action) ? 1 : -1;
  const tif = TIMES_IN_FORCE.find((one) => one === order.tif) ?? "DAY";
  const own = { ...order, quantity: left };
  ledger.foreignOrders.delete(foreignKey(order));
  ledger.note({
    kind: "intent",
    at: now,
    id,
    ref: ledger.refOf(id),
    ...termsOf(own, type, tif),
    side,
    madeAt: now,
    filledBefore: before,
  });
  const record = ledger.record(id) as OrderRecord;
  ledger.tell({ kind: "adopted", record });
  ledger.note({ ...statusOf(own), at: now, intent: id });
  const said = [
    `Order ${what} is the session's order ${id} from now on: ${orderInWords(record.intent)}.`,
    "It is among its orders, and what it fills is booked.",
  ];
  if (before > 0) said.push(`The ${unitsCell(before)} units that it had filled before stay with others.`);
  if (isMadeElsewhere(ledger, record)) {
    said.push(`Only client id ${order.clientId}, which made it, can change or cancel it.`);
  }
  return said.join(" ");
}

/**
 * Units that a foreign order has filled by now: those are booked as others', whether their executions are known, on their
 * way, or of days before and not told any more.
 */
function filledBefore(ledger: Ledger, { permId, filled }: ForeignOrderEntry): number {
  return Math.max(executedForOthers(ledger.executions.values(), permId), filled);
}

/** A foreign order by its orderRef or the broker's number of it. */
export function foreignOrder(ledger: Ledger, what: string): ForeignOrderEntry | undefined {
  return [...ledger.foreignOrders.values()].find(
    (one) => (one.orderRef !== "" && one.orderRef === what) || String(one.permId) === what,
  );
}

/** Names an open difference of an instrument's position, as units of the session's or of others. */
export function nameDifference(
  ledger: Ledger,
  { symbol, conId, quantity, name, price, note }: NamedDifference,
  now: Instant,
): string {
  const block = ledger.blocks.get(symbol)?.get(DIFFERENCE);
  const difference = block?.difference ?? 0;
  if (Math.abs(difference - quantity) > DUST || Math.abs(quantity) <= DUST) {
    throw new LiveError("NAME_INVALID", { symbol, difference, quantity });
  }
  const isForeign = name === "foreign";
  const own = isForeign ? 0 : quantity;
  adjust(ledger, { name, symbol, conId, own, foreign: isForeign ? quantity : 0, price, note }, now);
  noteBlock(ledger, { at: now, symbol, why: DIFFERENCE, isSet: false, detail: `named ${name} by the operator` });
  const whose = isForeign
    ? "counts as others', and the session leaves it alone"
    : `counts as the session's own, by ${name}`;
  return `The difference of ${unitsCell(quantity)} ${symbol} ${whose}. ${blockInWords(ledger, symbol)}`;
}

export interface NamedDifference {
  readonly symbol: string;
  readonly conId: number;
  /** Signed units: all of the difference that is shown. */
  readonly quantity: number;
  readonly name: Extract<AdjustmentName, "foreign" | "exercise" | "transfer" | "correction">;
  readonly price: number;
  readonly note: string;
}

/** What has become of a lost order: nothing, or a fill of so many units. */
export type Settlement =
  | { readonly as: "dead" }
  | { readonly as: "filled"; readonly quantity: number; readonly price: number };

/**
 * Settles an order whose fate the broker does not tell.
 * @throws LiveError SETTLE_UNKNOWN, SETTLE_KNOWN, SETTLE_INVALID
 */
export function settle(ledger: Ledger, intent: number, settlement: Settlement, now: Instant): string {
  const record = ledger.record(intent);
  if (record === undefined) throw new LiveError("SETTLE_UNKNOWN", { intent });
  if (!record.isUnknown && !record.isUndead && record.passes === 0) {
    throw new LiveError("SETTLE_KNOWN", { intent: record.intent.ref, state: record.state });
  }
  if (settlement.as === "filled") bookFill(ledger, record, settlement.quantity, settlement.price, now);
  const text = "the operator says so";
  if (record.remaining <= DUST && !record.isUndead) noteFilled(ledger, record, now);
  else {
    ledger.note({ kind: "verdict", at: now, intent, verdict: "dead", code: "LOST", text, remedy: "", passes: 0 });
  }
  const { symbol } = record.intent;
  for (const why of [`lost ${intent}`, `undead ${intent}`]) {
    noteBlock(ledger, { at: now, symbol, why, isSet: false, detail: "settled by the operator" });
  }
  return `${settledInWords(record, settlement)} ${blockInWords(ledger, symbol)}`;
}

/** What an order counts as from now on. */
function settledInWords({ intent, asked, filled }: OrderRecord, settlement: Settlement): string {
  const what = `Order ${intent.ref} (${orderInWords(intent)}) counts as`;
  const left = asked.quantity - filled;
  const rest = left > DUST ? `, and the other ${unitsCell(left)} as gone` : "";
  if (settlement.as === "filled") {
    return `${what} filled with ${unitsCell(settlement.quantity)} at ${priceCell(settlement.price)}${rest}.`;
  }
  return filled > DUST ? `${what} filled with ${unitsCell(filled)}${rest}.` : `${what} gone: nothing of it has filled.`;
}

/** Whether an instrument that something was settled of is still blocked by something else. */
function blockInWords(ledger: Ledger, symbol: string): string {
  const block = ledger.blockOf(symbol);
  if (block === undefined) return `Orders that increase a position in ${symbol} may leave again.`;
  return `Orders that increase a position in ${symbol} stay denied: ${block.detail}.`;
}

function bookFill(ledger: Ledger, record: OrderRecord, quantity: number, price: number, now: Instant): void {
  const { id, symbol, conId, side } = record.intent;
  const left = record.remaining;
  if (!(quantity > 0 && quantity <= left + DUST) || !Number.isFinite(price)) {
    throw new LiveError("SETTLE_INVALID", { intent: record.intent.ref, quantity, price, left });
  }
  adjust(
    ledger,
    { name: "recovered", symbol, conId, own: side * quantity, foreign: 0, price, note: "settled by the operator" },
    now,
    id,
  );
}

interface Change {
  readonly name: AdjustmentName;
  readonly symbol: string;
  readonly conId: number;
  readonly own: number;
  readonly foreign: number;
  readonly price: number;
  readonly note: string;
}

function adjust(ledger: Ledger, change: Change, now: Instant, intent = 0): void {
  const isEstimate = change.name === "recovered";
  ledger.note({ kind: "adjustment", at: now, ...change, intent, isEstimate, numerator: 1, denominator: 1 });
}

function termsOf(order: ForeignOrderEntry, type: OrderType, tif: TimeInForce) {
  const { symbol, conId, orderId, clientId, permId, quantity, limit, aux, outsideRth } = order;
  const trails = AUX_PRICE_IS[type] === "trail";
  const percent = trails ? toldPrice(order.trailingPercent) : Number.NaN;
  const isTrailFraction = percent > 0;
  return {
    orderId,
    clientId,
    permId,
    symbol,
    conId,
    type,
    tif,
    quantity,
    // That of a trailing one moves with its stop.
    limit: HAS_LIMIT.includes(type) ? toldPrice(limit) : Number.NaN,
    stop: toldPrice(trails ? order.trailStop : aux),
    trail: isTrailFraction ? percent / 100 : trails ? toldPrice(aux) : Number.NaN,
    isTrailFraction,
    limitOffset: type === "trailing-stop-limit" ? toldNumber(order.limitOffset) : Number.NaN,
    goodTill: Number.NaN,
    outsideRth,
    parent: 0,
    group: "",
    flags: (isTrailFraction ? TRAIL_FRACTION : 0) | (outsideRth ? OUTSIDE_RTH : 0),
    tag: "adopted",
  } as const;
}

function statusOf({ status, permId, quantity, limit, aux }: ForeignOrderEntry) {
  return {
    kind: "status",
    source: "open",
    status,
    filled: 0,
    averagePrice: Number.NaN,
    permId,
    whyHeld: "",
    said: "",
    quantity,
    limit,
    aux,
  } as const;
}

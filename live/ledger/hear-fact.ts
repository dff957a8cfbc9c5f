import { AUX_PRICE_IS, orderTypeOf } from "../../brokers/ib/order-names.js";
import { canStillFill } from "../../brokers/ib/order-statuses.js";
import type { BrokerOrder } from "../../brokers/tws/account/broker-order.js";
import { type BrokerExecution, execIdParts } from "../../brokers/tws/account/executions.js";
import type { OrderTold } from "../../brokers/tws/connection/link.js";
import type { OrderFact, StatusFact } from "../../brokers/tws/orders/order-fact.js";
import { DUST } from "../../core/dust.js";
import { type Instant, MINUTE } from "../../core/market/bar-size.js";
import type { ForeignOrderEntry, StatusEntry, Verdict } from "./entry.js";
import { foreignKey, type Ledger } from "./ledger.js";
import { matchExecution, matchOrder, matchStatus } from "./match.js";
import { noteBlock } from "./note-block.js";
import { isFinalCount, type OrderRecord } from "./order-record.js";
import { toldNumber } from "./told-number.js";

const CANCEL_CODES = [136, 161, 10147, 10148];
const CHANGE_CODES = [104, 105, 329, 2102];
/** In answer to a child: its parent is not there. */
const NO_SUCH_ORDER = 135;
/** A preset of TWS has touched the order: it may be told cancelled and live. */
const PRESET_CODE = 10349;
/** How often a price is noted of an order of others that moves by itself. */
const FOLLOWED_EVERY = MINUTE;

/**
 * Takes what was learnt of an order into the ledger. Facts may come in any order, repeated, late or not at all: what is
 * known already changes nothing, and what cannot be joined to an intent is foreign.
 */
export function hearFact(ledger: Ledger, fact: OrderFact, now: Instant): void {
  switch (fact.kind) {
    case "status":
      hearStatus(ledger, fact, now);
      break;
    case "open":
    case "completed":
      hearOrder(ledger, fact.kind, fact.order, now);
      break;
    case "execution":
      hearExecution(ledger, fact.execution, now);
      break;
    case "commission":
      hearCommission(ledger, fact.execId, fact.commission, fact.currency, now);
      break;
    case "position":
      // Whose it is only a look at the account can say.
      break;
    case "refused":
      hearRefusal(ledger, fact.told, now);
      break;
    case "written":
    case "unsent": {
      const record = ledger.byOrder(fact.orderId);
      if (record === undefined) break;
      const reason = fact.kind === "unsent" ? fact.reason : "";
      const isWritten = fact.kind === "written";
      ledger.note({ kind: "sent", at: now, intent: record.intent.id, what: fact.what, isWritten, reason });
      break;
    }
  }
}

function hearStatus(ledger: Ledger, fact: StatusFact, now: Instant): void {
  const record = matchStatus(ledger, fact);
  if (record === undefined) {
    hearForeignStatus(ledger, fact, now);
    return;
  }
  noteStatus(ledger, record, {
    kind: "status",
    at: now,
    intent: record.intent.id,
    source: "status",
    status: fact.status,
    filled: record.ownPart(fact.filled),
    // What others have filled is in the average as well.
    averagePrice: record.filledBefore > 0 ? Number.NaN : fact.averagePrice,
    permId: fact.permId,
    whyHeld: fact.whyHeld,
    said: "",
    quantity: Number.NaN,
    limit: Number.NaN,
    aux: Number.NaN,
  });
}

function hearOrder(ledger: Ledger, source: "open" | "completed", order: BrokerOrder, now: Instant): void {
  if (order.account !== "" && order.account !== ledger.identity.account) return;
  if (ledger.isArchived(order.orderRef)) return;
  const record = matchOrder(ledger, order);
  if (record === undefined) {
    // What others have ended was their business before it was seen here.
    if (source === "open" || ledger.foreignOrders.has(foreignKey(order))) noteForeign(ledger, order, now);
    return;
  }
  noteStatus(ledger, record, {
    kind: "status",
    at: now,
    intent: record.intent.id,
    source,
    status: order.status,
    filled: record.ownPart(order.filled),
    averagePrice: Number.NaN,
    permId: order.permId,
    // The list does not say what holds an order; what is known of it stands.
    whyHeld: order.status === record.status ? record.whyHeld : "",
    said: source === "completed" ? order.completedStatus : "",
    quantity: record.ownPart(order.quantity),
    limit: order.limitPrice ?? Number.NaN,
    aux: order.auxPrice ?? Number.NaN,
  });
}

/** What an order has been told to be before is no news, and is not kept. */
function noteStatus(ledger: Ledger, record: OrderRecord, entry: StatusEntry): void {
  // That no more has filled than is booked is news of one that a message has ended.
  const isCount = record.isUncounted && isFinalCount(entry);
  // What else is told of an order whose end the broker has told can only be late.
  const isOver = record.end?.isTold === true && record.isEndHeard && !record.isUndead;
  if (isOver && !isCount && !(entry.filled > record.fills.told)) return;
  const { told } = record.terms;
  // Of one that counts as gone it is news that the broker has it, be it as it was.
  const isClaimed = record.isConcluded && !record.isUndead && canStillFill(entry.status) === true;
  // Nor that one has ended that was told dead, seemed to live, and is told dead again.
  const isOverAgain = record.isUndead && canStillFill(entry.status) === false;
  // And that it is as it was is an answer to a change that asks for just that.
  const isAnswer = record.terms.isChanging && record.terms.areAgreed;
  const isKnown =
    !isClaimed &&
    !isCount &&
    !isOverAgain &&
    !isAnswer &&
    record.isAnswered &&
    !record.isUnknown &&
    entry.status === record.status &&
    entry.whyHeld === record.whyHeld &&
    !(entry.filled > record.fills.told) &&
    (entry.permId === 0 || record.permId !== 0) &&
    (entry.quantity !== entry.quantity ||
      (entry.quantity === told.quantity && Object.is(entry.limit, told.limit) && Object.is(entry.aux, told.aux)));
  if (isKnown) return;
  ledger.note(entry);
}

function hearExecution(ledger: Ledger, told: BrokerExecution, now: Instant): void {
  const { account } = ledger.identity;
  if (told.execId === "" || (told.account !== "" && told.account !== account)) return;
  if (ledger.isArchived(told.orderRef)) return;
  if (told.commission !== undefined) {
    hearCommission(ledger, told.execId, told.commission, told.commissionCurrency ?? "", now);
  }
  const { base, revision } = execIdParts(told.execId);
  const known = ledger.executions.get(base);
  if (known !== undefined && known.revision >= revision) return;
  const side = /^(BOT|BUY)/i.test(told.side) ? 1 : -1;
  const record = known === undefined ? matchExecution(ledger, told, side) : ledger.record(known.intent);
  const symbol = record?.intent.symbol ?? ledger.symbolOf.get(told.conId) ?? told.symbol;
  if (record !== undefined) giveWay(ledger, record, told.shares - (known?.quantity ?? 0), now);
  ledger.note({
    kind: "execution",
    at: now,
    base,
    revision,
    intent: record?.intent.id ?? 0,
    symbol,
    conId: told.conId,
    orderId: told.orderId,
    clientId: told.clientId,
    permId: told.permId,
    orderRef: told.orderRef,
    side,
    quantity: told.shares,
    price: told.price,
    cumulative: record?.ownPart(told.cumulative) ?? told.cumulative,
    time: told.time,
  });
  if (record === undefined && ledger.isOwnRef(told.orderRef)) blockStranger(ledger, symbol, told, now);
}

/** An execution has come after all of which a part was booked from the change of position: that part makes room. */
function giveWay(ledger: Ledger, record: OrderRecord, quantity: number, now: Instant): void {
  const { executed, recovered, recoveredPrice, told, takenBack } = record.fills;
  if (recovered <= DUST) return;
  const final = record.end !== undefined ? told - takenBack : record.asked.quantity;
  const most = Math.max(final, executed + quantity);
  const excess = Math.min(recovered, executed + recovered + quantity - most);
  if (excess <= DUST) return;
  const { symbol, conId, side, id } = record.intent;
  ledger.note({
    kind: "adjustment",
    at: now,
    name: "recovered",
    symbol,
    conId,
    intent: id,
    own: -side * excess,
    foreign: 0,
    price: recoveredPrice,
    isEstimate: true,
    numerator: 1,
    denominator: 1,
    note: "its execution has come",
  });
}

function hearCommission(ledger: Ledger, execId: string, amount: number, currency: string, now: Instant): void {
  if (execId === "" || Number.isNaN(toldNumber(amount))) return;
  const { base, revision } = execIdParts(execId);
  const known = ledger.commissions.get(base);
  if (known !== undefined && known.revision > revision) return;
  if (known !== undefined && known.amount === amount && known.currency === currency) return;
  ledger.note({ kind: "commission", at: now, base, revision, amount, currency });
}

function hearRefusal(ledger: Ledger, told: OrderTold, now: Instant): void {
  const record = ledger.byOrder(told.orderId);
  if (record === undefined) return;
  const verdict = verdictOf(ledger, record, told);
  if (verdict === undefined) return;
  const { code, text, remedy } = told;
  const note = (one: Verdict): void =>
    ledger.note({
      kind: "verdict",
      at: now,
      intent: record.intent.id,
      verdict: one,
      code: `IB_${code}`,
      text,
      remedy,
      passes: 0,
    });
  if (code === PRESET_CODE) note("flash");
  note(verdict);
  if (verdict === "rejected") return;
  if (told.class === "order-uncertain" || !told.class.startsWith("order-")) {
    ledger.tell({ kind: "ask", reason: `order ${record.intent.id} was answered with ${code}, ${text}` });
  }
}

/** What a message about an order leads to; undefined where it says nothing new. */
function verdictOf(ledger: Ledger, record: OrderRecord, { class: meaning, code }: OrderTold): Verdict | undefined {
  switch (meaning) {
    case "order-rejected":
      return record.end === undefined ? "rejected" : undefined;
    case "order-cancelled":
      return record.end === undefined ? "cancelled" : undefined;
    case "order-notice":
    case "notice":
      return "notice";
  }
  if (code === NO_SUCH_ORDER && isOrphan(ledger, record)) return "rejected";
  const { isChangeSent } = record.terms;
  const isCancelling = record.cancelAt === record.cancelAt && !record.isCancelRefused;
  if (CANCEL_CODES.includes(code)) return isCancelling ? "cancel-refused" : "notice";
  if (isChangeSent && (CHANGE_CODES.includes(code) || !isCancelling)) return "change-refused";
  if (isCancelling) return "cancel-refused";
  return record.end === undefined && !record.isAccepted ? "unknown" : "notice";
}

/** Whether an order was never taken, and the one that it waits for was refused. */
function isOrphan(ledger: Ledger, { intent, isAccepted, end }: OrderRecord): boolean {
  return !isAccepted && end === undefined && ledger.record(intent.parent)?.end?.as === "rejected";
}

/** The broker knows an order by our name that the journal does not know: the journal is not the one it was. */
function blockStranger(ledger: Ledger, symbol: string, { orderRef, execId }: BrokerExecution, now: Instant): void {
  const detail = `execution ${execId} belongs to order ${orderRef}, which the journal does not know`;
  noteBlock(ledger, { at: now, symbol, why: `order ${orderRef}`, isSet: true, detail });
}

/** Only its status tells how much of an open order has filled: whoever adopts it has to know. */
function hearForeignStatus(ledger: Ledger, fact: StatusFact, now: Instant): void {
  const known = ledger.foreignOrders.get(foreignKey(fact));
  if (known === undefined) return;
  const filled = fact.filled > known.filled ? fact.filled : known.filled;
  const { status } = fact;
  if (status !== known.status || filled !== known.filled) ledger.note({ ...known, at: now, status, filled });
}

/**
 * Whether an order has other terms than are known, as where a journal of before knew less of it; other prices of one whose
 * prices follow the market by themselves are noted from time to time.
 */
function isChanged(known: ForeignOrderEntry, order: BrokerOrder, now: Instant): boolean {
  const { at, limit, aux } = known;
  const type = orderTypeOf(order.orderType, order.tif);
  // Of what nobody here can make no price is shown, nor of what has ended.
  if (type === undefined || canStillFill(order.status) === false) return false;
  const isTrailSame =
    Object.is(known.trailingPercent, order.trailingPercent ?? Number.NaN) &&
    Object.is(known.limitOffset, order.limitOffset ?? Number.NaN);
  if (!isTrailSame || known.outsideRth !== order.outsideRth) return true;
  const isSame = Object.is(limit, order.limitPrice ?? Number.NaN) && Object.is(aux, order.auxPrice ?? Number.NaN);
  return !isSame && (AUX_PRICE_IS[type] !== "trail" || now - at >= FOLLOWED_EVERY);
}

function noteForeign(ledger: Ledger, order: BrokerOrder, now: Instant): void {
  const known = ledger.foreignOrders.get(foreignKey(order));
  const filled = Math.max(order.filled, known?.filled ?? 0);
  const isSame =
    known !== undefined &&
    known.status === order.status &&
    known.quantity === order.quantity &&
    known.filled === filled &&
    !isChanged(known, order, now);
  if (isSame) return;
  const entry = {
    kind: "foreign-order",
    at: now,
    permId: order.permId,
    orderId: order.orderId,
    clientId: order.clientId,
    symbol: ledger.symbolOf.get(order.conId) ?? order.symbol,
    conId: order.conId,
    action: order.action,
    orderType: order.orderType,
    tif: order.tif,
    quantity: order.quantity,
    filled,
    limit: order.limitPrice ?? Number.NaN,
    aux: order.auxPrice ?? Number.NaN,
    trailStop: order.trailStopPrice ?? Number.NaN,
    trailingPercent: order.trailingPercent ?? Number.NaN,
    limitOffset: order.limitOffset ?? Number.NaN,
    outsideRth: order.outsideRth,
    orderRef: order.orderRef,
    status: order.status,
  } as const;
  ledger.note(entry);
  ledger.tell({ kind: "foreignOrder", order: entry });
}

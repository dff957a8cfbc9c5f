import { AUX_PRICE_IS, HAS_LIMIT, orderTypeOf } from "../brokers/ib/order-names.js";
import { canStillFill } from "../brokers/ib/order-statuses.js";
import { DUST } from "../core/dust.js";
import { type OrderStatus, TIMES_IN_FORCE } from "../core/orders/kinds.js";
import type { Ledger } from "./ledger/ledger.js";
import type { OrderRecord } from "./ledger/order-record.js";
import type {
  BlockView,
  FillView,
  ForeignPositionView,
  LostIntentView,
  OrderView,
  PositionView,
  ReconciliationView,
  SessionView,
} from "./session-view.js";

/** What a ledger alone tells of a session. */
export type LedgerView = Pick<
  SessionView,
  "positions" | "foreign" | "orders" | "foreignOrders" | "fills" | "blocks" | "lostIntents" | "reconciliation"
>;

/** Fills that are shown, of however many. */
const FILLS = 50;

/**
 * What a ledger comes to, for somebody who looks. It knows no market: marks, and what hangs on them and on a contract's
 * multiplier, are null. @param now for ages
 */
export function ledgerView(ledger: Ledger, now: number): LedgerView {
  return {
    positions: positions(ledger),
    foreign: foreign(ledger),
    orders: ledger.open.filter(({ isUncounted }) => !isUncounted).map((record) => orderView(ledger, record, now)),
    foreignOrders: foreignOrders(ledger, now),
    fills: fills(ledger),
    blocks: blocks(ledger),
    lostIntents: lostIntents(ledger),
    reconciliation: reconciliation(ledger),
  };
}

function positions(ledger: Ledger): PositionView[] {
  return [...ledger.holdings]
    .filter(([, { quantity }]) => quantity !== 0)
    .map(([symbol, { quantity, averagePrice }]) => ({
      symbol,
      quantity,
      averagePrice,
      mark: null,
      unrealised: null,
      realised: null,
      isUntraded: false,
    }));
}

function foreign(ledger: Ledger): ForeignPositionView[] {
  return [...ledger.foreign]
    .filter(([, quantity]) => quantity !== 0)
    .map(([conId, quantity]) => ({
      symbol: ledger.nameOf(conId),
      quantity,
      averagePrice: null,
    }));
}

function orderView(ledger: Ledger, record: OrderRecord, now: number): OrderView {
  const { intent, asked, filled } = record;
  const parent = ledger.record(intent.parent);
  return {
    ref: intent.ref,
    symbol: intent.symbol,
    side: intent.side > 0 ? "buy" : "sell",
    type: intent.type,
    tif: intent.tif,
    quantity: asked.quantity,
    filled,
    limit: known(asked.limit),
    stop: known(asked.stop),
    status: statusOf(record),
    age: now - intent.madeAt,
    isExit: parent !== undefined && parent.intent.symbol === intent.symbol && parent.intent.side !== intent.side,
    isUntraded: false,
  };
}

function statusOf(record: OrderRecord): OrderStatus {
  const { state } = record;
  switch (state) {
    case "intended":
    case "sent":
      return "submitted";
    case "lost":
      return "unknown";
    case "acknowledged":
      if (record.wantsCancel) return "pending cancel";
      return record.isTriggered ? "triggered" : "accepted";
    default:
      return state;
  }
}

function foreignOrders(ledger: Ledger, now: number): OrderView[] {
  return [...ledger.foreignOrders.values()]
    .filter(({ status }) => canStillFill(status) !== false)
    .map((order) => {
      const { tif, filled, orderRef } = order;
      const type = orderTypeOf(order.orderType, tif) ?? "market";
      return {
        ref: orderRef === "" ? String(order.permId) : orderRef,
        symbol: order.symbol,
        side: /^B/i.test(order.action) ? "buy" : "sell",
        type,
        tif: TIMES_IN_FORCE.find((one) => one === tif) ?? "DAY",
        quantity: order.quantity,
        filled,
        limit: HAS_LIMIT.includes(type) ? known(order.limit) : null,
        stop: AUX_PRICE_IS[type] === "stop" ? known(order.aux) : null,
        status: filled > DUST ? "partially filled" : "accepted",
        age: now - order.at,
        isExit: false,
        isUntraded: false,
      };
    });
}

function fills(ledger: Ledger): FillView[] {
  const own = [...ledger.executions.values()].filter(({ intent, quantity }) => intent !== 0 && quantity > 0);
  return own
    .slice(-FILLS)
    .reverse()
    .map(({ at, base, intent, symbol, side, quantity, price }) => ({
      at,
      ref: ledger.refOf(intent),
      symbol,
      side: side > 0 ? "buy" : "sell",
      quantity,
      price,
      fee: ledger.commissions.get(base)?.amount ?? null,
      isRecovered: false,
    }));
}

function blocks(ledger: Ledger): BlockView[] {
  return [...ledger.blocks].flatMap(([symbol, about]) =>
    [...about.values()].map(({ at, why, detail }) => ({ symbol, since: at, reason: `${why}: ${detail}` })),
  );
}

function lostIntents(ledger: Ledger): LostIntentView[] {
  return ledger.open
    .filter(({ state }) => state === "lost")
    .map(({ intent, asked, passAt }) => ({
      ref: intent.ref,
      symbol: intent.symbol,
      side: intent.side > 0 ? "buy" : "sell",
      quantity: asked.quantity,
      since: passAt,
    }));
}

function reconciliation(ledger: Ledger): ReconciliationView | null {
  const { latestPass } = ledger;
  if (latestPass === undefined) return null;
  const { at, isFull, text } = latestPass;
  const differences = text === "" ? [] : text.split("; ");
  return {
    at,
    agreed: isFull && differences.length === 0,
    differences: isFull ? differences : ["not everything was told", ...differences],
  };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

import type { BrokerOrder } from "../../brokers/tws/account/broker-order.js";
import type { BrokerExecution } from "../../brokers/tws/account/executions.js";
import type { StatusFact } from "../../brokers/tws/orders/order-fact.js";
import type { Ledger } from "./ledger.js";
import type { OrderRecord } from "./order-record.js";

// Which order of the ledger something is told of: by the name we gave it, then by the broker's number, then by the id
// under which our client sent it.

export function matchStatus(ledger: Ledger, { permId, clientId, orderId }: StatusFact): OrderRecord | undefined {
  const known = ledger.byPerm(permId);
  if (known !== undefined) return known;
  if (clientId !== ledger.identity.clientId || orderId <= 0) return undefined;
  const record = ledger.byOrder(orderId);
  // The id was used before, by an order that is not ours.
  if (record !== undefined && permId > 0 && record.permId > 0 && record.permId !== permId) return undefined;
  return record;
}

export function matchOrder(ledger: Ledger, order: BrokerOrder): OrderRecord | undefined {
  const { orderRef, permId, clientId, orderId, conId, action } = order;
  if (ledger.isOwnRef(orderRef)) return ledger.byRef(orderRef);
  const known = ledger.byPerm(permId);
  if (known !== undefined) return known;
  // An order with a name of its own was made by somebody else, whatever its id.
  if (orderRef !== "" || clientId !== ledger.identity.clientId || orderId <= 0) return undefined;
  const record = ledger.byOrder(orderId);
  return record !== undefined && fits(record, conId, /^B/i.test(action) ? 1 : -1, permId) ? record : undefined;
}

export function matchExecution(ledger: Ledger, told: BrokerExecution, side: number): OrderRecord | undefined {
  const { orderRef, permId, clientId, orderId, conId, cumulative } = told;
  if (ledger.isOwnRef(orderRef)) return ledger.byRef(orderRef);
  const known = ledger.byPerm(permId);
  if (known !== undefined) return known.isOfBefore(cumulative) ? undefined : known;
  if (orderRef !== "" || clientId !== ledger.identity.clientId || orderId <= 0) return undefined;
  const record = ledger.byOrder(orderId);
  return record !== undefined && fits(record, conId, side, permId) ? record : undefined;
}

/** Whether an order that is known by its id alone can be this one. */
function fits(record: OrderRecord, conId: number, side: number, permId: number): boolean {
  const { intent } = record;
  if (conId > 0 && intent.conId > 0 && conId !== intent.conId) return false;
  if (permId > 0 && record.permId > 0 && permId !== record.permId) return false;
  return side === intent.side;
}

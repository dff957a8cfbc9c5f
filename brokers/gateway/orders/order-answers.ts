import { contractFields } from "../contracts/contract-fields.js";
import type { Listing } from "../contracts/listing.js";
import { type Message, orUnset } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";
import type { GatewayOrder } from "./gateway-order.js";

export function orderStatus(order: GatewayOrder, permId: number): Message {
  return [
    ANSWER.orderStatus,
    order.orderId,
    order.status,
    order.filled,
    order.remaining,
    order.averagePrice,
    permId,
    order.parentId,
    order.lastFillPrice,
    order.clientId,
    order.whyHeld,
    0,
  ];
}

/** One fill, as it is told when it happens and when it is asked for. */
export interface Execution {
  /** Ends in ".01"; a correction of it would end in ".02". */
  readonly execId: string;
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly account: string;
  readonly listing: Listing;
  readonly exchange: string;
  readonly isBuy: boolean;
  readonly quantity: number;
  readonly price: number;
  /** Epoch ms UTC. */
  readonly time: number;
  readonly cumulative: number;
  readonly averagePrice: number;
  readonly orderRef: string;
  readonly isLiquidation: boolean;
  /** 1 added, 2 removed liquidity. */
  readonly liquidity: number;
  readonly commission: number;
  /** Profit of what it closed, fees off; NaN where it closed nothing. */
  readonly realisedProfit: number;
}

/** @param request the request that asked for it; -1 for a fill that has just happened. @param time as it is written */
export function execution(request: number, one: Execution, time: string): Message {
  return [
    ANSWER.execution,
    request,
    one.orderId,
    ...contractFields(one.listing, one.exchange),
    one.execId,
    time,
    one.account,
    one.exchange,
    one.isBuy ? "BOT" : "SLD",
    one.quantity,
    one.price,
    one.permId,
    one.clientId,
    one.isLiquidation ? 1 : 0,
    one.cumulative,
    one.averagePrice,
    one.orderRef,
    "",
    0,
    "",
    one.liquidity,
    false,
  ];
}

export function commissionReport(one: Execution): Message {
  const { currency } = one.listing;
  return [
    ANSWER.commissionReport,
    1,
    one.execId,
    one.commission,
    currency,
    orUnset(one.realisedProfit),
    orUnset(Number.NaN),
    0,
  ];
}

export function executionsEnd(request: number): Message {
  return [ANSWER.executionsEnd, 1, request];
}

export function openOrdersEnd(): Message {
  return [ANSWER.openOrderEnd, 1];
}

export function completedOrdersEnd(): Message {
  return [ANSWER.completedOrdersEnd];
}

export function orderBound(permId: number, clientId: number, orderId: number): Message {
  return [ANSWER.orderBound, permId, clientId, orderId];
}

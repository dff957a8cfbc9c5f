import type { TwsContract, TwsOrder, TwsOrderState } from "../client/tws-api.js";

/** An order as the broker has it. Prices in the instrument's currency; undefined where the order has none. */
export interface BrokerOrder {
  /** 0 where the broker no longer tells it: of completed orders, and of those made by hand. */
  readonly orderId: number;
  readonly clientId: number;
  /** The broker's own number, the same for every client; 0 before it has one. */
  readonly permId: number;
  readonly parentId: number;
  readonly account: string;
  readonly conId: number;
  readonly symbol: string;
  readonly action: string;
  readonly orderType: string;
  readonly quantity: number;
  readonly filled: number;
  readonly limitPrice: number | undefined;
  readonly auxPrice: number | undefined;
  readonly tif: string;
  /** What whoever made it has called it. */
  readonly orderRef: string;
  /** IB's word, such as Submitted or Filled. */
  readonly status: string;
}

export function brokerOrder(
  orderId: number,
  contract: TwsContract,
  order: TwsOrder,
  state: TwsOrderState,
): BrokerOrder {
  return {
    orderId,
    clientId: order.clientId ?? 0,
    permId: order.permId ?? 0,
    parentId: order.parentId ?? 0,
    account: order.account ?? "",
    conId: contract.conId ?? 0,
    symbol: contract.localSymbol ?? contract.symbol ?? "",
    action: order.action ?? "",
    orderType: order.orderType ?? "",
    quantity: order.totalQuantity ?? 0,
    filled: order.filledQuantity ?? 0,
    limitPrice: order.lmtPrice,
    auxPrice: order.auxPrice,
    tif: order.tif ?? "",
    orderRef: order.orderRef ?? "",
    status: state.status ?? "",
  };
}

/** What tells an order from all others: the broker's number, or before it has one who made it under which id. */
export function orderKey({ permId, clientId, orderId }: BrokerOrder): string {
  return permId > 0 ? `perm ${permId}` : `client ${clientId} order ${orderId}`;
}

import { AUX_PRICE_IS, HAS_LIMIT, orderTypeOf } from "../../ib/order-names.js";
import type { TwsContract, TwsOrder, TwsOrderState } from "../client/tws-api.js";

/** An order as the broker has it. Prices in the instrument's currency; undefined where the order has none. */
export interface BrokerOrder {
  /** 0 where the broker no longer tells it: of completed orders, and of those made by hand. */
  readonly orderId: number;
  readonly clientId: number;
  /** The broker's own number, the same for every client; 0 before it has one. */
  readonly permId: number;
  /** Order id of its parent; 0 for none, and of completed orders. */
  readonly parentId: number;
  /** Of completed orders the broker's number of the parent; 0 for none. */
  readonly parentPermId: number;
  readonly account: string;
  readonly conId: number;
  readonly symbol: string;
  /** BUY or SELL. */
  readonly action: string;
  /** IB's word, such as LMT. */
  readonly orderType: string;
  readonly quantity: number;
  /** Told of completed orders only, else 0: of open ones the status tells it. */
  readonly filled: number;
  readonly limitPrice: number | undefined;
  /** Stop price, or the price that must be touched; of a trailing stop the amount by which it trails. */
  readonly auxPrice: number | undefined;
  /** Of a trailing stop where it stands. */
  readonly trailStopPrice: number | undefined;
  /** Of a trailing stop by how much it trails, in percent: 2 is a fiftieth. */
  readonly trailingPercent: number | undefined;
  /** Of a trailing stop-limit how far its limit lies beyond the stop. */
  readonly limitOffset: number | undefined;
  readonly tif: string;
  /** As TWS writes it; "" for none. */
  readonly goodTillDate: string;
  readonly outsideRth: boolean;
  /** What cancels each other; "" for none. A bracket's exits get one from TWS. */
  readonly ocaGroup: string;
  /** What whoever made it has called it. */
  readonly orderRef: string;
  /** IB's word, such as Submitted or Filled. */
  readonly status: string;
  /** Of completed orders, in IB's words: how it ended. */
  readonly completedStatus: string;
  /** What TWS warns of; "" for nothing. */
  readonly warning: string;
}

export function brokerOrder(
  orderId: number,
  contract: TwsContract,
  order: TwsOrder,
  state: TwsOrderState,
): BrokerOrder {
  const { orderType = "", tif = "" } = order;
  const type = orderTypeOf(orderType, tif);
  // TWS writes 0 for a price that a type does not have. Of types that nobody here makes, whatever it says is kept.
  const hasLimit = type === undefined || HAS_LIMIT.includes(type) || type === "trailing-stop-limit";
  const hasAux = type === undefined || type in AUX_PRICE_IS;
  const trails = type === undefined || AUX_PRICE_IS[type] === "trail";
  return {
    orderId,
    clientId: order.clientId ?? 0,
    permId: order.permId ?? 0,
    parentId: order.parentId ?? 0,
    parentPermId: order.parentPermId ?? 0,
    account: order.account ?? "",
    conId: contract.conId ?? 0,
    symbol: contract.localSymbol ?? contract.symbol ?? "",
    action: order.action ?? "",
    orderType,
    quantity: order.totalQuantity ?? 0,
    filled: order.filledQuantity ?? 0,
    limitPrice: hasLimit ? order.lmtPrice : undefined,
    auxPrice: hasAux ? order.auxPrice : undefined,
    trailStopPrice: trails ? order.trailStopPrice : undefined,
    trailingPercent: trails ? order.trailingPercent : undefined,
    limitOffset: type === undefined || type === "trailing-stop-limit" ? order.lmtPriceOffset : undefined,
    tif,
    goodTillDate: order.goodTillDate ?? "",
    outsideRth: order.outsideRth ?? false,
    ocaGroup: order.ocaGroup ?? "",
    orderRef: order.orderRef ?? "",
    status: state.status ?? "",
    completedStatus: state.completedStatus ?? "",
    warning: state.warningText ?? "",
  };
}

/** What tells an order from all others: the broker's number, or before it has one who made it under which id. */
export function orderKey({ permId, clientId, orderId }: BrokerOrder): string {
  return permId > 0 ? `perm ${permId}` : `client ${clientId} order ${orderId}`;
}

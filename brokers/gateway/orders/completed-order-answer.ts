import { type Message, UNSET_INTEGER } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";
import type { GatewayOrder } from "./gateway-order.js";
import {
  allocation,
  benchmarks,
  clearing,
  composition,
  contingencies,
  handling,
  pegs,
  terms,
  trail,
  volatility,
} from "./order-fields.js";

/** An order that has ended. It carries neither its order id nor its client's: who wants to know it needs its permId. */
export function completedOrder(order: GatewayOrder, permId: number, completedTime: string): Message {
  const own = order.attributes;
  return [
    ANSWER.completedOrder,
    ...terms(order),
    permId,
    ...handling(own),
    ...allocation(own),
    ...benchmarks(own),
    own.bit("sweepToFill"),
    own.bit("allOrNone"),
    own.orZero("minQty"),
    own.text("ocaType") || "3",
    own.orZero("triggerMethod"),
    ...volatility(own, []),
    ...trail(own),
    "",
    ...composition(own),
    ...clearing(own),
    order.status,
    ...contingencies(own),
    own.unset("trailStopPrice"),
    own.unset("lmtPriceOffset"),
    own.orZero("cashQty"),
    own.bit("dontUseAutoPriceForHedge"),
    own.bit("isOmsContainer"),
    "",
    order.filled,
    UNSET_INTEGER,
    own.bit("autoCancelParent"),
    "Not an insider or substantial shareholder",
    0,
    0,
    order.parentPermId,
    completedTime,
    order.completedStatus,
    ...pegs(own),
  ];
}

import { contractFields } from "../contracts/contract-fields.js";
import { type Field, type Message, UNSET_INTEGER } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";
import type { GatewayOrder } from "./gateway-order.js";
import {
  algo,
  combination,
  conditions,
  deltaNeutral,
  hedge,
  pegs,
  pegToBenchmark,
  scale,
  trail,
} from "./open-order-answer.js";
import type { OrderAttributes } from "./order-attributes.js";

/** An order that has ended. It carries neither its order id nor its client's: who wants to know it needs its permId. */
export function completedOrder(order: GatewayOrder, permId: number, completedTime: string): Message {
  const own = order.attributes;
  return [
    ANSWER.completedOrder,
    ...contractFields(order.listing, order.exchange, "?"),
    own.text("action"),
    order.quantity,
    own.text("orderType"),
    own.orZero("lmtPrice"),
    own.orZero("auxPrice"),
    own.text("tif"),
    own.text("ocaGroup"),
    order.account,
    own.text("openClose"),
    own.orZero("origin"),
    own.text("orderRef"),
    permId,
    own.bit("outsideRth"),
    own.bit("hidden"),
    own.orZero("discretionaryAmt"),
    own.text("goodAfterTime"),
    ...own.write("faGroup", "faMethod", "faPercentage", "modelCode", "goodTillDate", "rule80A"),
    own.unset("percentOffset"),
    own.text("settlingFirm"),
    own.orZero("shortSaleSlot"),
    own.text("designatedLocation"),
    own.text("exemptCode") || "-1",
    ...["startingPrice", "stockRefPrice", "delta", "stockRangeLower", "stockRangeUpper"].map((name) => own.unset(name)),
    own.orZero("displaySize"),
    own.bit("sweepToFill"),
    own.bit("allOrNone"),
    own.orZero("minQty"),
    own.text("ocaType") || "3",
    own.orZero("triggerMethod"),
    ...volatility(own),
    ...trail(own),
    "",
    ...combination(own),
    ...scale(own),
    ...hedge(own),
    own.text("clearingAccount"),
    own.text("clearingIntent") || "IB",
    own.bit("notHeld"),
    ...deltaNeutral(own),
    ...algo(own),
    own.bit("solicited"),
    order.status,
    own.bit("randomizeSize"),
    own.bit("randomizePrice"),
    ...pegToBenchmark(own),
    ...conditions(own),
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

/** As of an open order, without who clears and settles its delta neutral part. */
function volatility(own: OrderAttributes): Field[] {
  return [
    own.unset("volatility"),
    own.orZero("volatilityType"),
    own.text("deltaNeutralOrderType") || "None",
    own.orZero("deltaNeutralAuxPrice"),
    own.orZero("deltaNeutralConId"),
    own.bit("deltaNeutralShortSale"),
    own.orZero("deltaNeutralShortSaleSlot"),
    own.text("deltaNeutralDesignatedLocation"),
    own.bit("continuousUpdate"),
    own.orZero("referencePriceType"),
  ];
}

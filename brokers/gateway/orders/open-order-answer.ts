import { contractFields } from "../contracts/contract-fields.js";
import { type Field, type Message, UNSET_DOUBLE } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";
import type { GatewayOrder } from "./gateway-order.js";
import type { OrderAttributes } from "./order-attributes.js";

/** An open order with all that it says, as version 178 lays it out. @param permId 0 while a fault hides it */
export function openOrder(order: GatewayOrder, permId: number): Message {
  const own = order.attributes;
  return [
    ANSWER.openOrder,
    order.orderId,
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
    order.clientId,
    permId,
    own.bit("outsideRth"),
    own.bit("hidden"),
    own.orZero("discretionaryAmt"),
    own.text("goodAfterTime"),
    "",
    ...own.write("faGroup", "faMethod", "faPercentage", "modelCode", "goodTillDate", "rule80A"),
    own.unset("percentOffset"),
    own.text("settlingFirm"),
    own.orZero("shortSaleSlot"),
    own.text("designatedLocation"),
    own.text("exemptCode") || "-1",
    own.orZero("auctionStrategy"),
    ...["startingPrice", "stockRefPrice", "delta", "stockRangeLower", "stockRangeUpper"].map((name) => own.unset(name)),
    own.orZero("displaySize"),
    ...["blockOrder", "sweepToFill", "allOrNone"].map((name) => own.bit(name)),
    own.orZero("minQty"),
    own.text("ocaType") || "3",
    own.bit("eTradeOnly"),
    own.bit("firmQuoteOnly"),
    own.unset("nbboPriceCap"),
    order.parentId,
    own.orZero("triggerMethod"),
    ...volatility(own),
    ...trail(own),
    UNSET_DOUBLE,
    0,
    "",
    ...combination(own),
    ...scale(own),
    ...hedge(own),
    own.bit("optOutSmartRouting"),
    own.text("clearingAccount"),
    own.text("clearingIntent") || "IB",
    own.bit("notHeld"),
    ...deltaNeutral(own),
    ...algo(own),
    own.bit("solicited"),
    own.bit("whatIf"),
    order.status,
    ...impact(order),
    own.bit("randomizeSize"),
    own.bit("randomizePrice"),
    ...pegToBenchmark(own),
    ...conditions(own),
    own.text("adjustedOrderType") || "None",
    ...["triggerPrice", "trailStopPrice", "lmtPriceOffset", "adjustedStopPrice"].map((name) => own.unset(name)),
    ...["adjustedStopLimitPrice", "adjustedTrailingAmount"].map((name) => own.unset(name)),
    own.orZero("adjustableTrailingUnit"),
    own.text("softDollarName"),
    own.text("softDollarValue"),
    "",
    own.orZero("cashQty"),
    own.bit("dontUseAutoPriceForHedge"),
    own.bit("isOmsContainer"),
    own.bit("discretionaryUpToLimitPrice"),
    own.orZero("usePriceMgmtAlgo"),
    own.text("duration"),
    own.text("postToAts"),
    own.bit("autoCancelParent"),
    ...pegs(own),
  ];
}

/** Volatility and its delta neutral part; IB writes "None" for none, and its eight fields all the same. */
export function volatility(own: OrderAttributes): Field[] {
  const type = own.text("deltaNeutralOrderType") || "None";
  return [
    own.unset("volatility"),
    own.orZero("volatilityType"),
    type,
    own.orZero("deltaNeutralAuxPrice"),
    own.orZero("deltaNeutralConId"),
    ...own.write("deltaNeutralSettlingFirm", "deltaNeutralClearingAccount", "deltaNeutralClearingIntent"),
    own.text("deltaNeutralOpenClose") || "?",
    own.bit("deltaNeutralShortSale"),
    own.orZero("deltaNeutralShortSaleSlot"),
    own.text("deltaNeutralDesignatedLocation"),
    own.bit("continuousUpdate"),
    own.orZero("referencePriceType"),
  ];
}

export function trail(own: OrderAttributes): Field[] {
  return [own.unset("trailStopPrice"), own.unset("trailingPercent")];
}

export function combination(own: OrderAttributes): Field[] {
  return [...own.writeGroups("legs", 8), ...own.writeGroups("legPrices", 1), ...own.writeGroups("routing", 2)];
}

export function scale(own: OrderAttributes): Field[] {
  const increment = own.number("scalePriceIncrement");
  const fields: Field[] = [
    own.text("scaleInitLevelSize"),
    own.text("scaleSubsLevelSize"),
    own.unset("scalePriceIncrement"),
  ];
  if (!(increment > 0)) return fields;
  const amounts = ["scalePriceAdjustValue", "scalePriceAdjustInterval", "scaleProfitOffset"];
  return [
    ...fields,
    ...amounts.map((name) => own.text(name)),
    own.bit("scaleAutoReset"),
    own.text("scaleInitPosition"),
    own.text("scaleInitFillQty"),
    own.bit("scaleRandomPercent"),
  ];
}

export function hedge(own: OrderAttributes): Field[] {
  const type = own.text("hedgeType");
  return type === "" ? [""] : [type, own.text("hedgeParam")];
}

export function deltaNeutral(own: OrderAttributes): Field[] {
  if (!own.flag("deltaNeutral")) return [0];
  return [1, ...own.write("deltaNeutral.conId", "deltaNeutral.delta", "deltaNeutral.price")];
}

export function algo(own: OrderAttributes): Field[] {
  const strategy = own.text("algoStrategy");
  return strategy === "" ? [""] : [strategy, ...own.writeGroups("algo", 2)];
}

export function pegToBenchmark(own: OrderAttributes): Field[] {
  if (own.text("orderType").toUpperCase() !== "PEG BENCH") return [];
  return [
    own.orZero("referenceContractId"),
    own.bit("isPeggedChangeAmountDecrease"),
    own.orZero("peggedChangeAmount"),
    own.orZero("referenceChangeAmount"),
    own.text("referenceExchangeId"),
  ];
}

export function conditions(own: OrderAttributes): Field[] {
  const count = own.count("conditions");
  const fields: Field[] = [count];
  for (let i = 0; i < count; i++) fields.push(...own.text(`conditions.${i}`).split("\0"));
  if (count > 0) fields.push(own.bit("conditionsIgnoreRth"), own.bit("conditionsCancelOrder"));
  return fields;
}

export function pegs(own: OrderAttributes): Field[] {
  return [
    own.text("minTradeQty"),
    own.text("minCompeteSize"),
    own.text("competeAgainstBestOffset"),
    own.text("midOffsetAtWhole"),
    own.text("midOffsetAtHalf"),
  ];
}

/** Margin and commission: what a what-if order would do; of any other order nothing. */
function impact({ impact: told }: GatewayOrder): Field[] {
  if (told === undefined) return [...Array.from({ length: 12 }, () => UNSET_DOUBLE), "", ""];
  return [
    told.initialBefore,
    told.maintenanceBefore,
    told.equityBefore,
    told.initialAfter - told.initialBefore,
    told.maintenanceAfter - told.maintenanceBefore,
    told.equityAfter - told.equityBefore,
    told.initialAfter,
    told.maintenanceAfter,
    told.equityAfter,
    told.commission,
    UNSET_DOUBLE,
    UNSET_DOUBLE,
    told.currency,
    told.warning,
  ];
}

import { contractFields } from "../contracts/contract-fields.js";
import type { Field } from "../wire/message.js";
import type { GatewayOrder } from "./gateway-order.js";
import type { OrderAttributes } from "./order-attributes.js";

// Runs of fields that an open order and one that has ended have in common, in the order in which they stand there.

/** Contract, side, size, kind, prices, account and reference. */
export function terms(order: GatewayOrder): Field[] {
  const own = order.attributes;
  return [
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
  ];
}

/** When it may fill, and what of it is shown. */
export function handling(own: OrderAttributes): Field[] {
  return [own.bit("outsideRth"), own.bit("hidden"), own.orZero("discretionaryAmt"), own.text("goodAfterTime")];
}

/** For whom it is, until when, and how it is settled or sold short. */
export function allocation(own: OrderAttributes): Field[] {
  return [
    ...own.write("faGroup", "faMethod", "faPercentage", "modelCode", "goodTillDate", "rule80A"),
    own.unset("percentOffset"),
    own.text("settlingFirm"),
    own.orZero("shortSaleSlot"),
    own.text("designatedLocation"),
    own.text("exemptCode") || "-1",
  ];
}

/** Prices of the stock that it looks at, and the size it shows. */
export function benchmarks(own: OrderAttributes): Field[] {
  const prices = ["startingPrice", "stockRefPrice", "delta", "stockRangeLower", "stockRangeUpper"];
  return [...prices.map((name) => own.unset(name)), own.orZero("displaySize")];
}

/**
 * Volatility and its delta neutral part; IB writes "None" for none, and its fields all the same.
 * @param settlement who settles and clears that part, where it is told
 */
export function volatility(own: OrderAttributes, settlement: readonly Field[]): Field[] {
  return [
    own.unset("volatility"),
    own.orZero("volatilityType"),
    own.text("deltaNeutralOrderType") || "None",
    own.orZero("deltaNeutralAuxPrice"),
    own.orZero("deltaNeutralConId"),
    ...settlement,
    own.bit("deltaNeutralShortSale"),
    own.orZero("deltaNeutralShortSaleSlot"),
    own.text("deltaNeutralDesignatedLocation"),
    own.bit("continuousUpdate"),
    own.orZero("referencePriceType"),
  ];
}

/** Its legs, its scale and its hedge. */
export function composition(own: OrderAttributes): Field[] {
  return [...combination(own), ...scale(own), ...hedge(own)];
}

/** Who clears it, and what works it. */
export function clearing(own: OrderAttributes): Field[] {
  return [
    own.text("clearingAccount"),
    own.text("clearingIntent") || "IB",
    own.bit("notHeld"),
    ...deltaNeutral(own),
    ...algo(own),
    own.bit("solicited"),
  ];
}

/** What its size and price follow, and on what it depends. */
export function contingencies(own: OrderAttributes): Field[] {
  return [own.bit("randomizeSize"), own.bit("randomizePrice"), ...pegToBenchmark(own), ...conditions(own)];
}

export function trail(own: OrderAttributes): Field[] {
  return [own.unset("trailStopPrice"), own.unset("trailingPercent")];
}

function combination(own: OrderAttributes): Field[] {
  return [...own.writeGroups("legs", 8), ...own.writeGroups("legPrices", 1), ...own.writeGroups("routing", 2)];
}

function scale(own: OrderAttributes): Field[] {
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

function hedge(own: OrderAttributes): Field[] {
  const type = own.text("hedgeType");
  return type === "" ? [""] : [type, own.text("hedgeParam")];
}

function deltaNeutral(own: OrderAttributes): Field[] {
  if (!own.flag("deltaNeutral")) return [0];
  return [1, ...own.write("deltaNeutral.conId", "deltaNeutral.delta", "deltaNeutral.price")];
}

function algo(own: OrderAttributes): Field[] {
  const strategy = own.text("algoStrategy");
  return strategy === "" ? [""] : [strategy, ...own.writeGroups("algo", 2)];
}

function pegToBenchmark(own: OrderAttributes): Field[] {
  if (own.text("orderType").toUpperCase() !== "PEG BENCH") return [];
  return [
    own.orZero("referenceContractId"),
    own.bit("isPeggedChangeAmountDecrease"),
    own.orZero("peggedChangeAmount"),
    own.orZero("referenceChangeAmount"),
    own.text("referenceExchangeId"),
  ];
}

function conditions(own: OrderAttributes): Field[] {
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

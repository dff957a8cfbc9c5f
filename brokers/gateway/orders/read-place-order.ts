import { type ContractQuery, readContract } from "../contracts/contract-fields.js";
import type { FieldReader } from "../wire/field-reader.js";
import { MalformedRequest } from "../wire/field-reader.js";
import { OrderAttributes } from "./order-attributes.js";

/** An order as a client sent it. */
export interface PlacedOrder {
  readonly orderId: number;
  readonly contract: ContractQuery;
  readonly attributes: OrderAttributes;
}

/** How many fields a condition has behind its type and its conjunction, by its type. */
const CONDITION_FIELDS: Readonly<Record<number, number>> = { 1: 5, 3: 2, 4: 2, 5: 3, 6: 4, 7: 4 };

/** Reads placeOrder as version 178 lays it out. Which fields there are depends on fields that came before. */
export function readPlaceOrder(fields: FieldReader): PlacedOrder {
  const orderId = fields.int();
  const contract = readContract(fields);
  const own = new OrderAttributes();
  own.read(fields, "secIdType", "secId", "action", "totalQuantity", "orderType", "lmtPrice", "auxPrice");
  own.read(fields, "tif", "ocaGroup", "account", "openClose", "origin", "orderRef", "transmit", "parentId");
  own.read(fields, "blockOrder", "sweepToFill", "displaySize", "triggerMethod", "outsideRth", "hidden");
  if (contract.secType === "BAG") {
    own.readGroups(fields, "legs", 8);
    own.readGroups(fields, "legPrices", 1);
    own.readGroups(fields, "routing", 2);
  }
  own.read(fields, "sharesAllocation", "discretionaryAmt", "goodAfterTime", "goodTillDate");
  own.read(fields, "faGroup", "faMethod", "faPercentage", "modelCode");
  own.read(fields, "shortSaleSlot", "designatedLocation", "exemptCode", "ocaType", "rule80A", "settlingFirm");
  own.read(fields, "allOrNone", "minQty", "percentOffset", "eTradeOnly", "firmQuoteOnly", "nbboPriceCap");
  own.read(fields, "auctionStrategy", "startingPrice", "stockRefPrice", "delta", "stockRangeLower", "stockRangeUpper");
  own.read(fields, "overridePercentageConstraints", "volatility", "volatilityType");
  own.read(fields, "deltaNeutralOrderType", "deltaNeutralAuxPrice");
  if (own.text("deltaNeutralOrderType") !== "") {
    own.read(fields, "deltaNeutralConId", "deltaNeutralSettlingFirm", "deltaNeutralClearingAccount");
    own.read(fields, "deltaNeutralClearingIntent", "deltaNeutralOpenClose", "deltaNeutralShortSale");
    own.read(fields, "deltaNeutralShortSaleSlot", "deltaNeutralDesignatedLocation");
  }
  own.read(fields, "continuousUpdate", "referencePriceType", "trailStopPrice", "trailingPercent");
  readScale(fields, own);
  own.read(fields, "scaleTable", "activeStartTime", "activeStopTime", "hedgeType");
  if (own.text("hedgeType") !== "") own.read(fields, "hedgeParam");
  own.read(fields, "optOutSmartRouting", "clearingAccount", "clearingIntent", "notHeld", "deltaNeutral");
  if (own.flag("deltaNeutral")) own.read(fields, "deltaNeutral.conId", "deltaNeutral.delta", "deltaNeutral.price");
  own.read(fields, "algoStrategy");
  if (own.text("algoStrategy") !== "") own.readGroups(fields, "algo", 2);
  own.read(fields, "algoId", "whatIf", "miscOptions", "solicited", "randomizeSize", "randomizePrice");
  if (own.text("orderType").toUpperCase() === "PEG BENCH") {
    own.read(fields, "referenceContractId", "isPeggedChangeAmountDecrease", "peggedChangeAmount");
    own.read(fields, "referenceChangeAmount", "referenceExchangeId");
  }
  readConditions(fields, own);
  own.read(fields, "adjustedOrderType", "triggerPrice", "lmtPriceOffset", "adjustedStopPrice");
  own.read(fields, "adjustedStopLimitPrice", "adjustedTrailingAmount", "adjustableTrailingUnit");
  own.read(fields, "extOperator", "softDollarName", "softDollarValue", "cashQty");
  own.read(fields, "mifid2DecisionMaker", "mifid2DecisionAlgo", "mifid2ExecutionTrader", "mifid2ExecutionAlgo");
  own.read(fields, "dontUseAutoPriceForHedge", "isOmsContainer", "discretionaryUpToLimitPrice");
  own.read(fields, "usePriceMgmtAlgo", "duration", "postToAts", "autoCancelParent");
  own.read(fields, "advancedErrorOverride", "manualOrderTime");
  readPegs(fields, own, contract);
  fields.end();
  return { orderId, contract, attributes: own };
}

/** Seven more fields follow an increment above zero. */
function readScale(fields: FieldReader, own: OrderAttributes): void {
  own.read(fields, "scaleInitLevelSize", "scaleSubsLevelSize", "scalePriceIncrement");
  const increment = own.number("scalePriceIncrement");
  if (!(increment > 0)) return;
  own.read(fields, "scalePriceAdjustValue", "scalePriceAdjustInterval", "scaleProfitOffset", "scaleAutoReset");
  own.read(fields, "scaleInitPosition", "scaleInitFillQty", "scaleRandomPercent");
}

function readConditions(fields: FieldReader, own: OrderAttributes): void {
  const count = fields.int();
  own.set("conditions.count", count);
  for (let i = 0; i < count; i++) {
    const type = fields.int();
    const width = CONDITION_FIELDS[type];
    if (width === undefined) throw new MalformedRequest(`there is no condition of type ${type}`);
    const texts = [String(type), ...Array.from({ length: width + 1 }, () => fields.text())];
    own.set(`conditions.${i}`, texts.join("\0"));
  }
  if (count > 0) own.read(fields, "conditionsIgnoreRth", "conditionsCancelOrder");
}

function readPegs(fields: FieldReader, own: OrderAttributes, contract: ContractQuery): void {
  const type = own.text("orderType").toUpperCase();
  if (contract.exchange === "IBKRATS") own.read(fields, "minTradeQty");
  if (type === "PEG BEST") {
    own.read(fields, "minCompeteSize", "competeAgainstBestOffset");
    if (/^infini/i.test(own.text("competeAgainstBestOffset"))) own.read(fields, "midOffsetAtWhole", "midOffsetAtHalf");
  } else if (type === "PEG MID") {
    own.read(fields, "midOffsetAtWhole", "midOffsetAtHalf");
  }
}

import { type Field, type Message, UNSET_DOUBLE } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";
import type { GatewayOrder } from "./gateway-order.js";
import type { OrderAttributes } from "./order-attributes.js";
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

/** An open order with all that it says, as version 178 lays it out. @param permId 0 while a fault hides it */
export function openOrder(order: GatewayOrder, permId: number): Message {
  const own = order.attributes;
  return [
    ANSWER.openOrder,
    order.orderId,
    ...terms(order),
    order.clientId,
    permId,
    ...handling(own),
    "",
    ...allocation(own),
    own.orZero("auctionStrategy"),
    ...benchmarks(own),
    ...["blockOrder", "sweepToFill", "allOrNone"].map((name) => own.bit(name)),
    own.orZero("minQty"),
    own.text("ocaType") || "3",
    own.bit("eTradeOnly"),
    own.bit("firmQuoteOnly"),
    own.unset("nbboPriceCap"),
    order.parentId,
    own.orZero("triggerMethod"),
    ...volatility(own, deltaNeutralSettlement(own)),
    ...trail(own),
    UNSET_DOUBLE,
    0,
    "",
    ...composition(own),
    own.bit("optOutSmartRouting"),
    ...clearing(own),
    own.bit("whatIf"),
    order.status,
    ...impact(order),
    ...contingencies(own),
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

/** Who settles and clears a delta neutral part. */
function deltaNeutralSettlement(own: OrderAttributes): Field[] {
  return [
    ...own.write("deltaNeutralSettlingFirm", "deltaNeutralClearingAccount", "deltaNeutralClearingIntent"),
    own.text("deltaNeutralOpenClose") || "?",
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

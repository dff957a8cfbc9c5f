import { SECOND } from "../../../core/market/bar-size.js";
import type { TimeInForce } from "../../../core/orders/kinds.js";
import { AUX_PRICE_IS, HAS_LIMIT, IB_ORDER_TYPE, OCA_TYPES } from "../../ib/order-names.js";
import type { TwsOrder } from "../client/tws-api.js";
import { utcText } from "../history/history-times.js";
import type { OrderIntent } from "./order-intent.js";

/**
 * An order in IB's fields. What TWS would otherwise fill in from its presets is always said: the account, the time in
 * force, whether it is sent on, and whether it trades outside of regular hours.
 * @param transmit false for one that waits for the last of its family
 */
export function orderFields(intent: OrderIntent, account: string, transmit: boolean): TwsOrder {
  const { type, limit, stop, trail, limitOffset, goodTill, group } = intent;
  const tif = timeInForce(intent);
  const aux = AUX_PRICE_IS[type];
  const trails = aux === "trail";
  return {
    account,
    action: intent.side > 0 ? "BUY" : "SELL",
    orderType: IB_ORDER_TYPE[type],
    totalQuantity: intent.quantity,
    tif,
    transmit,
    orderRef: intent.ref,
    outsideRth: intent.outsideRth,
    ...(intent.parent !== 0 && { parentId: intent.parent }),
    ...(HAS_LIMIT.includes(type) && { lmtPrice: limit }),
    ...(aux === "stop" && { auxPrice: stop }),
    ...(trails && (intent.isTrailFraction ? { trailingPercent: percent(trail) } : { auxPrice: trail })),
    ...(trails && stop === stop && { trailStopPrice: stop }),
    ...(type === "trailing-stop-limit" && { lmtPriceOffset: limitOffset === limitOffset ? limitOffset : 0 }),
    // A whole second that is not after it.
    ...(tif === "GTD" && { goodTillDate: utcText(Math.floor(goodTill / SECOND) * SECOND) }),
    // As the simulated broker does it; and while one of them is at an exchange the others wait, so that no two can fill.
    ...(group !== "" && { ocaGroup: group, ocaType: OCA_TYPES.reduceWithBlock }),
  };
}

/**
 * Which of the orders that are sent together TWS sends on at once. It keeps the members of a family until the last of
 * them has come, so that a bracket becomes active whole or not at all; what has no parent here and is none waits for
 * nobody, for nobody would release it.
 */
export function transmits(intents: readonly OrderIntent[]): boolean[] {
  const families = intents.map(({ parent, orderId }) => (parent === 0 ? orderId : parent));
  return families.map((family, i) => families.lastIndexOf(family) === i);
}

/** IB says on-open with OPG, and takes orders for the close for the day only. */
function timeInForce({ type, tif }: OrderIntent): TimeInForce {
  if (type === "market-on-open" || type === "limit-on-open") return "OPG";
  if (type === "market-on-close" || type === "limit-on-close") return "DAY";
  return tif;
}

/** Without what binary arithmetic adds: 0.07 x 100 is 7.000000000000001. */
function percent(fraction: number): number {
  return Math.round(fraction * 1e10) / 1e8;
}

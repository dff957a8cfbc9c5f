import type { BrokerState } from "../account/broker-state.js";
import type { TwsCommission, TwsEvents } from "../client/tws-api.js";
import type { OrderFact, StatusFact } from "./order-fact.js";

export function statusFact([
  orderId,
  status,
  filled,
  remaining,
  averagePrice,
  permId,
  ,
  ,
  clientId,
  whyHeld,
]: TwsEvents["orderStatus"]): StatusFact {
  return {
    kind: "status",
    orderId,
    clientId: clientId ?? 0,
    permId: permId ?? 0,
    status,
    filled: filled ?? Number.NaN,
    remaining: remaining ?? Number.NaN,
    averagePrice: averagePrice ?? Number.NaN,
    whyHeld: whyHeld ?? "",
  };
}

/** Undefined for a report that tells no commission. */
export function commissionFact({ execId = "", commission, currency = "" }: TwsCommission): OrderFact | undefined {
  return commission === undefined ? undefined : { kind: "commission", execId, commission, currency };
}

/** The answers of a reading as facts: what is open, what has ended today, what was executed and what that cost. */
export function factsOf({ openOrders, completedOrders, executions }: BrokerState): OrderFact[] {
  return [
    ...openOrders.map((order): OrderFact => ({ kind: "open", order })),
    ...completedOrders.map((order): OrderFact => ({ kind: "completed", order })),
    ...executions.flatMap((execution): OrderFact[] => {
      const { execId, commission, commissionCurrency: currency = "" } = execution;
      const fact: OrderFact = { kind: "execution", execution };
      return commission === undefined ? [fact] : [fact, { kind: "commission", execId, commission, currency }];
    }),
  ];
}

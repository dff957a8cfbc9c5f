import { SECOND } from "../../../core/market/bar-size.js";
import type { TwsContract, TwsEvents, TwsExecution } from "../client/tws-api.js";
import { URGENCY } from "../connection/outbox.js";
import type { Question } from "../connection/question.js";
import type { UnnumberedQuestion } from "../connection/unnumbered.js";
import { type BrokerOrder, brokerOrder, orderKey } from "./broker-order.js";

/** Milliseconds for one list. */
export const LIST_WAIT = 10 * SECOND;

/** Called for a line of a list that could not be read: the list goes on without it. */
type Unread = () => void;

/**
 * The open orders of all clients, and those made by hand. TWS tells one several times; the last counts.
 * @param unread left out, the question fails where a line cannot be read; so with the other lists
 */
export function openOrders(timeOut: number, unread?: Unread): UnnumberedQuestion<readonly BrokerOrder[]> {
  return {
    what: "the open orders",
    timeOut,
    send: (api) => api.reqAllOpenOrders(),
    answers: (answer) => {
      const orders = new Map<string, BrokerOrder>();
      return {
        openOrder: (...told) => {
          const order = brokerOrder(...told);
          orders.set(orderKey(order), order);
        },
        openOrderEnd: () => answer.give([...orders.values()]),
        ...(unread !== undefined && { unread }),
      };
    },
  };
}

/** The orders that have ended today. */
export function completedOrders(timeOut: number, unread?: Unread): UnnumberedQuestion<readonly BrokerOrder[]> {
  return {
    what: "the completed orders",
    timeOut,
    send: (api) => api.reqCompletedOrders(false),
    answers: (answer) => {
      const orders: BrokerOrder[] = [];
      return {
        completedOrder: (...told) => {
          orders.push(brokerOrder(0, ...told));
        },
        completedOrdersEnd: () => answer.give(orders),
        ...(unread !== undefined && { unread }),
      };
    },
  };
}

/** What is held of one contract in one account. */
export interface BrokerPosition {
  readonly account: string;
  readonly conId: number;
  readonly symbol: string;
  readonly quantity: number;
  /** Cost of a unit, multiplier and commission included, as IB counts it. */
  readonly averageCost: number;
}

/** A position as TWS tells it. */
export function brokerPosition(
  ...[account, contract, quantity, averageCost = 0]: TwsEvents["position"]
): BrokerPosition {
  const symbol = contract.localSymbol ?? contract.symbol ?? "";
  return { account, conId: contract.conId ?? 0, symbol, quantity, averageCost };
}

/** @param goesOn whether TWS is to go on with every change, as it would until it is told not to */
export function positions(
  timeOut: number,
  unread?: Unread,
  goesOn = false,
): UnnumberedQuestion<readonly BrokerPosition[]> {
  let isAnswered = false;
  return {
    what: "the positions",
    timeOut,
    send: (api) => api.reqPositions(),
    // What is left of a list that came too late would answer whoever asks next.
    cancel: (api) => {
      if (!goesOn || !isAnswered) api.cancelPositions();
    },
    answers: (answer) => {
      const held = new Map<string, BrokerPosition>();
      return {
        position: (...told) => {
          const one = brokerPosition(...told);
          held.set(`${one.account} ${one.conId}`, one);
        },
        positionEnd: () => {
          isAnswered = true;
          answer.give([...held.values()].filter(({ quantity }) => quantity !== 0));
        },
        ...(unread !== undefined && { unread }),
      };
    },
  };
}

/** Executions as they were told, each with its contract. */
export type ToldExecutions = readonly (readonly [TwsContract, TwsExecution])[];

/**
 * The executions since midnight, of all clients. With nothing to report some gateways say nothing at all, not even that
 * they are done.
 */
export function executions(timeOut: number, unread?: Unread): Question<ToldExecutions> {
  return {
    what: "the executions",
    asker: "request",
    urgency: URGENCY.request,
    timeOut,
    send: (api, id) => api.reqExecutions(id, {}),
    answers: (answer) => {
      const told: (readonly [TwsContract, TwsExecution])[] = [];
      return {
        execDetails: (contract, execution) => {
          told.push([contract, execution]);
        },
        execDetailsEnd: () => answer.give(told),
        ...(unread !== undefined && { unread }),
      };
    },
  };
}

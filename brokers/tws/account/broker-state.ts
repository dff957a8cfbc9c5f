import type { TwsCommission } from "../client/tws-api.js";
import type { Link } from "../connection/link.js";
import { TwsError } from "../errors.js";
import {
  type BrokerPosition,
  completedOrders,
  executions,
  LIST_WAIT,
  openOrders,
  positions,
} from "./account-questions.js";
import type { BrokerOrder } from "./broker-order.js";
import { type BrokerExecution, brokerExecution, withoutCorrected } from "./executions.js";

/** All that the broker can tell of orders and what became of them: what a session holds its journal against. */
export interface BrokerState {
  readonly openOrders: readonly BrokerOrder[];
  /** Ended today, without their order ids, which IB does not tell: `permId` and `orderRef` say which they were. */
  readonly completedOrders: readonly BrokerOrder[];
  /** Since midnight; corrected ones only as they are now. */
  readonly executions: readonly BrokerExecution[];
  /** False where the broker has left the question for executions open, or one cannot be read: there may be some. */
  readonly hasAllExecutions: boolean;
  readonly positions: readonly BrokerPosition[];
  /** False where a line could not be read: what is not in the list may be there. */
  readonly hasAllOrders: boolean;
  readonly hasAllPositions: boolean;
}

/**
 * Reads it, after each connect and reconnect. Executions come after the orders and before the positions, so that what
 * happens meanwhile is in the positions without its execution rather than the other way around.
 * @param wait milliseconds for each list
 * @param positionsGoOn whether the link is told every change of a position from then on
 * @throws TwsError where a part of it is not answered
 */
export async function readBrokerState(link: Link, wait = LIST_WAIT, positionsGoOn = false): Promise<BrokerState> {
  let hasAllOrders = true;
  let hasAllExecutions = true;
  let hasAllPositions = true;
  const orderUnread = (): void => {
    hasAllOrders = false;
  };
  const executionUnread = (): void => {
    hasAllExecutions = false;
  };
  const positionUnread = (): void => {
    hasAllPositions = false;
  };
  const open = await link.askUnnumbered(openOrders(wait, orderUnread));
  const completed = await link.askUnnumbered(completedOrders(wait, orderUnread));
  const executed = await readExecutions(link, wait, executionUnread);
  const held = await link.askUnnumbered(positions(wait, positionUnread, positionsGoOn));
  return {
    openOrders: open,
    completedOrders: completed,
    executions: executed ?? [],
    hasAllExecutions: hasAllExecutions && executed !== undefined,
    positions: held,
    hasAllOrders,
    hasAllPositions,
  };
}

/** Undefined where TWS has said nothing at all, twice. */
async function readExecutions(
  link: Link,
  wait: number,
  unread: () => void,
): Promise<readonly BrokerExecution[] | undefined> {
  const commissions = new Map<string, TwsCommission>();
  const end = link.unnumbered.on("commissionReport", ([report]) => {
    if (report.execId !== undefined) commissions.set(report.execId, report);
  });
  try {
    for (let time = 0; time < 2; time++) {
      try {
        const told = await link.ask(executions(wait, unread));
        return withoutCorrected(
          told.map(([contract, one]) => brokerExecution(contract, one, commissions.get(one.execId ?? ""))),
        );
      } catch (error) {
        if (!(error instanceof TwsError) || error.code !== "REQUEST_TIMED_OUT") throw error;
      }
    }
    return undefined;
  } finally {
    end();
  }
}

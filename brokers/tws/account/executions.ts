import type { TwsCommission, TwsContract, TwsExecution } from "../client/tws-api.js";

/** A fill as the broker tells it. Prices in the instrument's currency, commission in its own. */
export interface BrokerExecution {
  readonly execId: string;
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly orderRef: string;
  readonly account: string;
  readonly conId: number;
  readonly symbol: string;
  /** BOT or SLD. */
  readonly side: string;
  readonly shares: number;
  readonly price: number;
  /** What the order has filled with it, as TWS counts. */
  readonly cumulative: number;
  /** As TWS writes it. */
  readonly time: string;
  readonly commission: number | undefined;
  readonly commissionCurrency: string | undefined;
}

export function brokerExecution(
  contract: TwsContract,
  execution: TwsExecution,
  commission: TwsCommission | undefined,
): BrokerExecution {
  return {
    execId: execution.execId ?? "",
    orderId: execution.orderId ?? 0,
    clientId: execution.clientId ?? 0,
    permId: execution.permId ?? 0,
    orderRef: execution.orderRef ?? "",
    account: execution.acctNumber ?? "",
    conId: contract.conId ?? 0,
    symbol: contract.localSymbol ?? contract.symbol ?? "",
    side: execution.side ?? "",
    shares: execution.shares ?? 0,
    price: execution.price ?? 0,
    cumulative: execution.cumQty ?? 0,
    time: execution.time ?? "",
    commission: commission?.commission,
    commissionCurrency: commission?.currency,
  };
}

/**
 * Each execution once: IB corrects one by another whose id ends in a higher number, "….01.01" by "….01.02", and tells
 * the same one again whenever it is asked.
 */
export function withoutCorrected<E extends { readonly execId: string }>(executions: readonly E[]): E[] {
  const byBase = new Map<string, E>();
  for (const one of executions) {
    const { base, revision } = execIdParts(one.execId);
    const known = byBase.get(base);
    if (known === undefined || execIdParts(known.execId).revision <= revision) byBase.set(base, one);
  }
  return [...byBase.values()];
}

export function execIdParts(execId: string): { base: string; revision: number } {
  const dot = execId.lastIndexOf(".");
  const revision = Number(execId.slice(dot + 1));
  return dot < 0 || Number.isNaN(revision) ? { base: execId, revision: 0 } : { base: execId.slice(0, dot), revision };
}

import type { Execution } from "./order-answers.js";

/** What executions are asked for by; what is empty or 0 is not asked by. */
export interface ExecutionFilter {
  readonly clientId: number;
  readonly account: string;
  /** Epoch ms UTC; NaN for none. */
  readonly since: number;
  readonly symbol: string;
  readonly secType: string;
  readonly exchange: string;
  /** BUY or SELL. */
  readonly side: string;
}

/** Every execution of a gateway, and the ids they have. */
export class ExecutionLog {
  readonly all: Execution[] = [];
  private count = 0;

  /** An id as IB's look: the last part counts corrections. It is the same in every run of the same orders. */
  takeId(): string {
    this.count++;
    return `0000e0d5.5e2f1c3a.${this.count.toString(16).padStart(6, "0")}.01`;
  }

  add(execution: Execution): void {
    this.all.push(execution);
  }

  matching(filter: ExecutionFilter): Execution[] {
    const said = (value: string, own: string): boolean => value === "" || value.toUpperCase() === own.toUpperCase();
    return this.all.filter(
      (one) =>
        (filter.clientId === 0 || filter.clientId === one.clientId) &&
        said(filter.account, one.account) &&
        !(one.time < filter.since) &&
        said(filter.symbol, one.listing.symbol) &&
        said(filter.secType, one.listing.secType) &&
        said(filter.exchange, one.exchange) &&
        said(filter.side, one.isBuy ? "BUY" : "SELL"),
    );
  }
}

import type { SessionView } from "./session-view.js";

/** What may be asked of a running session beside looking at it. */
export interface KillRequest {
  readonly reason: string;
  /** Close all positions of the session as well. */
  readonly flatten: boolean;
}

/** A foreign position by its symbol, or a foreign order by its orderRef or permId. */
export type AdoptRequest = { readonly symbol: string } | { readonly ref: string };

/** What the operator knows of a lost intent. */
export const SETTLEMENTS = ["never sent", "cancelled"] as const;
export interface SettleRequest {
  readonly ref: string;
  readonly as: (typeof SETTLEMENTS)[number];
}

export interface StopRequest {
  /** Close all positions before it ends; otherwise positions and their exits stay. */
  readonly flatten: boolean;
}

/**
 * A running session as an operator holds it. Each command answers, once it is done, one sentence of what was done; what
 * cannot be done is a SeatrialError and has changed nothing.
 */
export interface SessionControl {
  view(): SessionView;
  /** Turns the kill switch on: cancels what could increase a position, and denies new orders from then on. */
  kill(asked: KillRequest): Promise<string>;
  releaseKill(): Promise<string>;
  /** Cancels the session's orders and closes its positions, once; the strategy goes on. */
  flatten(): Promise<string>;
  adopt(asked: AdoptRequest): Promise<string>;
  /** Reads what the broker has and holds the journal against it, now. */
  reconcile(): Promise<string>;
  settle(asked: SettleRequest): Promise<string>;
  /** Ends the session in order; the answer comes before the process goes. */
  stop(asked: StopRequest): Promise<string>;
}

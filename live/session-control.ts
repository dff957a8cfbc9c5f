import type { SessionView } from "./session-view.js";

/** What may be asked of a running session beside looking at it. */
export interface KillRequest {
  readonly reason: string;
  /** Close all positions of the session as well. */
  readonly flatten: boolean;
}

/** A foreign position by its symbol, or a foreign order by its orderRef or permId. */
export type AdoptRequest = { readonly symbol: string } | { readonly ref: string };

/** What the operator knows of an order whose fate the broker does not tell: nothing came of it, or a fill. */
export type SettleRequest = { readonly ref: string } & (
  | { readonly as: "gone" }
  | { readonly as: "filled"; readonly quantity: number; readonly price: number }
);

/** What a session answers when a reconciliation has found no difference. */
export const BOOKS_AGREE = "Journal and broker agree.";

/** What a session answers when nothing of it is held any more, not even of what this run does not trade. */
export const ALL_CLOSED = "All positions of the session are closed.";

/** What a difference between the journal's position and the broker's may be called. */
export const DIFFERENCE_NAMES = ["foreign", "exercise", "transfer", "correction"] as const;

/** Names all of the difference that is shown of an instrument. */
export interface NameRequest {
  readonly symbol: string;
  /** Signed units. */
  readonly quantity: number;
  readonly as: (typeof DIFFERENCE_NAMES)[number];
}

export interface StopRequest {
  /** Close all positions before it ends; otherwise positions and working orders stay, also those that open something. */
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
  nameDifference(asked: NameRequest): Promise<string>;
  /**
   * Ends the session in order; the answer comes before the process goes. Once it is asked to close positions, no order is
   * made any more, even where it cannot end yet.
   * @throws LiveError STOP_UNFINISHED: positions were to be closed, their exits are cancelled or about to be, and not all
   * closing orders could be sent yet. The session goes on with it
   */
  stop(asked: StopRequest): Promise<string>;
}

import type { Instant } from "../../core/market/bar-size.js";
import type { Alert, AlertCode } from "../alerts.js";

/** Something a person may want to know of an order or an instrument, from which the session need do nothing. */
export interface LiveNotice {
  readonly at: Instant;
  readonly symbol: string;
  /** The intent it is about; 0 for none. */
  readonly intent: number;
  /** IB's code, or a word in capitals. */
  readonly code: string;
  readonly text: string;
}

/** A change of a position that no order of this run made, which the engine has to be told of. */
export interface UnbookedChange {
  readonly instrument: number;
  /** Signed units. */
  readonly quantity: number;
  readonly price: number;
  /** In the instrument's currency. */
  readonly fee: number;
  readonly reason: string;
}

/** What a live broker needs from the session it runs in. */
export interface BrokerNews {
  /** The broker has to be asked what became of things: a reconciliation is due. */
  ask(reason: string): void;
  notice(notice: LiveNotice): void;
  /** Calls a person, each time for something new. */
  alert(code: AlertCode, details: Alert["details"]): void;
  /** True where the engine has booked it; otherwise the instrument is blocked until the session starts again. */
  unbooked(change: UnbookedChange): boolean;
}

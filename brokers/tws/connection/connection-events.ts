import type { Instant } from "../../../core/market/bar-size.js";
import type { Refusal, TwsError } from "../errors.js";
import type { Farm } from "./farms.js";
import type { Latency } from "./heartbeat.js";
import type { OrderTold } from "./link.js";
import type { OutageTold } from "./outage.js";

/**
 * Where a connection stands. From `synchronising` on requests may be made; a session makes orders in `ready`, and in
 * `degraded` for what the broken farms do not touch.
 */
export type ConnectionState =
  | "disconnected"
  | "connecting"
  | "handshaking"
  /** Whatever may have changed meanwhile is being read. */
  | "synchronising"
  | "ready"
  /** A data farm is broken. */
  | "degraded"
  /** TWS is there, and has lost IB: no new orders, and all that still comes counts. */
  | "upstream lost";

export interface StateTold {
  readonly state: ConnectionState;
  readonly before: ConnectionState;
  readonly at: Instant;
  /** Why, where the change is for the worse. */
  readonly reason?: TwsError;
}

/** What a connection tells. */
export interface ConnectionEvents {
  state: StateTold;
  /** An attempt has failed, or a connection was lost; `nextAt` is undefined where no other attempt will be made. */
  failed: { readonly error: TwsError; readonly failures: number; readonly nextAt: Instant | undefined };
  /** Attempts have become rare: so many have failed in a row. */
  breaker: { readonly isOpen: boolean; readonly failures: number };
  outage: OutageTold;
  latency: Latency;
  farm: Farm;
  /** IB is back behind TWS; with `isDataLost` every stream has to be asked for again. */
  restored: { readonly isDataLost: boolean };
  /** A message of TWS that answers nobody. */
  notice: Refusal;
  order: OrderTold;
  /** A message could not be read, and is lost; `messageId` is the protocol's. */
  undecoded: { readonly problem: string; readonly messageId: string };
  /** A listener has thrown. Without anybody listening to this, the error is raised as uncaught. */
  listenerFailed: { readonly event: string; readonly error: unknown };
}

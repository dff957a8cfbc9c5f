import type { Instant } from "./market/bar-size.js";

/** Where a session's connection to its broker stands. */
export type ConnectionState =
  | "disconnected"
  | "connecting"
  | "handshaking"
  /** Whatever may have changed meanwhile is being read. */
  | "synchronising"
  /** Orders may be made. */
  | "ready"
  /** A part of the market data is broken: orders may be made for what it does not touch. */
  | "degraded"
  /** The broker's program is there, and has lost the broker: no new orders. */
  | "upstream lost";

/** What `onConnection` is told: the connection of a paper or live session has changed. */
export interface ConnectionEvent {
  readonly state: ConnectionState;
  /** Epoch ms UTC. */
  readonly time: Instant;
  /** Why, in words; "" where the change is for the better. */
  readonly reason: string;
}

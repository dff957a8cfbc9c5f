import type { TwsAddress } from "../client/tws-client.js";

/** Hears every message of a connection, as the fields that were on the wire. */
export interface Traffic {
  /** A connection is being dialled. */
  dialling(address: TwsAddress): void;
  sent(fields: readonly unknown[]): void;
  received(fields: readonly string[]): void;
  /** It is over, for this reason. */
  ended(reason: string): void;
}

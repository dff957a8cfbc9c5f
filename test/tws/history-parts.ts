import type { ConnectionOptions, TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { FindZone } from "../../brokers/tws/contracts/contract-hours.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import type { HistoryFailure } from "../../brokers/tws/history/source-shape.js";
import { TwsHistory } from "../../brokers/tws/history/tws-history.js";
import { zoneOffsets } from "../../data/zone-offsets.js";
import { connected } from "./connected.js";

export const findZone: FindZone = (zone) => {
  try {
    return zoneOffsets(zone);
  } catch {
    return undefined;
  }
};

/** A history over a connection that is ready. */
export async function historyFrom(
  port: number,
  options: Partial<ConnectionOptions> = {},
): Promise<{ history: TwsHistory; connection: TwsConnection; contracts: Contracts }> {
  const connection = await connected(port, options);
  const contracts = new Contracts(connection);
  return { history: new TwsHistory({ connection, contracts, findZone }), connection, contracts };
}

/** A signal that nobody aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

/** What was answered, where that is no failure. */
export function got<T extends { readonly kind: string }>(answer: T | HistoryFailure): T {
  if ("text" in answer) throw new Error(`${answer.kind}: ${answer.text}`);
  return answer;
}

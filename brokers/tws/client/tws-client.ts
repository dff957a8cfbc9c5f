import type { EventName, IBApi, IBApiCreationOptions } from "@stoqey/ib";
import { bytesWritten, type InsideHooks, mend, readsMessages } from "./library-insides.js";
import type { TwsApi, TwsRequests } from "./tws-api.js";

/** Where a TWS or IB Gateway is, and as whom it is spoken to. */
export interface TwsAddress {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
}

/** A client for one connection. */
export interface TwsClient {
  readonly api: TwsApi;
  /** The most bars that may be asked for at once. */
  readonly mostBars: number;
  /** Bytes written to the socket so far. */
  readonly written: () => number;
}

/** Makes a client for one connection; each attempt needs a new one. */
export type MakeClient = (address: TwsAddress, hooks: InsideHooks) => Promise<TwsClient>;

/** An answer has to stay below the library's limit of 16,777,215 bytes; a bar takes up to 110. */
const MOST_BARS = 120_000;
/** What the library reads in half a second where it is not mended; twice as many take four times as long. */
const MOST_BARS_UNMENDED = 5_000;

/**
 * The library queues messages beyond this many a second, even past the end of the connection. Messages are paced before
 * they are handed to it, so that nothing ever waits there.
 */
const NEVER_PACED = 100_000;

const NO_HOOKS: InsideHooks = {
  failed: () => undefined,
  bars: () => undefined,
  ticks: () => false,
  batch: () => undefined,
};

/** What is used of the client library. */
export interface ClientLibrary {
  readonly IBApi: new (options: IBApiCreationOptions) => IBApi;
  readonly EventName: Pick<typeof EventName, "currentTime" | "received">;
}

/** Makes clients of the library, loaded when the first is needed: that takes a tenth of a second. */
export const makeTwsClient: MakeClient = async (address, hooks) => clientOf(await import("@stoqey/ib"), address, hooks);

/**
 * A fresh client of the library. It is told everything that it would otherwise look for in a `.env` file of the working
 * directory, in the environment, or in a folder that its package does not have.
 */
export function clientOf({ IBApi, EventName }: ClientLibrary, address: TwsAddress, hooks: InsideHooks): TwsClient {
  const settings = { ...address, maxReqPerSec: NEVER_PACED };
  const trial = new IBApi(settings);
  const isMendable = mend(trial, NO_HOOKS) && readsMessages(trial, (tell) => trial.on(EventName.currentTime, tell));
  const client = new IBApi(settings);
  if (isMendable) mend(client, hooks);
  // A message at a time, then: the event comes before the message is read.
  else client.on(EventName.received, () => queueMicrotask(() => hooks.batch(0)));
  const requests: TwsRequests = client;
  // Its events are overloads by name, which no interface of ours can be assigned from.
  return {
    api: requests as TwsApi,
    mostBars: isMendable ? MOST_BARS : MOST_BARS_UNMENDED,
    written: () => bytesWritten(client),
  };
}

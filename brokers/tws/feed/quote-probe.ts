import { TICK_TYPES } from "../../ib/tick-types.js";
import type { Link } from "../connection/link.js";
import { URGENCY } from "../connection/outbox.js";
import { type ContractDetails, requestOf } from "../contracts/contract-details.js";
import { sizeOf } from "./quote-stream.js";

/** Bid, ask and last of a snapshot; NaN where it had none. */
export interface Snapshot {
  bid: number;
  ask: number;
  last: number;
}

/**
 * Asks for a snapshot of an instrument's quote, beside its stream.
 * @param done told once: what it held, or undefined where TWS refuses it
 * @returns what breaks it off
 */
export function probeQuote(
  link: Link,
  symbol: string,
  contract: ContractDetails,
  done: (snapshot: Snapshot | undefined) => void,
): () => void {
  const snapshot: Snapshot = { bid: Number.NaN, ask: Number.NaN, last: Number.NaN };
  let isAnswered = false;
  const price = (type: number, value: number): void => {
    if (type === TICK_TYPES.bid) snapshot.bid = value;
    else if (type === TICK_TYPES.ask) snapshot.ask = value;
    else if (type === TICK_TYPES.last) snapshot.last = value;
  };
  const end = (): void => {
    isAnswered = true;
    stop();
    done(snapshot);
  };
  const stop = link.openStream({
    what: `a snapshot of ${symbol}`,
    asker: "stream",
    urgency: URGENCY.request,
    send: (api, id) => api.reqMktData(id, requestOf(contract), "", true, false),
    // One that has ended is none any more.
    cancel: (api, id) => !isAnswered && api.cancelMktData(id),
    answers: {
      ticks: (fields) => {
        if (fields[0] === "1") price(Number(fields[3]), sizeOf(fields[4]));
        else if (fields[0] === "57") end();
      },
      tickPrice: price,
      tickSnapshotEnd: end,
    },
    ended: () => done(undefined),
  });
  return stop;
}

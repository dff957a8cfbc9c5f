import { TwsError } from "../errors.js";

declare const kind: unique symbol;
/** Names a request to TWS. */
export type RequestId = number & { readonly [kind]: "request" };
/** Names an order to TWS, together with the client id. */
export type OrderId = number & { readonly [kind]: "order" };

/**
 * TWS answers requests and orders in the same field. Orders count from 1, requests from here on, so that an error
 * always tells which of the two it is about.
 */
export const FIRST_REQUEST_ID = 1_000_000_000;
const LAST_ID = 2_147_483_647;

/** Request ids, each used once in the life of a process: a late answer never meets another request. */
export class RequestIds {
  private latest = FIRST_REQUEST_ID;

  next(): RequestId {
    if (this.latest === LAST_ID) this.latest = FIRST_REQUEST_ID;
    this.latest++;
    return this.latest as RequestId;
  }

  /** The one that was handed out last. */
  get used(): number {
    return this.latest;
  }
}

/**
 * The one source of order ids of a client id. TWS tells the next id that it would take, and has been seen to go back
 * after a restart, so the highest of all that were told or used counts.
 */
export class OrderIds {
  private highest: number;

  /** @param used the highest id this client id has ever used, as far as it is on record */
  constructor(used = 0) {
    this.highest = used;
  }

  /** What TWS says is the next one. @throws TwsError ORDER_IDS_TOO_HIGH */
  told(next: number): void {
    if (next >= FIRST_REQUEST_ID) throw tooHigh(next);
    this.highest = Math.max(this.highest, next - 1);
  }

  /** An id that was never handed out before, however many ask at once. @throws TwsError ORDER_IDS_TOO_HIGH */
  next(): OrderId {
    if (this.highest + 1 >= FIRST_REQUEST_ID) throw tooHigh(this.highest + 1);
    this.highest++;
    return this.highest as OrderId;
  }

  /** The highest id used, for the record. */
  get used(): number {
    return this.highest;
  }
}

/** Whether an id that came with an error is that of an order. */
export function isOrderId(id: number): id is OrderId {
  return id >= 0 && id < FIRST_REQUEST_ID;
}

function tooHigh(next: number): TwsError {
  return new TwsError("ORDER_IDS_TOO_HIGH", { next, limit: FIRST_REQUEST_ID });
}

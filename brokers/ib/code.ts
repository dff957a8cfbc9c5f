/**
 * What follows from a code that TWS or IB Gateway sends. A code alone seldom decides: who asked and what the text says
 * do as well (`classify` in codes.ts).
 */
export const CODE_CLASSES = {
  "connection-fatal": "Connecting again would end the same way: somebody has to change a setting.",
  "connection-retry": "Connect again after a wait, with the same client id.",
  disconnected: "The socket is gone: connect again; an order that was on its way is unknown until the broker is asked.",
  "upstream-lost": "TWS runs, IB's servers are out of reach: no new orders, and every callback still counts.",
  "upstream-restored": "IB's servers are back: check every stream, and reconcile orders and executions.",
  "farm-broken": "Data from one of IB's farms is interrupted: never a reason to drop the socket.",
  "farm-ok": "A farm is there: verify or renew the streams that were on it when it broke.",
  pacing: "Too much was asked for too fast: wait, and ask more slowly.",
  "subscription-failed": "This stream gives nothing, and asking again would not help.",
  "subscription-retry": "This stream has ended or did not begin: ask again after a wait.",
  "subscription-degraded": "This stream goes on with less than was asked for: no orders on it.",
  "no-data": "There is nothing in this interval: an answer, not a failure.",
  "request-failed": "This one request fails, and it would fail again as it is.",
  "request-retry": "This one request failed, and may succeed later or in smaller parts.",
  "request-too-large": "This one request asks for too much at once: ask for less.",
  "order-rejected":
    "A new order is dead; confirm it by its status or its absence among the open orders. In answer to a change or a cancel it leaves the order uncertain.",
  "order-cancelled": "The order has ended.",
  "order-uncertain": "Nothing may be concluded about the order: ask for open orders, completed orders and executions.",
  "order-notice": "The order lives; the text says how.",
  notice: "Nothing follows.",
} as const;

export type CodeClass = keyof typeof CODE_CLASSES;

/** What a code is about; the pages are ordered by it. */
export type CodeArea = "connection" | "farm" | "market data" | "history" | "order" | "account" | "request";

/** Who a message answers: the request behind its id, or nobody where the id is -1. */
export type Asker = "order" | "order change" | "order cancel" | "history" | "stream" | "request" | "nobody";

/** A case in which a code means something else than usual. Both conditions hold where both are given. */
export interface CodeCase {
  readonly asker?: Asker;
  /** What the text must match. IB's texts are English only where TWS is set to English. */
  readonly text?: RegExp;
  readonly class: CodeClass;
  /** What is wrong in this case, and what to do. */
  readonly says: string;
  readonly remedy: string;
}

export interface IbCode {
  readonly area: CodeArea;
  readonly class: CodeClass;
  /** What it means, in one sentence. */
  readonly says: string;
  /** What to do about it, in one sentence. */
  readonly remedy: string;
  /** Looked through in order; the first that fits replaces the above. */
  readonly cases?: readonly CodeCase[];
}

export type IbCodeTable = Readonly<Record<number, IbCode>>;

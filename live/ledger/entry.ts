import type { Instant } from "../../core/market/bar-size.js";
import type { OrderType, TimeInForce } from "../../core/orders/kinds.js";

// What a session's record is made of. Entries are facts in the order they became known; nothing is ever changed or
// taken back but by another entry. The ledger is what they come to, so that one rebuilt from a file is the one that
// was in memory.
//
// Prices are in the instrument's currency, quantities in units, instants in epoch ms UTC; NaN stands for a price,
// quantity or instant that is not there.

/** An order that the strategy has decided on. Committed before it is sent. */
export interface IntentEntry {
  readonly kind: "intent";
  readonly at: Instant;
  /** Counts from 1 in a journal. */
  readonly id: number;
  /** The orderRef that goes to the broker with it. */
  readonly ref: string;
  readonly orderId: number;
  readonly clientId: number;
  /** The broker's number where it is known from the start, as of an adopted order; 0 otherwise. */
  readonly permId: number;
  readonly symbol: string;
  readonly conId: number;
  /** +1 buys, -1 sells. */
  readonly side: number;
  readonly type: OrderType;
  readonly tif: TimeInForce;
  readonly quantity: number;
  readonly limit: number;
  readonly stop: number;
  readonly trail: number;
  readonly isTrailFraction: boolean;
  readonly limitOffset: number;
  readonly goodTill: Instant;
  readonly outsideRth: boolean;
  /** The intent whose fill makes this one active; 0 for none. */
  readonly parent: number;
  /** Orders of one group cancel each other: its name, "" for none. */
  readonly group: string;
  /** The flags of the order book, as they are there. */
  readonly flags: number;
  readonly tag: string;
  /** When the strategy made the order. */
  readonly madeAt: Instant;
  /** Of an adopted order: units that it had filled for others. Neither its quantity nor anything that is kept of it has them. */
  readonly filledBefore: number;
}

export type Asked = "order" | "change" | "cancel";

/** Something that is about to be asked of the broker, with the terms the order shall have. Committed before it is sent. */
export interface RequestEntry {
  readonly kind: "request";
  readonly at: Instant;
  readonly intent: number;
  readonly what: Asked;
  readonly quantity: number;
  readonly limit: number;
  readonly stop: number;
  readonly trail: number;
}

/** It was handed to the socket, or it certainly was not. */
export interface SentEntry {
  readonly kind: "sent";
  readonly at: Instant;
  readonly intent: number;
  readonly what: Asked;
  readonly isWritten: boolean;
  readonly reason: string;
}

/** What the broker has told of an order's state, where it is not what it had told before. */
export interface StatusEntry {
  readonly kind: "status";
  readonly at: Instant;
  readonly intent: number;
  readonly source: "status" | "open" | "completed";
  readonly status: string;
  readonly filled: number;
  readonly averagePrice: number;
  readonly permId: number;
  readonly whyHeld: string;
  /** How it ended, in the broker's words; "" where it does not say. */
  readonly said: string;
  /** The terms as the broker has them; NaN where it did not say. */
  readonly quantity: number;
  readonly limit: number;
  readonly aux: number;
}

/**
 * What follows for an order from something else than its status:
 * - `rejected`, `cancelled`, `expired`: it has ended, by a message with a code;
 * - `unsent`: it never left;
 * - `unknown`: it was sent, and no answer came in time;
 * - `lost`: a full reconciliation found no trace of it, for the `passes`-th time;
 * - `dead`: enough of them agree, or the operator has said so;
 * - `found`: a trace of it was found after all, and it works;
 * - `revived`: it works although it was told dead, and protects something: it counts as working again;
 * - `change-refused`, `cancel-refused`: that was refused, or has not arrived, and it works on as it was;
 * - `counted`: all that it has filled is booked, or in the position that the broker was read to hold;
 * - `short`: what the broker said was filled and never executed has not changed the position either;
 * - `flash`: its next end may be none (IB's code 10349);
 * - `notice`: a word about it from which nothing follows.
 */
export type Verdict =
  | "rejected"
  | "cancelled"
  | "expired"
  | "unsent"
  | "unknown"
  | "lost"
  | "dead"
  | "found"
  | "revived"
  | "change-refused"
  | "cancel-refused"
  | "counted"
  | "short"
  | "flash"
  | "notice";

export interface VerdictEntry {
  readonly kind: "verdict";
  readonly at: Instant;
  readonly intent: number;
  readonly verdict: Verdict;
  /** IB's code, or a word in capitals. */
  readonly code: string;
  readonly text: string;
  readonly remedy: string;
  readonly passes: number;
}

/** A fill as the broker tells it: ours by `intent`, or foreign with 0. */
export interface ExecutionEntry {
  readonly kind: "execution";
  readonly at: Instant;
  /** Its execId without the last segment, which counts corrections. */
  readonly base: string;
  readonly revision: number;
  readonly intent: number;
  readonly symbol: string;
  readonly conId: number;
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly orderRef: string;
  readonly side: number;
  /** Units, above zero; 0 of a revision that takes the execution back. */
  readonly quantity: number;
  readonly price: number;
  /** What its order has filled with it, as the broker counts; 0 where it does not say. */
  readonly cumulative: number;
  /** As TWS writes it. */
  readonly time: string;
}

/** What an execution cost. It may be told long before or after it. */
export interface CommissionEntry {
  readonly kind: "commission";
  readonly at: Instant;
  readonly base: string;
  readonly revision: number;
  /** In `currency`, as the broker tells it. */
  readonly amount: number;
  readonly currency: string;
}

/**
 * A named change of a position that no execution made:
 * - `opening`: what the account held beside the session when it was first looked at;
 * - `foreign`: what others have done to it without an execution that could be seen;
 * - `recovered`: a fill of an order of ours that can no longer be had, at an estimated price;
 * - `adopted`: what was foreign and is the session's from now on;
 * - `split`, `exercise`, `transfer`, `correction`.
 */
export type AdjustmentName =
  | "opening"
  | "foreign"
  | "recovered"
  | "adopted"
  | "split"
  | "exercise"
  | "transfer"
  | "correction";

export interface AdjustmentEntry {
  readonly kind: "adjustment";
  readonly at: Instant;
  readonly name: AdjustmentName;
  readonly symbol: string;
  readonly conId: number;
  /** The order whose fill is recovered; 0 for none. */
  readonly intent: number;
  /** Signed units that join what the session holds, */
  readonly own: number;
  /** and what others hold. */
  readonly foreign: number;
  readonly price: number;
  readonly isEstimate: boolean;
  /** Of a split: where `denominator` units stood, `numerator` stand. */
  readonly numerator: number;
  readonly denominator: number;
  readonly note: string;
}

/** An instrument takes no order that increases its position while a block is set. */
export interface BlockEntry {
  readonly kind: "block";
  readonly at: Instant;
  readonly symbol: string;
  /** What it is about, such as "difference" or "lost 12". */
  readonly why: string;
  readonly isSet: boolean;
  /** Of a difference: signed units that the broker has more. NaN of any other. */
  readonly difference: number;
  /** What was found, or how it was cleared. */
  readonly detail: string;
}

/** An order of the account that no intent of this journal made. */
export interface ForeignOrderEntry {
  readonly kind: "foreign-order";
  readonly at: Instant;
  readonly permId: number;
  readonly orderId: number;
  readonly clientId: number;
  readonly symbol: string;
  readonly conId: number;
  readonly action: string;
  readonly orderType: string;
  readonly tif: string;
  readonly quantity: number;
  readonly filled: number;
  readonly limit: number;
  /** Stop price, or of a trailing order the amount by which it trails. */
  readonly aux: number;
  /** Of a trailing order: the stop it had when this was told; and by how much it trails, in percent, where by no amount. */
  readonly trailStop: number;
  readonly trailingPercent: number;
  /** Of a trailing stop-limit: how far its limit lies beyond the stop. */
  readonly limitOffset: number;
  readonly outsideRth: boolean;
  readonly orderRef: string;
  readonly status: string;
}

/** A reconciliation that has been gone through. */
export interface PassEntry {
  readonly kind: "pass";
  readonly at: Instant;
  /** Whether all was told, and IB was reachable: only then may something be concluded from what is missing. */
  readonly isFull: boolean;
  readonly text: string;
}

/**
 * What entries that were moved out of a journal had come to, for one contract: it stands in their place. A contract of
 * its own, with conId 0, says how many intents they had.
 */
export interface CarryEntry {
  readonly kind: "carry";
  readonly at: Instant;
  readonly symbol: string;
  readonly conId: number;
  /** Signed units that the session held, their cost as quantity x price, and what was realised as the same. */
  readonly quantity: number;
  readonly basis: number;
  readonly realised: number;
  /** As the broker told them. */
  readonly fees: number;
  /** Signed units of others. */
  readonly foreign: number;
  readonly isOpened: boolean;
  /** The highest intent. */
  readonly intents: number;
}

export type Entry =
  | CarryEntry
  | IntentEntry
  | RequestEntry
  | SentEntry
  | StatusEntry
  | VerdictEntry
  | ExecutionEntry
  | CommissionEntry
  | AdjustmentEntry
  | BlockEntry
  | ForeignOrderEntry
  | PassEntry;

export type EntryKind = Entry["kind"];

import { MINUTE, SECOND } from "../../core/market/bar-size.js";

/** The order that a failure is to meet: the first of the strategy that fills where nothing fails. */
export interface MetOrder {
  /** Milliseconds from the beginning of the run. */
  readonly at: number;
  /** Which of the orders it is that come to the gateway, from 1. */
  readonly count: number;
}

/** What goes wrong in one run of a drill. */
export interface Failure {
  readonly name: string;
  /** What is done to the session, in a few words. */
  readonly done: string;
  /** Milliseconds behind the order until it is over. */
  readonly lasts: number;
  /** What the simulated gateway does, as a plan of faults has it. */
  readonly faults: (order: MetOrder) => readonly Readonly<Record<string, unknown>>[];
  /** When the process is killed and started again: as soon as the order is on its way, or some time behind it. */
  readonly kill?: "on the way" | "later";
}

/** How long before the order a failure begins that should be there when it is made. */
const LEAD = 20 * SECOND;

type Fields = Readonly<Record<string, unknown>>;

/** A fault that is there when the order is made, and for so long behind it. */
function around(fault: string, lasts: number, more: Fields = {}, lead = LEAD): Pick<Failure, "faults" | "lasts"> {
  return {
    lasts,
    faults: ({ at }) => [
      { fault, at: `+${Math.max(0, at - lead)}ms`, for: `${Math.min(at, lead) + lasts}ms`, ...more },
    ],
  };
}

/** A fault that waits for the order. */
function before(fault: string, more: Fields = {}): Pick<Failure, "faults" | "lasts"> {
  return { lasts: MINUTE, faults: ({ at }) => [{ fault, at: `+${Math.max(0, at - LEAD)}ms`, ...more }] };
}

/** A fault at the moment the order has come to the gateway. */
function upon(fault: string): Pick<Failure, "faults" | "lasts"> {
  return { lasts: MINUTE, faults: ({ count }) => [{ fault, on: "placeOrder", count }] };
}

/** The failures of a drill, in the order they are gone through. */
export const FAILURES: readonly Failure[] = [
  { name: "connection cut", done: "sockets closed as the order arrives", ...upon("cut") },
  { name: "connection reset", done: "sockets reset as the order arrives", ...upon("reset") },
  {
    name: "half-open socket",
    done: "nothing read or sent for a minute around the order, then reset",
    ...around("half-open", 40 * SECOND),
  },
  {
    name: "silence",
    done: "requests taken and nothing answered for a minute around the order, then cut",
    lasts: 40 * SECOND,
    faults: (order) => [
      ...around("silence", 40 * SECOND).faults(order),
      { fault: "cut", at: `+${order.at + 40 * SECOND}ms` },
    ],
  },
  {
    name: "IB lost, data kept",
    done: "1100 before the order, 1102 a minute behind it",
    ...around("upstream-lost", MINUTE),
  },
  {
    name: "IB lost, data lost",
    done: "1100 before the order, 1101 a minute behind it",
    ...around("upstream-lost", MINUTE, { "keeps-data": false }),
  },
  { name: "IB broken", done: "2110 before the order, 1102 a minute behind it", ...around("upstream-broken", MINUTE) },
  { name: "farm broken", done: "the quotes' farm away for a minute", ...around("farm-broken", 40 * SECOND) },
  { name: "no prices", done: "-1 for prices for a minute and a half", ...around("no-prices", 70 * SECOND) },
  {
    name: "frozen quotes",
    done: "streams still for four minutes without a word",
    ...around("frozen-quotes", 2 * MINUTE, {}, 2 * MINUTE),
  },
  {
    name: "delayed data",
    done: "quotes a quarter of an hour late for three minutes",
    ...around("delayed-data", 3 * MINUTE),
  },
  {
    name: "competing session",
    done: "another session has the data for a minute",
    ...around("competing-session", MINUTE),
  },
  { name: "trading halted", done: "halted for two minutes around the order", ...around("halt", 100 * SECOND) },
  { name: "live bars die", done: "bars end with 10182 before the order", ...before("live-bars-die") },
  { name: "order rejected", done: "the order is refused with 201", ...before("reject-order") },
  { name: "order lost", done: "the order leaves no trace", ...before("lose-order") },
  { name: "answer lost", done: "the order is taken and never answered", ...before("lose-answer") },
  {
    name: "late answer",
    done: "the order is taken, and answered nine seconds later",
    ...before("late-answer", { after: "9s" }),
  },
  { name: "double answer", done: "all about the order told twice", ...before("double-answer") },
  {
    name: "duplicate statuses",
    done: "every message about orders twice",
    ...around("duplicate-statuses", 5 * MINUTE),
  },
  {
    name: "reordered statuses",
    done: "states of orders in the wrong order",
    ...around("reorder-statuses", 5 * MINUTE),
  },
  { name: "fill first", done: "a fill's status before its execution", ...around("fill-first", 5 * MINUTE) },
  {
    name: "fill unseen",
    done: "cut once the order is taken; it fills meanwhile",
    ...before("fill-while-disconnected"),
  },
  { name: "read-only", done: "orders refused with 321 for two minutes", ...around("read-only", 100 * SECOND) },
  { name: "daily reset", done: "1100, and no gateway for two minutes", ...around("daily-reset", 100 * SECOND) },
  {
    name: "killed on the way",
    done: "process killed as the order leaves, started again",
    lasts: MINUTE,
    faults: () => [],
    kill: "on the way",
  },
  {
    name: "killed later",
    done: "process killed a minute behind the order, started again",
    lasts: 2 * MINUTE,
    faults: () => [],
    kill: "later",
  },
];

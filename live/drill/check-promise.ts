import type { BrokerTruth, Executed, HeldOrder } from "./broker-truth.js";

/**
 * How an intent stands in a session's books: with the broker, over; never sent, for certain; without a trace, as far as
 * anybody can tell; refused by the broker.
 */
export type Fate = "working" | "over" | "unsent" | "lost" | "refused" | "unknown";

export interface BookedIntent {
  readonly ref: string;
  readonly orderId: number;
  readonly symbol: string;
  /** Signed. */
  readonly quantity: number;
  readonly filled: number;
  readonly fate: Fate;
  /** How often something was asked of the broker under its id after it was placed, as far as the books tell. */
  readonly changes: number;
  /** Of an order that somebody else has made: the broker's number of it, and the units that stay with others. */
  readonly adopted?: { readonly permId: number; readonly before: number };
}

export interface BookedFill {
  readonly execId: string;
  /** "" for one of an order that is not the session's. */
  readonly ref: string;
  readonly symbol: string;
  /** Signed. */
  readonly quantity: number;
  readonly price: number;
}

/** What a session's books say at the end. */
export interface BookTruth {
  readonly clientId: number;
  readonly intents: readonly BookedIntent[];
  readonly fills: readonly BookedFill[];
  /** By symbol, signed; what is not the session's own included. */
  readonly positions: ReadonlyMap<string, number>;
  /** Symbols that take no increasing order. */
  readonly blocked: ReadonlySet<string>;
}

const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;

/**
 * Holds a session's books against what is so at the broker, after both have had the time to agree: orders against
 * intents, executions against fills, positions against positions.
 * @returns what does not hold, in sentences
 */
export function checkPromise(broker: BrokerTruth, books: BookTruth): string[] {
  return [
    ...checkSent(broker, books),
    ...checkOrders(broker, books),
    ...checkFills(broker, books),
    ...checkPositions(broker, books),
  ];
}

/** No intent is sent twice, and nothing is sent without one. */
function checkSent({ asked }: BrokerTruth, { clientId, intents }: BookTruth): string[] {
  const broken: string[] = [];
  const byRef = new Map(intents.map((intent) => [intent.ref, intent]));
  if (byRef.size !== intents.length) broken.push("two intents have one ref");
  const orderIds = new Map<string, Set<number>>();
  const counts = new Map<string, number>();
  for (const one of asked) {
    if (one.clientId !== clientId) continue;
    const known = orderIds.get(one.ref) ?? new Set();
    orderIds.set(one.ref, known.add(one.orderId));
    counts.set(one.ref, (counts.get(one.ref) ?? 0) + 1);
    if (!byRef.has(one.ref))
      broken.push(`order ${one.orderId} came to the broker with the ref "${one.ref}", which is no intent`);
  }
  for (const [ref, ids] of orderIds) {
    const intent = byRef.get(ref);
    if (ids.size > 1) broken.push(`the intent ${ref} was sent ${ids.size} times, as orders ${[...ids].join(" and ")}`);
    const count = counts.get(ref) ?? 0;
    if (intent === undefined) continue;
    if (count > 1 + intent.changes) {
      broken.push(`the intent ${ref} came to the broker ${count} times, and was changed ${intent.changes} times`);
    }
    if (intent.fate === "unsent")
      broken.push(`the intent ${ref} came to the broker, and is told as certainly never sent`);
  }
  return broken;
}

/** Every order at the broker is an intent's, as it stands; every intent is there, or is known not to be. */
function checkOrders(
  { orders, executions, tellsSince }: BrokerTruth,
  { clientId, intents, blocked }: BookTruth,
): string[] {
  const broken: string[] = [];
  const byPerm = new Map(orders.map((order) => [order.permId, order]));
  const own = new Map<string, HeldOrder>();
  for (const order of orders) {
    if (order.clientId !== clientId) continue;
    if (own.has(order.ref)) broken.push(`the broker has two orders of the intent ${order.ref}`);
    own.set(order.ref, order);
  }
  for (const { ref, orderId, symbol, quantity, filled, fate, adopted } of intents) {
    const order = adopted === undefined ? own.get(ref) : byPerm.get(adopted.permId);
    const what = `the intent ${ref} (order ${orderId}, ${quantity} ${symbol})`;
    if (order === undefined || !order.isTransmitted) {
      if (fate === "working" || fate === "unknown")
        broken.push(`${what} is ${fate} in the books, and the broker has none`);
      if (filled !== 0) broken.push(`${what} has filled ${filled} in the books, and the broker has none`);
      continue;
    }
    if (order.symbol !== symbol || order.orderId !== orderId || Math.sign(order.quantity) !== Math.sign(quantity)) {
      broken.push(`${what} is order ${order.orderId}, ${order.quantity} ${order.symbol} at the broker`);
    }
    if (order.isOpen && fate !== "working") broken.push(`${what} works at the broker, and is ${fate} in the books`);
    // What nobody can be told any more shows in the position alone, and where that differs the order waits for somebody
    // to decide.
    const isOfIt = (one: Executed): boolean =>
      adopted === undefined ? one.ref === ref : one.permId === adopted.permId;
    const isUntold = executions.some((one) => isOfIt(one) && one.time < tellsSince);
    const isUndecided = isUntold && blocked.has(symbol) && fate === "working";
    if (!order.isOpen && (fate === "working" || fate === "unknown") && !isUndecided) {
      broken.push(`${what} is ${order.status} at the broker, and is ${fate} in the books`);
    }
    const atBroker = Math.abs(order.filled) - (adopted?.before ?? 0);
    if (!same(atBroker, Math.abs(filled)) && !isUntold) {
      broken.push(`${what} has filled ${atBroker} at the broker and ${filled} in the books`);
    }
  }
  return broken;
}

/** Every execution is booked once, as it was; nothing else is. */
function checkFills(
  { executions, orders, tellsSince }: BrokerTruth,
  { clientId, fills, intents }: BookTruth,
): string[] {
  const broken: string[] = [];
  const refOf = adoptedRefs(executions, intents);
  const ownRefs = new Set(orders.filter((order) => order.clientId === clientId).map(({ ref }) => ref));
  const booked = new Map<string, BookedFill>();
  for (const fill of fills) {
    if (booked.has(fill.execId))
      broken.push(`the execution ${fill.execId} of ${fill.ref || fill.symbol} is booked twice`);
    booked.set(fill.execId, fill);
  }
  for (const one of executions) {
    const fill = booked.get(one.execId);
    booked.delete(one.execId);
    if (fill === undefined) {
      if ((ownRefs.has(one.ref) || (refOf.get(one) ?? "") !== "") && one.time >= tellsSince)
        broken.push(`the execution ${one.execId} of ${one.ref} (${one.quantity} ${one.symbol}) is not booked`);
      continue;
    }
    const isSame = fill.symbol === one.symbol && same(fill.quantity, one.quantity) && same(fill.price, one.price);
    if (!isSame) {
      const was = `${one.quantity} ${one.symbol} at ${one.price}`;
      broken.push(
        `the execution ${one.execId} was ${was}, and is booked as ${fill.quantity} ${fill.symbol} at ${fill.price}`,
      );
    }
    const ref = ownRefs.has(one.ref) ? one.ref : refOf.get(one);
    if (ref !== undefined && fill.ref !== ref) {
      broken.push(`the execution ${one.execId} was of ${ref || "others"}, and is booked under "${fill.ref}"`);
    }
  }
  for (const { execId, symbol } of booked.values())
    broken.push(`the execution ${execId} of ${symbol} is booked, and there was none`);
  return broken;
}

/** Whose the executions of adopted orders are: others' up to what such an order had filled before, "", and its own then. */
function adoptedRefs(executions: readonly Executed[], intents: readonly BookedIntent[]): ReadonlyMap<Executed, string> {
  const refs = new Map<Executed, string>();
  for (const { ref, adopted } of intents) {
    if (adopted === undefined) continue;
    let filled = 0;
    for (const one of executions) {
      if (one.permId !== adopted.permId) continue;
      filled += Math.abs(one.quantity);
      refs.set(one, filled > adopted.before + 1e-6 ? ref : "");
    }
  }
  return refs;
}

/** Positions agree, or the instrument is blocked. */
function checkPositions(broker: BrokerTruth, { positions, blocked }: BookTruth): string[] {
  return [...broker.positions].flatMap(([symbol, held]) => {
    const booked = positions.get(symbol) ?? 0;
    if (same(held, booked) || blocked.has(symbol)) return [];
    return [`the broker holds ${held} ${symbol}, the books say ${booked}, and it is not blocked`];
  });
}

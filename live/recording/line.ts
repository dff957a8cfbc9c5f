import type { Instant } from "../../core/market/bar-size.js";
import type { OrderBook } from "../../core/orders/order-book.js";

/**
 * A line of a recording: what it is, and what belongs to it. Lines stand in the order in which things happened, so a
 * line's place says when it belongs.
 *
 * `session`, what the engine was made of, is the first; `full` the last of a recording that has reached its size.
 *
 * Inputs of the engine:
 * - `b` series, row, late, start, end, open, high, low, close, volume, time: a bar, and when it was known; `p` the same
 *   without that of one that was there before
 * - `q` instrument, time, late, bid, ask, bid size, ask size: a quote
 * - `t` instrument, time, late, price, size: a trade
 * - `drain`, `advance` now, `settle`, `connection` event, `kill` reason and flatten, `release`, `flatten` tag and instrument, `closeDown` tag, `adjust`
 *   instrument, report and tag, `hours` instrument and sessions, `restore` run, `stop`, `finish`: calls of the engine
 * - `hear` now: a call of the engine within which it is told what follows, up to `told`
 * - `f` by, at, event, …: what the broker told; by which call of the engine to it, "" for none
 * - `c` by, at, order, …: columns of an order that the broker has changed
 * - `r` name, value: what was asked of the session and has another answer than before
 *
 * Decisions that came out:
 * - `d` at, kind, …: an order made, held, changed, cancelled, dropped or denied
 * - `x` message: a handler failed
 */
export type Line = readonly [kind: string, ...rest: unknown[]];

/**
 * The format of recordings that is written; 2 knows of `hours`, 3 of what a restored run's loss limits remember, 4 of changes
 * that have failed, 5 of orders that work again, 6 of bars that were known later than their ends, 7 of `closeDown`,
 * 8 of orders of others that have joined.
 */
export const FORMAT = 8;

const KINDS: ReadonlySet<unknown> = new Set([
  ...["session", "b", "p", "q", "t", "f", "c", "r", "d", "x", "full"],
  ...["drain", "advance", "hear", "settle", "connection", "kill", "release", "restore", "stop", "finish"],
  ...["told", "flatten", "closeDown", "adjust", "hours"],
]);

const NOT_FINITE = ["NaN", "Infinity", "-Infinity"];

/** A line as text without its end. Numbers that JSON has not are written as `{"$":"NaN"}`. */
export function encode(line: Line): string {
  return JSON.stringify(line, (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? { $: String(value) } : value,
  );
}

/** A number as it stands in a line: the same as `encode`, for the lines there are most of. */
export function digits(value: number): string {
  return Number.isFinite(value) ? String(value) : `{"$":"${value}"}`;
}

/** @throws SyntaxError where the text is no line */
export function decode(text: string): Line {
  const line: unknown = JSON.parse(text, (_key, value: unknown) => {
    const name = (value as { $?: unknown } | null)?.$;
    return typeof name === "string" && NOT_FINITE.includes(name) ? Number(name) : value;
  });
  if (!Array.isArray(line) || !KINDS.has(line[0])) throw new SyntaxError("a line begins with its kind");
  return line as unknown as Line;
}

/** What a decision says of an order: its row and everything that was asked of it. */
export function orderContent(book: OrderBook, order: number): readonly unknown[] {
  return [
    order,
    book.instrument[order],
    book.side[order],
    book.type[order],
    book.tif[order],
    book.flags[order],
    book.parent[order],
    book.group[order],
    book.quantity[order],
    book.limit[order],
    book.stop[order],
    book.trailOf(order),
    book.limitOffsetOf(order),
    book.goodTillOf(order),
    book.tags.get(order) ?? "",
  ];
}

/** The columns of an order that a broker may change by itself. */
export function brokerColumns(book: OrderBook, order: number): readonly number[] {
  return [
    book.quantity[order],
    book.limit[order],
    book.stop[order],
    book.trailOf(order),
    book.limitOffsetOf(order),
    book.flags[order],
  ];
}

export function setBrokerColumns(book: OrderBook, order: number, columns: readonly number[]): void {
  const [quantity, limit, stop, trail, limitOffset, flags] = columns;
  book.quantity[order] = quantity;
  book.limit[order] = limit;
  book.stop[order] = stop;
  book.flags[order] = flags;
  if (book.trails(order)) book.setTrail(order, trail, limitOffset);
}

/** The line of a decision. */
export function decision(at: Instant, kind: string, content: readonly unknown[]): Line {
  return ["d", at, kind, ...content];
}

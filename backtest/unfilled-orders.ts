import type { Engine } from "../core/engine.js";
import { CANCELLED, DENIED, EXPIRED, isWorking, MARKET, REJECTED } from "../core/orders/kinds.js";
import { grouped } from "../core/statistics/format.js";
import type { DenialCount } from "./result.js";
import { straysOf } from "./session-bars.js";
import type { HoursSource } from "./trading-hours.js";

/** What became of orders, and what to do where it became of most of them. */
interface Fate {
  readonly words: string;
  readonly is: (status: number) => boolean;
  readonly reason: () => string;
}

/**
 * What became of the orders of a run in which none filled, the commonest first with its reason and remedy; undefined
 * where some filled or none were made.
 */
export function unfilledInWords(
  engine: Engine,
  hours: readonly HoursSource[],
  denials: readonly DenialCount[],
): string | undefined {
  const { book, fills } = engine;
  if (book.length === 0 || fills.length > 0) return undefined;
  const statuses = book.status.subarray(0, book.length);
  const fates: Fate[] = [
    { words: "expired", is: (status) => status === EXPIRED, reason: () => expiry(engine, hours) },
    {
      words: "denied or rejected",
      is: (status) => status === DENIED || status === REJECTED,
      reason: () => denial(denials),
    },
    { words: "cancelled", is: (status) => status === CANCELLED, reason: () => CANCELLATION },
    { words: "still waiting at the end", is: isWorking, reason: () => WAITING },
  ];
  const counted = fates
    .map((fate) => ({ ...fate, count: statuses.filter(fate.is).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  if (counted.length === 0) return undefined;
  const parts = counted.map(({ words, count }) => `${grouped(count, 0)} ${words}`).join(", ");
  const one =
    book.length === 1 ? "The one order made did not fill" : `None of ${grouped(book.length, 0)} orders filled`;
  return `${one}: ${parts}. ${counted[0].reason()}`;
}

const CANCELLATION =
  "Cancelled are orders that the strategy, another of their group, or what they asked for (IOC, FOK, OPG) has ended.";
const WAITING = "They waited for a price, or for an open, that the data does not reach.";

/** Why orders expired: most often, that the bars lie outside of the hours by which they do. */
function expiry({ book, market }: Engine, hours: readonly HoursSource[]): string {
  const row = book.status.subarray(0, book.length).indexOf(EXPIRED);
  const index = book.instrument[row];
  const { symbol, calendar } = hours[index];
  const bars = market.series[market.finest[index]];
  const stray = bars !== undefined && straysOf(bars, market.sessions[index]).count > bars.length / 2;
  if (stray) {
    const whose = calendar === undefined ? "the sessions that were given" : `the calendar ${calendar}`;
    const remedy = "Choose the calendar of its exchange, or the hours that the bars show (--calendar bars).";
    return `They ended with their session, before the next bar: the bars of ${symbol} do not lie within the hours of ${whose}. ${remedy}`;
  }
  if (book.type[row] === MARKET) {
    return "They ended with their session, before the next bar of their instrument: look where its bars are missing.";
  }
  return 'They ended with their session, before their price was reached: tif "GTC" keeps them for longer.';
}

function denial(denials: readonly DenialCount[]): string {
  if (denials.length === 0) return "The log of the run says why.";
  const { code, first } = denials[0];
  return `Most often it was ${code}, the first time as ${first}; docs/guards.md says what it means.`;
}

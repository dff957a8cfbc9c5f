import type { Engine } from "../core/engine.js";
import type { Instrument } from "../core/market/instrument.js";
import { CANCELLED, EXPIRED, isWorking } from "../core/orders/kinds.js";
import { isWorthAWord, sessionsBetween } from "./missed-sessions.js";
import type { Universe } from "./universe.js";
import { count } from "./words.js";

/**
 * Instruments whose data ends well before the run, where that is in its numbers: they were still held, had orders that
 * nothing could fill any more, or are a pair of currencies that something is converted by.
 */
export function dataEndsInWords(engine: Engine, universe: Universe, dateOf: (instant: number) => string): string[] {
  const { market, portfolio, clock, equity } = engine;
  const begin = equity.time[0];
  return market.instruments.flatMap((instrument) => {
    const { index, symbol } = instrument;
    const last = lastKnown(universe, instrument);
    const missed = sessionsBetween(market.sessions, index, last, clock.now);
    if (!isWorthAWord(missed, clock.now - last, clock.now - begin)) return [];
    const facts: string[] = [];
    if (portfolio.quantity[index] !== 0) facts.push("what is held of it stays valued at its last price");
    const orders = ordersAfter(engine, index, last);
    if (orders > 0) facts.push(`${count(orders, "order")} for it worked on where nothing could fill`);
    const converted = convertedBy(engine, instrument);
    if (converted !== undefined) facts.push(`${converted} is converted at its last rate`);
    if (facts.length === 0) return [];
    return [
      `The data of ${symbol} ends on ${dateOf(last)}, ${count(missed, "session")} before the run: ${facts.join(", ")}.`,
    ];
  });
}

/** The last instant that the data tells something of an instrument; -Infinity where there is nothing. */
function lastKnown({ series, quotes, trades }: Universe, { index }: Instrument): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const { instrument, end, length } of series) {
    if (instrument.index === index && length > 0) last = Math.max(last, end[length - 1]);
  }
  for (const { instrument, time, length } of [...quotes, ...trades]) {
    if (instrument.index === index && length > 0) last = Math.max(last, time[length - 1]);
  }
  return last;
}

function ordersAfter({ book }: Engine, index: number, instant: number): number {
  let orders = 0;
  for (let id = 0; id < book.length; id++) {
    if (book.instrument[id] !== index) continue;
    const status = book.status[id];
    if (isWorking(status) || ((status === CANCELLED || status === EXPIRED) && book.closedAt(id) > instant)) orders++;
  }
  return orders;
}

/** The currency that a pair converts into the base currency, where something that was traded is in it. */
function convertedBy({ market, portfolio, book }: Engine, pair: Instrument): string | undefined {
  if (pair.assetClass !== "forex") return undefined;
  const [base] = portfolio.currencies;
  const bought = pair.symbol.slice(0, 3);
  const currency = pair.currency === base ? bought : bought === base ? pair.currency : undefined;
  if (currency === undefined) return undefined;
  const ordered = new Set(book.instrument.subarray(0, book.length));
  const isIn = market.instruments.some((one) => one.currency === currency && ordered.has(one.index));
  return isIn ? `what is in ${currency}` : undefined;
}

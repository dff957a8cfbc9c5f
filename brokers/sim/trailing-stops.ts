import type { BrokerAccount } from "../../core/broker.js";
import { isTrailing } from "../../core/orders/kinds.js";
import { TRAIL_FRACTION } from "../../core/orders/order-book.js";
import { roundPrice } from "../../core/orders/tick.js";
import { workedType } from "./worked-type.js";

// How trailing stops begin, follow and end, whatever they are matched on. Prices are rounded as those of other orders are
// when they are made: a stop is never reached later than it says, a limit never worse.

/**
 * A trailing child without a stop of its own starts behind the average price that its parent has filled at; on another
 * instrument, of which that price says nothing, behind the latest price there.
 */
export function startTrail(account: BrokerAccount, order: number): void {
  const { book, portfolio, market } = account;
  const parent = book.parent[order];
  if (parent < 0 || !book.trails(order) || book.stop[order] === book.stop[order]) return;
  const instrument = book.instrument[order];
  const price =
    book.instrument[parent] === instrument
      ? book.filledValue[parent] / book.filled[parent]
      : market.trailedPrice(instrument, portfolio.mark[instrument]);
  book.stop[order] = stopBehind(account, order, price);
}

/** Draws the stop of an order that trails behind the best price it has seen; never away from the market. */
export function followTrail(account: BrokerAccount, order: number, best: number): void {
  const { book } = account;
  if (!isTrailing(workedType(book, order))) return;
  const stop = stopBehind(account, order, best);
  if (!(book.side[order] < 0 ? stop <= book.stop[order] : stop >= book.stop[order])) book.stop[order] = stop;
}

/** Gives a trailing stop-limit that is triggered the limit it works with from now on: so far behind its stop. */
export function limitBehindStop(account: BrokerAccount, order: number): void {
  const { book } = account;
  const side = book.side[order];
  const level = book.stop[order] + side * book.limitOffset[order];
  book.limit[order] = roundPrice(level, tickOf(account, order), -side);
}

function stopBehind(account: BrokerAccount, order: number, price: number): number {
  const { book } = account;
  const side = book.side[order];
  const distance = (book.flags[order] & TRAIL_FRACTION) !== 0 ? Math.abs(price) * book.trail[order] : book.trail[order];
  return roundPrice(price + side * distance, tickOf(account, order), -side);
}

function tickOf({ book, market }: BrokerAccount, order: number): number {
  return market.instruments[book.instrument[order]].tickSize;
}

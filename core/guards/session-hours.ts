import { sessionAfter } from "../calendar/session-time.js";
import type { Sessions } from "../calendar/sessions.js";
import type { Instant } from "../market/bar-size.js";
import type { Market } from "../market/market.js";
import type { Denial } from "../orders/denial.js";
import { AT_THE_OPENING, LIMIT_ON_CLOSE, LIMIT_ON_OPEN, MARKET_ON_CLOSE, MARKET_ON_OPEN } from "../orders/kinds.js";
import { NEAR_CLOSE, type OrderBook, OUTSIDE_RTH } from "../orders/order-book.js";
import type { Guard, OrderUnderTest } from "./guard.js";

export interface SessionHoursOptions {
  /** What becomes of an order made while its market is closed: held for the next session (default) or denied. */
  readonly closed?: "hold" | "deny";
  /** Seconds before a session's close in which no order is made unless it says `nearClose`. Default 0. */
  readonly lastSeconds?: number;
}

/** On-open orders leave this long before the open: a minute before the exchange's cut-off of two (NYSE rule 7.35A). */
const ON_OPEN_LEAD = 3 * 60_000;

/**
 * No order while its market is closed: regular hours for an order that does not say outsideRth, hours before and after
 * the session too for one that does. A market is closed for orders from a session's close until the next open; during a
 * break inside a session they are taken, and wait.
 */
export class SessionHours implements Guard {
  readonly name = "session";
  readonly reducingPasses = false;
  /** Whether an order made while the market is closed waits for the next session, instead of being denied. */
  readonly holds: boolean;
  private readonly last: number;
  private readonly market: Market;
  /** Whether an order made at the very instant of a close still trades in that session. */
  private readonly tradesAtClose: boolean;

  constructor(market: Market, tradesAtClose: boolean, options: SessionHoursOptions = {}) {
    this.market = market;
    this.tradesAtClose = tradesAtClose;
    this.holds = options.closed !== "deny";
    this.last = (options.lastSeconds ?? 0) * 1000;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { now, book, id } = order;
    const release = this.releaseOf(book, id, now);
    if (release > now) {
      const next = release < Infinity ? new Date(release).toISOString() : "unknown";
      return { code: "SESSION_CLOSED", details: { next } };
    }
    if (this.last === 0 || isOnClose(book, id) || (book.flags[id] & NEAR_CLOSE) !== 0) return undefined;
    const sessions = this.hoursOf(book, id);
    const left = sessions.close[sessionAfter(sessions, now)] - now;
    if (!(left < this.last)) return undefined;
    return { code: "SESSION_ENDING", details: { left: `${left / 1000}s`, limit: `${this.last / 1000}s` } };
  }

  /** When an order made now may leave: now where its market is open, else before or at the next open. */
  releaseOf(book: OrderBook, order: number, now: Instant): Instant {
    const sessions = this.hoursOf(book, order);
    if ((book.flags[order] & OUTSIDE_RTH) !== 0 && !sessions.knowsExtended) return now;
    const i = sessionAfter(sessions, now);
    if (i === sessions.length) return this.closesNow(sessions, i, now) ? now : Infinity;
    const open = sessions.open[i];
    if (now >= open || this.closesNow(sessions, i, now)) return now;
    return isOnOpen(book, order) ? Math.max(now, open - ON_OPEN_LEAD) : open;
  }

  private closesNow(sessions: Sessions, next: number, now: Instant): boolean {
    return this.tradesAtClose && next > 0 && sessions.close[next - 1] === now;
  }

  private hoursOf(book: OrderBook, order: number): Sessions {
    const sessions = this.market.sessions[book.instrument[order]];
    return (book.flags[order] & OUTSIDE_RTH) === 0 ? sessions : sessions.extended;
  }
}

function isOnOpen(book: OrderBook, order: number): boolean {
  const type = book.type[order];
  return type === MARKET_ON_OPEN || type === LIMIT_ON_OPEN || book.tif[order] === AT_THE_OPENING;
}

function isOnClose(book: OrderBook, order: number): boolean {
  const type = book.type[order];
  return type === MARKET_ON_CLOSE || type === LIMIT_ON_CLOSE;
}

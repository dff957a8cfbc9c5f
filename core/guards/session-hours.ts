import { sessionAfter } from "../calendar/session-time.js";
import type { Sessions } from "../calendar/sessions.js";
import type { Instant } from "../market/bar-size.js";
import type { Market } from "../market/market.js";
import type { Denial } from "../orders/denial.js";
import { NEAR_CLOSE, type OrderBook } from "../orders/order-book.js";
import { hoursOf, isForClose, isForOpen, tradesOutside } from "../orders/order-hours.js";
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
    const open = this.releaseOf(book, id, now);
    if (open > now) {
      const next = open < Infinity ? new Date(open).toISOString() : "unknown";
      return { code: "SESSION_CLOSED", details: { next } };
    }
    return this.ending(order);
  }

  /** Judges an order that is to leave: where orders are held, one whose market is closed has not come this far. */
  checkLeaving(order: OrderUnderTest): Denial | undefined {
    return this.holds ? this.ending(order) : this.check(order);
  }

  private ending({ now, book, id }: OrderUnderTest): Denial | undefined {
    if (this.last === 0 || isForClose(book, id) || (book.flags[id] & NEAR_CLOSE) !== 0) return undefined;
    const left = this.left(hoursOf(book, this.market, id), now);
    if (!(left < this.last)) return undefined;
    return { code: "SESSION_ENDING", details: { left: `${left / 1000}s`, limit: `${this.last / 1000}s` } };
  }

  /** When an order made now may leave: now where its market is open, else before or at the next open. */
  releaseOf(book: OrderBook, order: number, now: Instant): Instant {
    const hours = hoursOf(book, this.market, order);
    // Whoever knows no hours before and after the session does not close them.
    if (tradesOutside(book, order) && !hours.knowsExtended) return now;
    const i = sessionAfter(hours, now);
    if (i < hours.length && now >= hours.open[i]) return now;
    if (this.closesNow(hours, i, now)) return now;
    if (i === hours.length) return Infinity;
    return isForOpen(book, order) ? Math.max(now, hours.open[i] - ON_OPEN_LEAD) : hours.open[i];
  }

  /** Milliseconds until the close of the session that an order made now trades in. */
  private left(hours: Sessions, now: Instant): number {
    const i = sessionAfter(hours, now);
    return this.closesNow(hours, i, now) || i === hours.length ? 0 : hours.close[i] - now;
  }

  private closesNow(hours: Sessions, next: number, now: Instant): boolean {
    return this.tradesAtClose && next > 0 && hours.close[next - 1] === now;
  }
}

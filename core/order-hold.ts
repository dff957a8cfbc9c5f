import { closeAfter } from "./calendar/session-time.js";
import type { EngineClock } from "./clock.js";
import { isDormant } from "./guards/guard.js";
import type { SessionHours } from "./guards/index.js";
import type { Instant } from "./market/bar-size.js";
import type { Market } from "./market/market.js";
import { type BundleKind, HeldBundle } from "./orders/held-bundle.js";
import {
  AT_THE_OPENING,
  CANCELLED,
  DAY_ORDER,
  EXPIRED,
  GOOD_TILL_CANCELLED,
  GOOD_TILL_DATE,
  HELD,
  isImmediate,
  isWorking,
} from "./orders/kinds.js";
import type { OrderBook } from "./orders/order-book.js";
import { hoursOf, isForClose, isForOpen } from "./orders/order-hours.js";

/** The wait of an order that need not wait. */
export const NOW = Number.NEGATIVE_INFINITY;

/** What the way of an order does for those that were held. */
export interface HoldFlow {
  /** Sends orders that leave together, or denies them. */
  letGo(kind: BundleKind, orders: readonly number[]): void;
  /** Ends an order that is held. */
  end(order: number, status: number): void;
}

/**
 * Orders made while their market is closed, until they leave for it. They leave at the open (three minutes before it
 * for its auction), where there are quotes or trades with the first of the session, and always behind their parent.
 * What is over before that ends here: at its date, at the close of the session it was held for, or with its parent.
 */
export class OrderHold {
  private readonly book: OrderBook;
  private readonly market: Market;
  private readonly clock: EngineClock;
  private readonly hours: SessionHours | undefined;
  private readonly flow: HoldFlow;
  private bundles: HeldBundle[] = [];
  /** The earliest open or end of what is held; Infinity for none. It may be too early, for what was cancelled since. */
  private next: Instant = Infinity;
  /** Whether some wait for a price. */
  private awaits = false;

  constructor(book: OrderBook, market: Market, clock: EngineClock, hours: SessionHours | undefined, flow: HoldFlow) {
    this.book = book;
    this.market = market;
    this.clock = clock;
    this.hours = hours;
    this.flow = flow;
  }

  /** When anything is to be done about what is held; Infinity for never. */
  get due(): Instant {
    if (!this.awaits) return this.next;
    return this.bundles.some((bundle) => bundle.awaits && this.hasPrice(bundle)) ? this.clock.now : this.next;
  }

  /** Until when an order made now has to wait; NOW for not at all. */
  waitOf(order: number): Instant {
    const { hours, book } = this;
    if (hours === undefined || !hours.holds) return NOW;
    const { now } = this.clock;
    const open = hours.releaseOf(book, order, now);
    const own = open > now ? open : NOW;
    const parent = book.parent[order];
    if (parent < 0 || book.status[parent] !== HELD) return own;
    return Math.max(own, this.bundleOf(parent)?.at ?? NOW, now);
  }

  /** The same of held orders that leave together. */
  waitOfAll(kind: BundleKind, orders: readonly number[]): Instant {
    return Math.max(NOW, ...this.decidingOf({ kind, orders }).map((order) => this.waitOf(order)));
  }

  /** Keeps orders each of which has to wait until `at`, or behind a parent that is held. */
  add(kind: BundleKind, orders: readonly number[], at: Instant): void {
    const bundle = new HeldBundle(kind, orders, at);
    const parent = this.book.parent[orders[0]];
    const family = parent >= 0 && this.book.status[parent] === HELD ? this.bundleOf(parent) : undefined;
    (family?.children ?? this.bundles).push(bundle);
    this.next = Math.min(this.next, family === undefined ? at : Infinity, this.firstEnd(bundle, orders));
  }

  /** Ends those of an earlier part of the run whose session has closed meanwhile: they belonged to no later one. */
  endOver(orders: readonly number[]): void {
    const { book, market, clock } = this;
    for (const order of orders) {
      const parent = book.parent[order];
      const isBehind = parent >= 0 && book.status[parent] === HELD;
      const isOfDay = book.tif[order] === DAY_ORDER || isForClose(book, order);
      if (book.status[order] !== HELD || isBehind || !isOfDay) continue;
      if (closeAfter(hoursOf(book, market, order), book.madeAt[order]) <= clock.now) this.flow.end(order, EXPIRED);
    }
  }

  /** Ends what is over, and lets go whose market has opened. */
  keep(): void {
    const { now } = this.clock;
    this.expire(this.bundles, now);
    const due = this.bundles.filter(({ at }) => at <= now);
    this.bundles = this.bundles.filter(({ at }) => at > now);
    for (const bundle of due) this.open(bundle);
    this.renew();
  }

  /** Sessions have changed: the next open may be another. */
  hoursChanged(): void {
    const { now } = this.clock;
    for (const bundle of this.bundles) {
      if (!bundle.awaits) bundle.at = Math.max(now, this.openOf(this.decidingOf(bundle)));
    }
    this.renew();
  }

  /** A parent has begun to fill: an order behind it that does not wait looks for its price from now on, in this session. */
  parentFilled(parent: number): void {
    if (this.bundles.length > 0) this.wake(this.bundles, parent);
  }

  /** A parent has ended: what was to come of its fills comes no more. */
  parentEnded(parent: number): void {
    if (this.bundles.length > 0 && this.book.filled[parent] === 0) this.endChildren(this.bundles, parent);
  }

  /** The market of these has opened: they leave, unless it has closed again or they wait for its first price. */
  private open(bundle: HeldBundle): void {
    const { now } = this.clock;
    this.endOrphans(bundle);
    const orders = this.heldOf(bundle);
    if (orders.length > 0) {
      const wait = this.openOf(this.decidingOf(bundle));
      if (wait > now) bundle.at = wait;
      bundle.awaits = wait <= now && !this.hasPrice(bundle);
      if (wait > now || bundle.awaits) {
        this.bundles.push(bundle);
        return;
      }
      this.flow.letGo(bundle.kind, orders);
    }
    for (const child of bundle.children) {
      child.at = now;
      this.open(child);
    }
  }

  /** When the markets of all of these are open: now, or later. */
  private openOf(orders: readonly number[]): Instant {
    const { book, clock, hours } = this;
    let open = NOW;
    for (const order of orders) open = Math.max(open, hours?.releaseOf(book, order, clock.now) ?? NOW);
    return open;
  }

  /** Ends those whose parent has ended without a fill, such as by being denied. */
  private endOrphans(bundle: HeldBundle): void {
    const { book } = this;
    for (const order of this.heldOf(bundle)) {
      const parent = book.parent[order];
      if (parent >= 0 && !isWorking(book.status[parent]) && book.filled[parent] === 0) this.flow.end(order, CANCELLED);
    }
  }

  private expire(bundles: readonly HeldBundle[], now: Instant): void {
    for (const bundle of bundles) {
      for (const order of this.heldOf(bundle)) {
        // An exit has ended with its entry, where that was over first.
        const isHeld = this.book.status[order] === HELD;
        if (isHeld && this.endOf(order, bundle) <= now) this.flow.end(order, EXPIRED);
      }
      this.expire(bundle.children, now);
    }
  }

  private wake(bundles: readonly HeldBundle[], parent: number): void {
    for (const bundle of bundles) {
      const orders = this.heldOf(bundle);
      if (orders.some((order) => this.book.parent[order] === parent)) {
        bundle.wokenAt = this.clock.now;
        this.next = Math.min(this.next, this.firstEnd(bundle, orders));
      }
      this.wake(bundle.children, parent);
    }
  }

  private endChildren(bundles: readonly HeldBundle[], parent: number): void {
    for (const bundle of bundles) {
      for (const order of this.heldOf(bundle)) {
        if (this.book.parent[order] === parent) this.flow.end(order, CANCELLED);
      }
      this.endChildren(bundle.children, parent);
    }
  }

  /** Whether each of its instruments has had a price since it opened, as far as its feed brings any. */
  private hasPrice(bundle: HeldBundle): boolean {
    const { book, market } = this;
    return this.decidingOf(bundle).every((order) => {
      // An auction comes before the first price of its session.
      if (isForOpen(book, order)) return true;
      const i = book.instrument[order];
      const quote = market.quotes[i];
      // What leaves behind its parent may have had its price before that does.
      const hours = hoursOf(book, market, order);
      const since = Math.min(bundle.at, hours.open[hours.indexAt(this.clock.now)] ?? Infinity);
      if (market.hasQuotes[i]) return quote.time >= since && quote.mid === quote.mid;
      return !market.hasTrades[i] || market.trades[i].time >= since;
    });
  }

  /** When an order is over that waits for the open of its bundle. */
  private endOf(order: number, { at, wokenAt }: HeldBundle): Instant {
    const { book, market } = this;
    const tif = book.tif[order];
    if (tif === GOOD_TILL_DATE) return book.goodTill[order];
    if (at === Infinity || tif === AT_THE_OPENING) return Infinity;
    // What waits for its parent has not begun to look for a price.
    if (isImmediate(tif) && isDormant(book, order)) return Infinity;
    if (tif === GOOD_TILL_CANCELLED && !isForClose(book, order)) return Infinity;
    return closeAfter(hoursOf(book, market, order), isImmediate(tif) ? Math.max(at, wokenAt) : at);
  }

  private firstEnd(bundle: HeldBundle, orders: readonly number[]): Instant {
    let first = Infinity;
    for (const order of orders) first = Math.min(first, this.endOf(order, bundle));
    return first;
  }

  private heldOf({ orders }: Pick<HeldBundle, "orders">): readonly number[] {
    return orders.filter((order) => this.book.status[order] === HELD);
  }

  /** Those whose market the others go by: a bracket leaves when its entry does, also for an auction before the open. */
  private decidingOf(bundle: Pick<HeldBundle, "kind" | "orders">): readonly number[] {
    const orders = this.heldOf(bundle);
    return bundle.kind === "bracket" ? orders.slice(0, 1) : orders;
  }

  private bundleOf(order: number, among: readonly HeldBundle[] = this.bundles): HeldBundle | undefined {
    for (const bundle of among) {
      const found = bundle.orders.includes(order) ? bundle : this.bundleOf(order, bundle.children);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private renew(): void {
    this.bundles = this.bundles.filter((bundle) => this.heldOf(bundle).length > 0);
    // Those that wait longer leave no later for it: of one open, each in the order it was made.
    this.bundles.sort((a, b) => a.orders[0] - b.orders[0]);
    this.awaits = this.bundles.some((bundle) => bundle.awaits);
    this.next = Infinity;
    for (const bundle of this.bundles) if (!bundle.awaits) this.next = Math.min(this.next, bundle.at);
    this.next = Math.min(this.next, this.firstEndOf(this.bundles));
  }

  private firstEndOf(bundles: readonly HeldBundle[]): Instant {
    let first = Infinity;
    for (const bundle of bundles) {
      first = Math.min(first, this.firstEnd(bundle, this.heldOf(bundle)), this.firstEndOf(bundle.children));
    }
    return first;
  }
}

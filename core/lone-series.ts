import type { Reach } from "./broker.js";
import type { EngineParts } from "./engine-parts.js";
import { moveBar } from "./market/bar.js";

/** The batch of an instant at which the only series has a bar. */
const ALONE = Int32Array.of(0);
/** What no bar reaches, where no order waits for anything. */
const EVERYWHERE: Reach = { below: -Infinity, above: Infinity };

/**
 * A short way for the bars of a run that has one series of bars and nothing else, all of whose rows are there: the steps
 * of core/engine.ts for the bars between two instants at which something falls due: match, mark, indicators, messages,
 * handler, orders for this close, equity. It must give the same result to the last digit, and a test compares the two.
 * Written out rather than composed, for each call and each field it would cost shows in every bar.
 */
export class LoneSeries {
  private readonly parts: EngineParts;

  constructor(parts: EngineParts) {
    this.parts = parts;
  }

  /** Whether it may take the next bar of a run that has started: no rule asks for more. */
  get isOpen(): boolean {
    const { alone, strict, guards, equity, feed, handlers } = this.parts;
    if (
      !alone ||
      strict ||
      handlers.isSilent ||
      guards.watchesLosses ||
      guards.believed.hasDoubts ||
      feed.skipTo === undefined
    )
      return false;
    return equity.isAligned(feed.row + 1);
  }

  /** Takes up to `limit` bars, up to the first that comes with something that falls due: that one goes the long way. */
  take(limit: number): number {
    const { parts } = this;
    const { feed, flow } = parts;
    const { end, length } = parts.market.series[0];
    const first = feed.row + 1;
    const stop = length - first < limit ? length : first + limit;
    let row = first;
    flow.closed = undefined;
    while (row < stop && end[row] < parts.due) {
      this.takeOne(row);
      row = this.takeQuiet(row + 1, stop);
    }
    return row - first;
  }

  /** A bar at which anything may happen, but nothing falls due. */
  private takeOne(at: number): void {
    const { feed, clock, market, working, portfolio, indicators, inbox, handlers, views, broker } = this.parts;
    feed.skipTo?.(at);
    clock.now = feed.time;
    market.row[0] = at;
    if (working.count[0] > 0) broker.onBar(0, at);
    portfolio.setMark(0, market.series[0].close, at);
    // A fill inside of this bar may have brought a look at the margin that was due before its end.
    if (broker.nextDue <= clock.now) broker.onDue();
    if (indicators.isUsed) indicators.update(0, at);
    if (inbox.length > 0) handlers.deliver();
    if (handlers.hasBar) handlers.bar(views.open(0, at));
    if (handlers.hasBars) handlers.bars(views.openAll(ALONE, 1, market.row));
    this.end();
  }

  /** What comes behind the handlers of a bar at which something has happened. */
  private end(): void {
    const { broker, inbox, handlers, equity, portfolio, watch } = this.parts;
    broker.onInstantEnd();
    if (inbox.length > 0) handlers.deliver();
    equity.markNext(portfolio);
    if (portfolio.equity > watch.peak) watch.peak = portfolio.equity;
  }

  /**
   * Takes bars that touch no price an order waits for, until a handler has done something or the account is to be looked
   * at. Returns the row behind.
   */
  private takeQuiet(from: number, stop: number): number {
    const { market, feed, equity, portfolio } = this.parts;
    const { row } = market;
    const holds = portfolio.quantity[0] !== 0;
    let marked = from;
    try {
      marked = this.walkQuiet(from, stop);
    } catch (error) {
      // A handler has failed, or an indicator of somebody else's: its bar has been taken, and is not marked.
      marked = Math.max(from, row[0]);
      throw error;
    } finally {
      if (row[0] >= from) feed.skipTo?.(row[0]);
      equity.follow(marked - from, holds);
    }
    if (row[0] >= marked) this.end();
    return row[0] + 1;
  }

  /**
   * The loop of it, apart from what becomes of one that fails: around that the compiler would keep its counters in
   * memory. Without a fill the position stays as it is, so that its value follows from the price. The latest bar taken is
   * what the market is at. Returns the row behind the latest whose equity has been marked: the same, or that bar itself.
   */
  private walkQuiet(from: number, stop: number): number {
    const { clock, market, working, portfolio, indicators, handlers, views, flow, broker, equity, watch } = this.parts;
    const waits = working.count[0] > 0;
    const reach = waits ? broker.reachOf?.(0) : EVERYWHERE;
    if (reach === undefined) return from;
    // As plain doubles from here on: what a field or a getter gives may be boxed, and would be opened for every bar.
    const due = plain(this.parts.due);
    const below = plain(reach.below);
    const above = plain(reach.above);
    const alertBelow = plain(broker.alertBelow);
    const { row } = market;
    const { end, high, low, close } = market.series[0];
    const { mark } = portfolio;
    const { units, perPoint, offset, cash } = portfolio.lone();
    const holds = units !== 0;
    const hasBar = handlers.hasBar === true;
    const hasBars = handlers.hasBars === true;
    const view = views.open(0, from - 1);
    const hasIndicators = indicators.isUsed === true;
    const cursor = indicators.cursorOf(0);
    let computed = indicators.aheadOf(0) | 0;
    const { activity } = flow;
    const { value } = equity;
    const places = equity.length - from;
    let peak = plain(watch.peak);
    for (let at = from; at < stop; at++) {
      const time = end[at];
      if (time >= due || (waits && !(low[at] > below && high[at] < above))) return at;
      const price = close[at];
      clock.now = time;
      row[0] = at;
      mark[0] = price;
      let worth = cash;
      if (holds) worth += portfolio.valueLone(units * price * perPoint - offset);
      if (computed > 0) {
        computed--;
        cursor.place++;
      } else if (hasIndicators) {
        indicators.update(0, at);
        computed = indicators.aheadOf(0) | 0;
      }
      moveBar(view, at);
      if (hasBar) handlers.bar(view);
      if (hasBars) handlers.bars(views.openAll(ALONE, 1, row));
      if (flow.activity !== activity || (holds && worth < alertBelow)) return at;
      if (holds) {
        value[places + at] = worth;
        if (worth > peak) watch.peak = peak = worth;
      }
    }
    return stop;
  }
}

/** A number that the compiler knows to be a plain double. */
function plain(value: number): number {
  return value * 1;
}

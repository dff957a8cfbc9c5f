import type { EngineParts } from "./engine-parts.js";
import { NOTHING } from "./feed.js";

/** The batch of an instant at which the only series has a bar. */
const ALONE = Int32Array.of(0);

/**
 * A short way for the bars of a run that has one series of bars and nothing else: the steps of core/engine.ts for the
 * bars between two instants at which something falls due: match, mark, indicators, messages, handler, orders for this
 * close, equity. It must give the same result to the last digit, and a test compares the two. Written out rather than
 * composed, for each call and each field it would cost shows in every bar.
 */
export class LoneSeries {
  /** Bars that the latest `take` has dealt with. */
  taken = 0;
  private readonly parts: EngineParts;

  constructor(parts: EngineParts) {
    this.parts = parts;
  }

  /** Whether it may take the next bar of a run that has started: no rule asks for more. */
  get isOpen(): boolean {
    const { alone, strict, guards, equity, feed, handlers } = this.parts;
    return alone && !strict && !handlers.isSilent && !guards.flattens && equity.isAligned(feed.row + 1);
  }

  /**
   * Takes up to `limit` bars, and ends with the first that is late or comes with something that falls due: that one has
   * been pulled from the feed, and goes the long way. Returns its kind, or NOTHING when there was none.
   */
  take(limit: number): number {
    const { parts } = this;
    const { feed, clock, market, portfolio, indicators, inbox, handlers, views, flow, broker, equity, watch } = parts;
    const { row, series } = market;
    const { close } = series[0];
    const { quantity, mark } = portfolio;
    const { count } = parts.working;
    const { fills } = parts;
    const hasIndicators = indicators.isUsed;
    const { hasBar, hasBars } = handlers;
    let { activity } = flow;
    // How many fills there were when equity was marked. The first bar is marked, whatever was before it.
    let filled = -1;
    let { due } = parts;
    let taken = 0;
    let kind = NOTHING;
    flow.closed = undefined;
    while (taken < limit) {
      kind = feed.next();
      if (kind === NOTHING || feed.time >= due || feed.late) break;
      const at = feed.row;
      taken++;
      kind = NOTHING;
      clock.now = feed.time;
      row[0] = at;
      if (count[0] > 0) {
        broker.onBar(0, at);
        ({ due } = parts);
      }
      mark[0] = close[at];
      if (quantity[0] !== 0) portfolio.revalue(0);
      if (hasIndicators) indicators.update(0, at);
      if (inbox.length > 0) handlers.deliver();
      if (hasBar) handlers.bar(views.open(0, at));
      if (hasBars) handlers.bars(views.openAll(ALONE, 1, row));
      const isQuiet = flow.activity === activity;
      // Without a position equity moves with a fill only, and so does whatever the broker watches.
      if (isQuiet && quantity[0] === 0 && fills.length === filled) {
        equity.keep();
        continue;
      }
      if (!isQuiet || portfolio.equity < broker.alertBelow) {
        broker.onInstantEnd();
        if (inbox.length > 0) handlers.deliver();
        ({ activity } = flow);
        ({ due } = parts);
      }
      filled = fills.length;
      equity.markNext(portfolio);
      if (portfolio.equity > watch.peak) watch.peak = portfolio.equity;
    }
    this.taken = taken;
    return kind;
  }
}

import { closeAfter } from "./calendar/session-time.js";
import type { ConnectionEvent } from "./connection-event.js";
import { EngineControls } from "./engine-controls.js";
import type { EngineOptions } from "./engine-options.js";
import { SeatrialError } from "./errors.js";
import { BAR, NOTHING, QUOTE } from "./feed.js";
import { explainFailure } from "./handlers.js";
import { LoneSeries } from "./lone-series.js";
import type { Instant } from "./market/bar-size.js";
import type { Denial } from "./orders/denial.js";

/** Orders made on bars that came late would act on an old signal. */
const CATCH_UP: Denial = { code: "CATCH_UP", details: { bars: "late" } };

/**
 * The loop that drives a strategy, the same for history and for live: it takes events from a feed, lets the broker
 * match them, and hands them to the strategy, one instant at a time. Nothing in it asks where the events come from.
 *
 * An instant is all that became known at one point in time. Within it the order is: fills, expiries, indicators, what
 * the strategy is told of its orders, `onBar` by series, `onBars`, `onSessionClose`, orders held until now,
 * `onSessionOpen`, tasks, orders that fill at this very close, equity.
 */
export class Engine extends EngineControls {
  /** Bars taken, by the strategy or as its warm-up. */
  barsTaken = 0;
  /** Of these, bars that warmed it up. */
  warmupBars = 0;
  /** Whether `onStart` has been called. */
  started = false;
  private readonly from: number;
  private readonly lone = new LoneSeries(this);
  /** The series that had a bar at this instant. */
  private readonly batch: Int32Array;
  private batchLength = 0;
  /** The instant at which each series has had its latest bar. */
  private readonly takenAt: Float64Array;
  /** Whether a quote or trade came at this instant. */
  private touched = false;
  /** Whether a bar of this instant came late, after a break. */
  private late = false;
  /** The kind of an event that has been pulled from the feed and not been taken, since a handler failed; else NOTHING. */
  private interrupted = NOTHING;

  constructor(options: EngineOptions) {
    super(options);
    this.from = options.from ?? Number.NEGATIVE_INFINITY;
    this.batch = new Int32Array(this.market.series.length);
    this.takenAt = new Float64Array(this.market.series.length).fill(Number.NaN);
  }

  /**
   * Takes events until the feed has none for now or about `limit` have been taken; returns how many. What belongs to
   * the latest instant is handed out once a later event comes, or by `settle`.
   * @throws StrategyError HANDLER_FAILED when a handler throws; the cause is attached.
   */
  drain(limit: number): number {
    return this.explained(() => this.take(limit));
  }

  /** Hands out the instant that is open: live when no straggler is expected any more, in a replay at the end. */
  settle(): void {
    this.explained(() => this.closeInstant());
  }

  /** Ends the run: the last instant, then `onStop`. */
  finish(): void {
    this.settle();
    if (this.started) this.explained(() => this.handlers.stop());
  }

  private take(limit: number): number {
    const { feed, clock, lone } = this;
    let taken = 0;
    let kind = NOTHING;
    try {
      if (this.interrupted !== NOTHING && limit > 0) {
        kind = this.interrupted;
        this.interrupted = NOTHING;
        this.takeEvent(kind);
        taken++;
      }
      while (taken < limit) {
        if (this.started && lone.isOpen) {
          const bars = lone.take(limit - taken);
          taken += bars;
          this.barsTaken += bars;
          if (taken >= limit) break;
        }
        kind = feed.next();
        if (kind === NOTHING) break;
        this.takeEvent(kind);
        taken++;
      }
    } catch (error) {
      // A handler has failed in the instant before: the event has been pulled, and is still to be taken.
      if (feed.time > clock.now) this.interrupted = kind;
      throw error;
    }
    return taken;
  }

  private takeEvent(kind: number): void {
    const { feed } = this;
    if (feed.time > this.clock.now) this.moveToEvent();
    if (kind === BAR) this.takeBar(feed.seriesIndex, feed.row);
    else if (kind === QUOTE) this.takeQuote();
    else this.takeTrade();
    if (this.alone) this.closeInstant();
  }

  /** Ends the instant that was open, does what falls due before the next, and opens that one. */
  private moveToEvent(): void {
    if (this.clock.now === Number.NEGATIVE_INFINITY) this.corporate.skip(this.firstInstant());
    this.passTo(this.feed.time);
  }

  private passTo(instant: Instant): void {
    this.closeInstant();
    if (this.due < instant) this.passDueInstants(instant);
    if (!this.started) this.startIfWarm(instant);
    this.clock.now = instant;
  }

  private takeBar(series: number, row: number): void {
    const instrument = this.instrumentOf[series];
    // After a break several bars of a series become known at once: each is handed out for itself, in their order.
    if (this.takenAt[series] === this.clock.now) this.closeInstant(this.market.series[series].start[row]);
    this.takenAt[series] = this.clock.now;
    this.market.row[series] = row;
    if (this.market.handed[series] === 1) this.batch[this.batchLength++] = series;
    else this.touched = true;
    if (this.feed.late) this.late = true;
    const matches = this.matches[series] === 1;
    if (matches && this.working.count[instrument] > 0 && !this.feed.late) this.broker.onBar(instrument, row);
    if (matches || (!this.feed.late && this.market.fillsGap(series, row))) this.markAtClose(instrument, series, row);
    if (this.larger.isUsed && this.market.finest[instrument] === series) this.larger.take(series, row);
  }

  private markAtClose(instrument: number, series: number, row: number): void {
    const { close } = this.market.series[series];
    this.portfolio.setMark(instrument, close, row);
    if (this.guards.believed.hasDoubts) this.guards.believed.markedByBar(instrument, close[row]);
    if (this.rates.any) this.rates.update(instrument);
  }

  /** @param taken bars until then have come: larger ones that end by then are complete */
  private closeInstant(taken = this.clock.now): void {
    const { broker, clock } = this;
    if (broker.nextDue <= clock.now) broker.onDue();
    if (this.corporate.due <= clock.now) this.corporate.tell(clock.now, this.actions);
    if (this.larger.due <= taken) this.batchLength = this.larger.complete(taken, this.batch, this.batchLength);
    if (this.batchLength > 1 && this.larger.isUsed) this.larger.arrange(this.batch, this.batchLength);
    if (!this.started) this.warmUp();
    else if (this.batchLength > 0 || this.touched) this.handOut();
    else this.keepQuietInstant();
    this.batchLength = 0;
  }

  /** Tells the strategy what has become known at this instant, and marks equity. */
  private handOut(): void {
    const { batch, market, handlers, views, desk, indicators } = this;
    const length = handlers.isSilent ? 0 : this.batchLength;
    this.barsTaken += length;
    for (let b = 0; b < length; b++) indicators.update(batch[b], market.row[batch[b]]);
    this.flow.closed = this.late ? CATCH_UP : undefined;
    if (this.inbox.length > 0) handlers.deliver();
    if (handlers.hasBar) {
      for (let b = 0; b < length; b++) {
        const series = batch[b];
        desk.cursor.series = series;
        handlers.bar(views.open(series, market.row[series]));
        views.close();
      }
    }
    desk.cursor.series = this.loneSeries;
    if (handlers.hasBars && length > 0) this.handOutTogether(length);
    if (this.calendarDue <= this.clock.now) this.keepAgenda();
    this.endInstant();
  }

  private handOutTogether(length: number): void {
    this.handlers.bars(this.views.openAll(this.batch, length, this.market.row));
    this.views.close();
  }

  /** After the handlers: what fills or is called at this very instant, and what the account is worth then. */
  private endInstant(): void {
    const { portfolio, watch, clock } = this;
    this.broker.onInstantEnd();
    if (this.inbox.length > 0) this.handlers.deliver();
    this.equity.mark(clock, portfolio);
    const believed = this.guards.believed.equity(portfolio);
    watch.mark(believed);
    if (this.guards.watchesLosses) this.enforceLossLimits(believed);
    if (clock.now >= this.watch.dayEnd) this.beginDay();
    this.touched = false;
    this.late = false;
  }

  /** An instant at which nothing of the market became known: what falls due by the calendar, and messages. */
  private keepQuietInstant(): void {
    const { activity } = this.flow;
    this.flow.closed = undefined;
    if (this.calendarDue <= this.clock.now) this.keepAgenda();
    if (this.flow.activity !== activity) this.broker.onInstantEnd();
    if (this.inbox.length > 0) this.handlers.deliver();
    if (this.clock.now >= this.watch.dayEnd) this.beginDay();
  }

  private keepAgenda(): void {
    // What late bars brought is told while no order may be made on them.
    if (this.inbox.length > 0) this.handlers.deliver();
    this.flow.closed = undefined;
    this.agenda.keep(this.clock.now, this.handlers);
    if (this.inbox.length > 0) this.handlers.deliver();
  }

  // ---- what happens seldom ------------------------------------------------------------------------------------

  private takeQuote(): void {
    const { quote, late } = this.feed;
    const { index } = quote.instrument;
    const price = this.ticks.quote(quote, this.clock.now);
    if (this.working.count[index] > 0 && !late) this.broker.onQuote(index);
    if (price === price) this.markAt(index, price);
    this.beginTick(index);
    if (this.started && this.handlers.hasQuote) this.handlers.quote(this.market.quoteViews[index]);
    this.desk.cursor.series = this.loneSeries;
  }

  private takeTrade(): void {
    const { trade, late } = this.feed;
    const { index } = trade.instrument;
    if (!this.ticks.trade(trade, this.clock.now)) return;
    if (this.working.count[index] > 0 && !late) this.broker.onTrade(index);
    if (!this.market.hasQuotes[index]) this.markAt(index, trade.price);
    if (this.larger.isUsed) this.batchLength = this.larger.takeTrade(index, this.batch, this.batchLength);
    this.beginTick(index);
    if (this.started && this.handlers.hasTrade) this.handlers.trade(this.market.tradeViews[index]);
    this.desk.cursor.series = this.loneSeries;
  }

  private beginTick(instrument: number): void {
    this.touched = true;
    this.flow.closed = this.feed.late ? CATCH_UP : undefined;
    if (this.started && this.inbox.length > 0) this.handlers.deliver();
    this.desk.cursor.series = this.market.shown[instrument];
  }

  private markAt(instrument: number, price: number): void {
    this.portfolio.mark[instrument] = price;
    this.portfolio.revalue(instrument);
    this.guards.believed.marked(instrument, price, this.clock.now);
    if (this.rates.any) this.rates.update(instrument);
  }

  /** Does what falls due before an instant, each thing at its own. */
  private passDueInstants(until: Instant): void {
    const { clock } = this;
    for (;;) {
      const { due } = this;
      if (!(due < until)) return;
      clock.now = Math.max(clock.now, due);
      this.closeInstant();
    }
  }

  private warmUp(): void {
    for (let b = 0; b < this.batchLength; b++) {
      const series = this.batch[b];
      this.indicators.update(series, this.market.row[series]);
      this.indicators.warm(series);
    }
    this.barsTaken += this.batchLength;
    this.warmupBars += this.batchLength;
  }

  private startIfWarm(time: Instant): void {
    const { clock } = this;
    if (time <= this.from || !this.indicators.isWarm) return;
    if (clock.now < this.from) clock.now = this.from;
    if (clock.now === Number.NEGATIVE_INFINITY) clock.now = this.firstInstant();
    this.started = true;
    this.desk.cursor.series = this.loneSeries;
    this.equity.mark(clock, this.portfolio);
    this.beginDay();
    this.watch.mark(this.guards.believed.equity(this.portfolio));
    this.agenda.begin(clock.now);
    for (const { kind, orders } of this.heldBefore) this.flow.keepOn(kind, orders);
    this.handlers.start();
    if (this.inbox.length > 0) this.handlers.deliver();
    if (this.due < time) this.passDueInstants(time);
  }

  /** Where the first event of the feed begins: a bar at its start; anything else, just before it. */
  private firstInstant(): number {
    const { feed } = this;
    return feed.row >= 0 ? this.market.series[feed.seriesIndex].start[feed.row] : feed.time - 1;
  }

  private beginDay(): void {
    const { guards, watch, market, clock } = this;
    const [sessions] = market.sessions;
    const end = guards.countsDays ? closeAfter(sessions, clock.now) : Infinity;
    const { keptAt } = watch;
    // What lies in front of the table is of no day that is known.
    const isKept = end < Infinity && keptAt >= sessions.open[0] && closeAfter(sessions, keptAt) === end;
    watch.beginDay(guards.believed.equity(this.portfolio), end, isKept);
  }

  private enforceLossLimits(equity: number): void {
    const reason = this.guards.breach(equity);
    if (reason !== undefined) this.flow.flatten(reason);
  }

  // ---- what a session adds: time without events, and messages -------------------------------------------------

  /**
   * Lets time pass without an event of the feed: ends the instant that is open, does what falls due before `now`, and
   * opens that. What falls due at `now` itself is done when it is settled. Time never goes back.
   */
  advance(now: Instant): void {
    if (now > this.clock.now) this.explained(() => this.passTo(now));
  }

  /** What the broker has to tell, at `now`; the strategy hears of it when the instant is settled. */
  hear(now: Instant, tell: () => void): void {
    this.advance(now);
    this.explained(tell);
  }

  /** Whether an event waits that had been pulled from the feed when a handler failed; the next `drain` takes it first. */
  get isInterrupted(): boolean {
    return this.interrupted !== NOTHING;
  }

  /**
   * Ends the strategy's part, where a session goes on after one of its handlers has failed: none is called any more and
   * no order is made, what could increase a position is cancelled, and positions stay with the orders that protect
   * them. Fills are still booked, held exits still leave. The instant at which it failed is ended without it.
   */
  stopStrategy(error: unknown): void {
    const code = error instanceof SeatrialError ? error.code : "UNEXPECTED";
    this.guards.strategyStopped ??= { code: "STRATEGY_STOPPED", details: { error: code } };
    this.handlers.silence();
    this.views.close();
    this.desk.cursor.series = this.loneSeries;
    this.batchLength = 0;
    this.touched = this.started;
    this.flow.closed = undefined;
    this.flow.cancelIncreasing();
  }

  /** The connection of the session has changed; the strategy hears of it when the instant of the change is settled. */
  connectionChanged(event: ConnectionEvent): void {
    if (this.started) this.hear(event.time, () => this.inbox.connectionChanged(event));
  }

  /** What a handler throws is thrown on with the handler and the moment. */
  private explained<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explainFailure(error, this.flow, this.desk, this.clock.now);
    }
  }
}

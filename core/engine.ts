import { Agenda } from "./agenda.js";
import { type Broker, BrokerAccount } from "./broker.js";
import type { LocalTime } from "./calendar/schedule.js";
import { closeAfter } from "./calendar/session-time.js";
import type { Sessions } from "./calendar/sessions.js";
import { EngineClock } from "./clock.js";
import { type Desk, DeskRun } from "./desk.js";
import { BAR, type Feed, NOTHING, QUOTE } from "./feed.js";
import { EquityWatch, GuardChain, type GuardSettings } from "./guards/index.js";
import { explainFailure, Handlers } from "./handlers.js";
import { Inbox } from "./inbox.js";
import type { IndicatorSet } from "./indicators/indicator-set.js";
import type { LogSink } from "./log.js";
import { BarViews } from "./market/bar-views.js";
import type { CorporateActions } from "./market/corporate-actions.js";
import { CurrencyRates } from "./market/currency-rates.js";
import { LargerBars, largerSeries } from "./market/larger-bars.js";
import { Market } from "./market/market.js";
import { TickIntake } from "./market/tick-intake.js";
import { OrderFlow } from "./order-flow.js";
import type { Denial } from "./orders/denial.js";
import { OrderBook } from "./orders/order-book.js";
import { OrderDesk } from "./orders/order-desk.js";
import { WorkingOrders } from "./orders/working-orders.js";
import { ActionBooking } from "./portfolio/action-booking.js";
import { CorporateEvents } from "./portfolio/corporate-events.js";
import { EquityLog } from "./portfolio/equity-log.js";
import { FillLog } from "./portfolio/fill-log.js";
import { Portfolio } from "./portfolio/portfolio.js";
import { TradeLog } from "./portfolio/trade-log.js";
import type { Strategy } from "./strategy.js";

/** Orders made on bars that came late would act on an old signal. */
const CATCH_UP: Denial = { code: "CATCH_UP", details: { bars: "late" } };

/** What a run is made of. Money is in the base currency, instants in epoch ms UTC. */
export interface EngineOptions {
  readonly feed: Feed;
  readonly broker: Broker;
  readonly strategy: Strategy;
  /** The desk the strategy was constructed at. */
  readonly desk: Desk;
  /** Sessions of each instrument, by its index. */
  readonly sessions: readonly Sessions[];
  readonly cash: number;
  readonly baseCurrency: string;
  /** Base currency for one unit of a currency, where no forex pair of the run tells it. */
  readonly rates?: Readonly<Record<string, number>>;
  readonly guards?: GuardSettings | false;
  /** The strategy begins with the first event after this instant, once it is warm. Default: as soon as it is warm. */
  readonly from?: number;
  readonly seed?: number;
  readonly log?: LogSink;
  /** Catch bars that are kept beyond their handler. */
  readonly strict?: boolean;
  readonly state?: Record<string, unknown>;
  /** Splits and dividends that prices do not have in them, by the instrument's index. */
  readonly actions?: readonly CorporateActions[];
  /** For each instrument, by its index, what a time of day on the date of a session is as an instant. */
  readonly localTime?: (instrument: number) => LocalTime;
}

/** Where nobody knows the zone of an exchange, no time of day comes. */
const noLocalTime = (): LocalTime => () => Infinity;

/**
 * The loop that drives a strategy, the same for history and for live: it takes events from a feed, lets the broker
 * match them, and hands them to the strategy, one instant at a time. Nothing in it asks where the events come from.
 *
 * An instant is all that became known at one point in time. Within it the order is: fills, expiries, indicators, what
 * the strategy is told of its orders, `onBar` by series, `onBars`, `onSessionClose`, orders held until now,
 * `onSessionOpen`, tasks, orders that fill at this very close, equity.
 */
export class Engine {
  readonly clock = new EngineClock();
  readonly market: Market;
  readonly portfolio: Portfolio;
  readonly book = new OrderBook(this.clock);
  readonly working: WorkingOrders;
  readonly fills = new FillLog();
  readonly equity: EquityLog;
  readonly guards: GuardChain;
  readonly flow: OrderFlow;
  readonly indicators: IndicatorSet;
  /** What splits and dividends do, and did. */
  readonly actions: ActionBooking;
  /** Bars taken, by the strategy or as its warm-up. */
  barsTaken = 0;
  /** Of these, bars that warmed it up. */
  warmupBars = 0;
  /** Whether `onStart` has been called. */
  started = false;
  private readonly tradeLog: TradeLog;
  private readonly multipliers: Float64Array;
  private readonly feed: Feed;
  private readonly broker: Broker;
  private readonly desk: Desk;
  private readonly handlers: Handlers;
  private readonly agenda: Agenda;
  private readonly corporate: CorporateEvents;
  private readonly inbox = new Inbox();
  private readonly views: BarViews;
  private readonly rates: CurrencyRates;
  private readonly watch: EquityWatch;
  private readonly from: number;
  private readonly instrumentOf: Int32Array;
  /** 1 where bars of a series fill orders: the finest of an instrument that has neither quotes nor trades. */
  private readonly matches: Int32Array;
  private readonly larger: LargerBars;
  private readonly ticks: TickIntake;
  /** What an unpinned indicator follows outside of `onBar`: the only series there is, or none. */
  private readonly loneSeries: number;
  private readonly strict: boolean;
  /** One series of bars and nothing else: every bar is an instant of its own, and no straggler can follow. */
  private readonly alone: boolean;
  /** The series that had a bar at this instant. */
  private readonly batch: Int32Array;
  private batchLength = 0;
  private touched = false;
  /** Fills there were when equity was marked last: without a position it moves only with a fill. */
  private fillsMarked = 0;
  /** Whether a bar of this instant came late, after a break. */
  private late = false;
  private dayEnd = Infinity;

  constructor(options: EngineOptions) {
    const { feed, broker, desk, strategy, sessions } = options;
    const { instruments } = feed;
    const base = feed.series.length;
    const series = [...feed.series, ...largerSeries(feed.series, desk.largerSizes(feed.series))];
    this.feed = feed;
    this.broker = broker;
    this.desk = desk;
    this.from = options.from ?? Number.NEGATIVE_INFINITY;
    this.market = new Market(instruments, series, sessions, feed.hasQuotes, feed.hasTrades);
    this.portfolio = new Portfolio(instruments, options.baseCurrency, options.cash);
    this.rates = new CurrencyRates(instruments, this.portfolio, options.rates ?? {});
    this.working = new WorkingOrders(instruments.length);
    this.tradeLog = new TradeLog(instruments.length);
    this.multipliers = Float64Array.from(instruments, (instrument) => instrument.multiplier);
    this.equity = new EquityLog(feed.instants + 16, feed.times);
    this.watch = new EquityWatch(options.cash);
    this.guards = new GuardChain(options.guards ?? {}, this.market, this.watch, broker.tradesAtClose);
    this.flow = new OrderFlow({
      clock: this.clock,
      market: this.market,
      book: this.book,
      working: this.working,
      portfolio: this.portfolio,
      fills: this.fills,
      guards: this.guards,
      broker,
      inbox: this.inbox,
    });
    const orders = new OrderDesk(this.book, this.working, this.flow, this.portfolio, this.clock);
    this.handlers = new Handlers(strategy, desk, this.flow, this.inbox, this.fills);
    this.agenda = new Agenda(this.market, options.localTime ?? noLocalTime, this.handlers.hasSessions);
    this.corporate = new CorporateEvents(options.actions ?? []);
    const { market, book, portfolio, fills, flow, guards } = this;
    this.larger = new LargerBars(market, base);
    const { larger } = this;
    this.actions = new ActionBooking({ market, book, portfolio, fills, flow, broker, guards, larger });
    const run = new DeskRun(this.market, this.portfolio, orders, this.flow, this.clock, this.agenda);
    desk.bind(run, options.seed ?? 1, options.log);
    if (options.state !== undefined) strategy.state = options.state;
    this.instrumentOf = Int32Array.from(series, (one) => one.instrument.index);
    this.matches = Int32Array.from(series, (one, s) => {
      const i = one.instrument.index;
      return this.market.finest[i] === s && !feed.hasQuotes[i] && !feed.hasTrades[i] ? 1 : 0;
    });
    this.ticks = new TickIntake(this.market, this.guards.quoteWatch);
    this.loneSeries = series.length === 1 ? 0 : -1;
    this.alone = series.length === 1 && this.matches[0] === 1 && !this.rates.any;
    this.indicators = desk.openIndicators(base);
    this.batch = new Int32Array(series.length);
    this.strict = options.strict === true;
    this.views = new BarViews(series, desk.strategy, this.strict);
    broker.connect(new BrokerAccount(this.book, this.working, this.portfolio, this.market, this.clock, this.flow));
  }

  /**
   * Takes events until the feed has none for now or about `limit` have been taken; returns how many. What belongs to
   * the latest instant is handed out once a later event comes, or by `settle`.
   * @throws StrategyError HANDLER_FAILED when a handler throws; the cause is attached.
   */
  drain(limit: number): number {
    try {
      return this.take(limit);
    } catch (error) {
      throw explainFailure(error, this.flow, this.desk, this.clock.now);
    }
  }

  /** Hands out the instant that is open: live when no straggler is expected any more, in a replay at the end. */
  settle(): void {
    try {
      this.closeInstant();
    } catch (error) {
      throw explainFailure(error, this.flow, this.desk, this.clock.now);
    }
  }

  /** Ends the run: the last instant, then `onStop`. */
  finish(): void {
    this.settle();
    if (!this.started) return;
    try {
      this.handlers.stop();
    } catch (error) {
      throw explainFailure(error, this.flow, this.desk, this.clock.now);
    }
  }

  /** The round trips that the fills so far have made. */
  get trades(): TradeLog {
    return this.tradeLog.follow(this.fills, this.multipliers, this.actions.log.splits);
  }

  /** Turns the kill switch on: no new orders; cancels what could increase a position, and closes all if asked to. */
  kill(reason: string, flatten = false): void {
    this.guards.killSwitch.turnOn(reason);
    if (flatten) this.flow.flatten("kill switch");
    else this.flow.cancelIncreasing();
  }

  private take(limit: number): number {
    const { feed, clock } = this;
    let taken = 0;
    while (taken < limit) {
      if (this.hasShortWay()) taken += this.takeLoneBars(limit - taken);
      const kind = feed.next();
      if (kind === NOTHING) break;
      if (feed.time > clock.now) this.moveToEvent();
      if (kind === BAR) this.takeBar(feed.seriesIndex, feed.row);
      else if (kind === QUOTE) this.takeQuote();
      else this.takeTrade();
      if (this.alone) this.closeInstant();
      taken++;
    }
    return taken;
  }

  /** Ends the instant that was open, does what falls due before the next, and opens that one. */
  private moveToEvent(): void {
    const { feed, clock } = this;
    if (clock.now === Number.NEGATIVE_INFINITY) this.corporate.skip(this.firstInstant());
    this.closeInstant();
    if (this.due < feed.time) this.passDueInstants();
    if (!this.started) this.startIfWarm();
    clock.now = feed.time;
  }

  private takeBar(series: number, row: number): void {
    const instrument = this.instrumentOf[series];
    this.market.row[series] = row;
    this.batch[this.batchLength++] = series;
    if (this.feed.late) this.late = true;
    if (this.market.finest[instrument] !== series) return;
    if (this.matches[series] === 1) {
      if (this.working.count[instrument] > 0 && !this.feed.late) this.broker.onBar(instrument, row);
      this.portfolio.setMark(instrument, this.market.series[series].close, row);
      if (this.rates.any) this.rates.update(instrument);
    }
    if (this.larger.isUsed) this.larger.take(series, row);
  }

  private closeInstant(): void {
    const { broker, clock } = this;
    if (broker.nextDue <= clock.now) broker.onDue();
    if (this.corporate.due <= clock.now) this.corporate.tell(clock.now, this.actions);
    if (this.larger.due <= clock.now) this.batchLength = this.larger.complete(clock.now, this.batch, this.batchLength);
    if (!this.started) this.warmUp();
    else if (this.batchLength > 0 || this.touched) this.handOut();
    else this.keepQuietInstant();
    this.batchLength = 0;
  }

  /** An instant at which nothing of the market became known: what falls due by the calendar, and messages. */
  private keepQuietInstant(): void {
    const { activity } = this.flow;
    this.flow.closed = undefined;
    if (this.calendarDue <= this.clock.now) this.keepAgenda();
    if (this.flow.activity !== activity) this.broker.onInstantEnd();
    if (this.inbox.length > 0) this.handlers.deliver();
    if (this.clock.now >= this.dayEnd) this.beginDay();
  }

  private keepAgenda(): void {
    // What late bars brought is told while no order may be made on them.
    if (this.inbox.length > 0) this.handlers.deliver();
    this.flow.closed = undefined;
    this.agenda.keep(this.clock.now, this.handlers);
    if (this.inbox.length > 0) this.handlers.deliver();
  }

  /** When a session opens or closes, a held order is released or a task is to be run. */
  private get calendarDue(): number {
    return Math.min(this.agenda.due, this.flow.nextRelease);
  }

  /** When anything falls due by itself, whether or not the market moves. */
  private get due(): number {
    return Math.min(this.broker.nextDue, this.larger.due, this.calendarDue, this.corporate.due, this.dayEnd);
  }

  /** Tells the strategy what has become known at this instant, and marks equity. */
  private handOut(): void {
    const { batch, market, handlers, views, desk, indicators } = this;
    const length = this.batchLength;
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
    this.fillsMarked = this.fills.length;
    if (portfolio.equity > watch.peak) watch.peak = portfolio.equity;
    if (this.guards.flattens) this.enforceLossLimits();
    if (clock.now >= this.dayEnd) this.beginDay();
    this.touched = false;
    this.late = false;
  }

  // ---- a short way for a lone series --------------------------------------------------------------------------

  /** Whether `takeLoneBars` may take the next bar: nothing but bars of one series comes, and no rule asks for more. */
  private hasShortWay(): boolean {
    if (!this.alone || !this.started) return false;
    return !this.strict && !this.guards.flattens && this.equity.isAligned(this.feed.row + 1);
  }

  /**
   * The steps above for the bars of a lone series between two instants at which something falls due: match, mark,
   * indicators, messages, handler, orders for this close, equity. A test holds it equal to the long way. Written out
   * rather than composed, for each call and each field it would cost shows in every bar.
   */
  private takeLoneBars(limit: number): number {
    const { feed, clock, market, portfolio, indicators, inbox, handlers, views, flow, broker, equity } = this;
    const { row, series } = market;
    const { close } = series[0];
    const { quantity, mark } = portfolio;
    const { count } = this.working;
    const { watch, fills } = this;
    const hasIndicators = indicators.isUsed;
    const { hasBar, hasBars } = handlers;
    let { activity } = flow;
    let filled = this.fillsMarked;
    let due = Math.min(broker.nextDue, this.dayEnd, this.calendarDue, this.corporate.due);
    let taken = 0;
    flow.closed = undefined;
    while (taken < limit && feed.next() !== NOTHING) {
      const at = feed.row;
      taken++;
      if (feed.time >= due || feed.late) {
        this.takeDueBar(at);
        filled = this.fillsMarked;
        break;
      }
      clock.now = feed.time;
      row[0] = at;
      if (count[0] > 0) {
        broker.onBar(0, at);
        due = Math.min(broker.nextDue, this.dayEnd, this.calendarDue, this.corporate.due);
      }
      mark[0] = close[at];
      portfolio.revalue(0);
      if (hasIndicators) indicators.update(0, at);
      if (inbox.length > 0) handlers.deliver();
      if (hasBar) handlers.bar(views.open(0, at));
      if (hasBars) this.handOutTogether(1);
      if (flow.activity !== activity || portfolio.equity < broker.alertBelow) {
        broker.onInstantEnd();
        if (inbox.length > 0) handlers.deliver();
        activity = flow.activity;
        due = Math.min(broker.nextDue, this.dayEnd, this.calendarDue, this.corporate.due);
      }
      if (quantity[0] === 0 && fills.length === filled) {
        equity.keep();
        continue;
      }
      filled = fills.length;
      equity.markNext(portfolio);
      if (portfolio.equity > watch.peak) watch.peak = portfolio.equity;
    }
    this.fillsMarked = filled;
    this.barsTaken += taken;
    return taken;
  }

  /** A bar that comes late, or with or after an instant at which something falls due, takes the long way. */
  private takeDueBar(row: number): void {
    this.moveToEvent();
    this.takeBar(0, row);
    this.closeInstant();
    this.barsTaken--;
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
    this.beginTick(index);
    if (this.started && this.handlers.hasTrade) this.handlers.trade(this.market.tradeViews[index]);
    this.desk.cursor.series = this.loneSeries;
  }

  private beginTick(instrument: number): void {
    this.touched = true;
    this.flow.closed = this.feed.late ? CATCH_UP : undefined;
    if (this.started && this.inbox.length > 0) this.handlers.deliver();
    this.desk.cursor.series = this.market.finest[instrument];
  }

  private markAt(instrument: number, price: number): void {
    this.portfolio.mark[instrument] = price;
    this.portfolio.revalue(instrument);
    if (this.rates.any) this.rates.update(instrument);
  }

  private passDueInstants(): void {
    const { clock, feed } = this;
    for (;;) {
      const { due } = this;
      if (!(due < feed.time)) return;
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

  private startIfWarm(): void {
    const { clock, feed } = this;
    const { time } = feed;
    if (time <= this.from || !this.indicators.isWarm) return;
    if (clock.now < this.from) clock.now = this.from;
    if (clock.now === Number.NEGATIVE_INFINITY) clock.now = this.firstInstant();
    this.started = true;
    this.desk.cursor.series = this.loneSeries;
    this.equity.mark(clock, this.portfolio);
    this.beginDay();
    this.agenda.begin(clock.now);
    this.handlers.start();
    if (this.inbox.length > 0) this.handlers.deliver();
    if (this.due < time) this.passDueInstants();
  }

  /** Where the first event of the feed begins: a bar at its start; anything else, just before it. */
  private firstInstant(): number {
    const { feed } = this;
    return feed.row >= 0 ? this.market.series[feed.seriesIndex].start[feed.row] : feed.time - 1;
  }

  private beginDay(): void {
    this.watch.dayStart = this.portfolio.equity;
    // Only the daily loss limit asks for days.
    this.dayEnd = this.guards.dailyLoss === undefined ? Infinity : closeAfter(this.market.sessions[0], this.clock.now);
    this.guards.beginDay();
  }

  private enforceLossLimits(): void {
    const reason = this.guards.breach(this.portfolio.equity);
    if (reason !== undefined) this.flow.flatten(reason);
  }
}

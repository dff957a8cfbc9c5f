import { Agenda } from "./agenda.js";
import { type Broker, BrokerAccount } from "./broker.js";
import type { LocalTime } from "./calendar/schedule.js";
import { EngineClock } from "./clock.js";
import { firstRows } from "./columns.js";
import { type Desk, DeskRun } from "./desk.js";
import type { EngineOptions } from "./engine-options.js";
import type { Feed } from "./feed.js";
import { EquityWatch, GuardChain } from "./guards/index.js";
import { Handlers } from "./handlers.js";
import { Inbox } from "./inbox.js";
import type { IndicatorSet } from "./indicators/indicator-set.js";
import type { BarSeries } from "./market/bar-series.js";
import { BarViews } from "./market/bar-views.js";
import { CurrencyRates } from "./market/currency-rates.js";
import { builtSeries, LargerBars } from "./market/larger-bars.js";
import { Market } from "./market/market.js";
import { TickIntake } from "./market/tick-intake.js";
import { OrderFlow } from "./order-flow.js";
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

/** Where nobody knows the zone of an exchange, no time of day comes. */
const noLocalTime = (): LocalTime => () => Infinity;

/** The parts that the loop of a run drives, made and joined: see core/engine.ts for what is done with them. */
export abstract class EngineParts {
  readonly clock = new EngineClock();
  readonly market: Market;
  readonly portfolio: Portfolio;
  readonly book: OrderBook;
  readonly working: WorkingOrders;
  readonly fills: FillLog;
  readonly equity: EquityLog;
  readonly guards: GuardChain;
  readonly flow: OrderFlow;
  readonly indicators: IndicatorSet;
  /** What splits and dividends do, and did. */
  readonly actions: ActionBooking;
  readonly feed: Feed;
  readonly broker: Broker;
  readonly desk: Desk;
  readonly strategy: Strategy;
  readonly handlers: Handlers;
  readonly agenda: Agenda;
  readonly corporate: CorporateEvents;
  readonly inbox = new Inbox();
  readonly views: BarViews;
  readonly rates: CurrencyRates;
  readonly watch: EquityWatch;
  readonly larger: LargerBars;
  readonly ticks: TickIntake;
  readonly instrumentOf: Int32Array;
  /** 1 where bars of a series fill orders: the finest of an instrument that has neither quotes nor trades. */
  readonly matches: Int32Array;
  /** What an unpinned indicator follows outside of `onBar`: the only series there is, or none. */
  readonly loneSeries: number;
  /** One series of bars and nothing else: every bar is an instant of its own, and no straggler can follow. */
  readonly alone: boolean;
  readonly strict: boolean;
  private readonly tradeLog: TradeLog;
  private readonly multipliers: Float64Array;

  constructor(options: EngineOptions) {
    const { feed, broker, desk, strategy, sessions } = options;
    const { instruments } = feed;
    const asked = desk.largerSizes(feed);
    const built = builtSeries(feed.series, asked);
    const series = [...feed.series, ...built.map((one) => one.series)];
    const isAsked = ({ instrument, size }: BarSeries): boolean =>
      asked.some((one) => one.instrument === instrument && one.size.label === size.label);
    const handed = Uint8Array.from(series, (one) => (options.onlySubscribed !== true || isAsked(one) ? 1 : 0));
    const localTime = options.localTime ?? noLocalTime;
    this.book = new OrderBook(this.clock, firstRows(feed.instants));
    this.fills = new FillLog(firstRows(feed.instants));
    this.feed = feed;
    this.broker = broker;
    this.desk = desk;
    const { hasQuotes, hasTrades } = feed;
    this.market = new Market(instruments, series, sessions, hasQuotes, hasTrades, built.length, handed);
    const { rates = {} } = options;
    this.portfolio = new Portfolio(instruments, options.baseCurrency, options.cash, Object.keys(rates));
    this.rates = new CurrencyRates(instruments, this.portfolio, rates);
    this.working = new WorkingOrders(instruments.length);
    this.tradeLog = new TradeLog(instruments.length);
    this.multipliers = Float64Array.from(instruments, (instrument) => instrument.multiplier);
    this.equity = new EquityLog(feed.instants + 16, feed.times, options.keepsEquity);
    this.watch = new EquityWatch(options.cash);
    const { evidence, guards: settings = {} } = options;
    this.guards = new GuardChain(settings, this.market, this.watch, broker.tradesAtClose, evidence);
    const { clock, market, book, working, portfolio, fills, guards, inbox } = this;
    this.flow = new OrderFlow({ clock, market, book, working, portfolio, fills, guards, broker, inbox });
    const { flow } = this;
    const orders = new OrderDesk(book, working, flow, market, portfolio, clock);
    this.handlers = new Handlers(strategy, desk, flow, inbox, fills);
    this.agenda = new Agenda(market, localTime, this.handlers.hasSessions);
    this.corporate = new CorporateEvents(options.actions ?? []);
    this.larger = new LargerBars(market, built, (instrument) => {
      const timeOf = localTime(instrument);
      return (session) => timeOf(session, 0);
    });
    const { larger } = this;
    this.actions = new ActionBooking({ market, book, working, portfolio, fills, flow, broker, guards, larger });
    const run = new DeskRun(market, portfolio, orders, flow, clock, this.agenda);
    desk.bind(run, options.seed ?? 1, options.log);
    this.strategy = strategy;
    if (options.state !== undefined) strategy.state = options.state;
    this.instrumentOf = Int32Array.from(series, (one) => one.instrument.index);
    this.matches = Int32Array.from(series, (one, s) => {
      const i = one.instrument.index;
      return market.finest[i] === s && !hasQuotes[i] && !hasTrades[i] ? 1 : 0;
    });
    this.ticks = new TickIntake(market, guards.quoteWatch);
    this.loneSeries = handed.indexOf(1) === handed.lastIndexOf(1) ? handed.indexOf(1) : -1;
    const hasTicks = hasQuotes.includes(true) || hasTrades.includes(true);
    this.alone = series.length === 1 && !hasTicks && handed[0] === 1 && this.matches[0] === 1 && !this.rates.any;
    this.indicators = desk.openIndicators();
    this.strict = options.strict === true;
    this.views = new BarViews(series, desk.strategy, this.strict);
    broker.connect(new BrokerAccount(book, working, portfolio, market, clock, flow, () => guards.opensNothing));
  }

  /** The round trips that the fills so far have made. */
  get trades(): TradeLog {
    return this.tradeLog.follow(this.fills, this.multipliers, this.actions.log.splits);
  }

  /** When a session opens or closes, a held order is released or a task is to be run. */
  get calendarDue(): number {
    return Math.min(this.agenda.due, this.flow.nextRelease);
  }

  /** When anything falls due by itself, whether or not the market moves. */
  get due(): number {
    return Math.min(this.broker.nextDue, this.larger.due, this.calendarDue, this.corporate.due, this.watch.dayEnd);
  }
}

import { BrokerAccount, type BrokerEvents } from "../../../core/broker.js";
import { Desk } from "../../../core/desk.js";
import { Engine } from "../../../core/engine.js";
import type { EngineOptions } from "../../../core/engine-options.js";
import type { BarSeries } from "../../../core/market/bar-series.js";
import type { Denial } from "../../../core/orders/denial.js";
import { DENIED, GOOD_TILL_DATE, ORDER_TYPES, TIMES_IN_FORCE } from "../../../core/orders/kinds.js";
import { OUTSIDE_RTH, PROTECTIVE, TRAIL_FRACTION } from "../../../core/orders/order-book.js";
import type { Portfolio } from "../../../core/portfolio/portfolio.js";
import { construct, Strategy } from "../../../core/strategy.js";
import type { SimRules } from "../../sim/rules.js";
import { SimBroker } from "../../sim/sim-broker.js";
import type { GatewayData } from "../gateway-data.js";
import type { MarketTick } from "../simulation/market-events.js";
import type { Participant } from "../simulation/simulation.js";
import type { LateCuts } from "./late-cuts.js";
import { TickFeed } from "./tick-feed.js";
import type { Placed, VenueChange, VenueListener, VenueOrder } from "./venue.js";

/** Orders come from clients and not from here: no handler, so the engine only matches and books. */
class NoStrategy extends Strategy {}

/** Nor are any of its guards: what a client sends is at the exchange at once, which keeps it until its market opens. */
const NO_GUARDS: NonNullable<EngineOptions["guards"]> = {
  session: false,
  staleQuote: false,
  sentinelPrices: false,
  crossedQuote: false,
  priceJump: false,
  priceBand: false,
  orderRate: false,
};

/** Any handler of the engine: what a client asks for is a decision of its own. */
const CLIENT_REQUEST = 1;

/** What an account begins with. */
export interface VenueAccount {
  readonly cash: number;
  readonly currency: string;
  /** Base currency for one unit of a currency, where no pair of the data tells it. */
  readonly rates: Readonly<Record<string, number>>;
}

/** The simulated broker, with a listener that hears of every event right after the account has booked it. */
class WatchedBroker extends SimBroker {
  listener: BrokerEvents | undefined;
  private readonly cuts: LateCuts;

  constructor(rules: SimRules, tradeDates: readonly Int32Array[], cuts: LateCuts) {
    super(rules, tradeDates);
    this.cuts = cuts;
  }

  override connect(account: BrokerAccount): void {
    const { book, working, portfolio, market, clock, events } = account;
    super.connect(new BrokerAccount(book, working, portfolio, market, clock, this.watched(events)));
    this.execution.cuts = this.cuts;
    this.cuts.join(this.execution, book);
  }

  private watched(events: BrokerEvents): BrokerEvents {
    const tell = (): BrokerEvents | undefined => this.listener;
    return {
      accepted: (order) => {
        events.accepted(order);
        tell()?.accepted(order);
      },
      rejected: (order, reason) => {
        events.rejected(order, reason);
        tell()?.rejected(order, reason);
      },
      triggered: (order) => {
        events.triggered(order);
        tell()?.triggered(order);
      },
      filled: (report) => {
        events.filled(report);
        tell()?.filled(report);
      },
      pendingCancel: (order) => {
        events.pendingCancel(order);
        tell()?.pendingCancel(order);
      },
      cancelled: (order) => {
        events.cancelled(order);
        tell()?.cancelled(order);
      },
      expired: (order) => {
        events.expired(order);
        tell()?.expired(order);
      },
      forced: (instrument, side, quantity, tag) => events.forced(instrument, side, quantity, tag),
      changeFailed: (order, reason) => events.changeFailed(order, reason),
      unknown: (order) => events.unknown(order),
      revived: (order) => events.revived(order),
      joined: (order) => events.joined(order),
      charged: (order, amount) => events.charged(order, amount),
      busted: (report) => events.busted(report),
    };
  }
}

/**
 * One account at the simulated broker, driven by the same engine as a run in process, without a strategy: ticks go in,
 * orders come from clients, and what becomes of them is told at once.
 */
export class SimVenue implements Participant {
  readonly portfolio: Portfolio;
  private readonly engine: Engine;
  private readonly feed: TickFeed;
  private readonly broker: WatchedBroker;
  private readonly cuts: LateCuts;
  private readonly clock: { readonly now: number };
  /** Instruments of which something is held. */
  private held = 0;
  /** What each instrument had realised at its last fill. */
  private readonly realised: Float64Array;

  constructor(
    data: GatewayData,
    finest: readonly BarSeries[],
    rules: SimRules,
    account: VenueAccount,
    clock: { readonly now: number },
    listener: VenueListener,
    cuts: LateCuts,
  ) {
    this.clock = clock;
    this.cuts = cuts;
    this.feed = new TickFeed(finest);
    this.broker = new WatchedBroker(rules, data.tradeDates, cuts);
    const desk = new Desk("account", {});
    this.engine = new Engine({
      feed: this.feed,
      broker: this.broker,
      strategy: construct(NoStrategy, desk),
      desk,
      sessions: data.sessions,
      cash: account.cash,
      baseCurrency: account.currency,
      rates: account.rates,
      guards: NO_GUARDS,
    });
    this.portfolio = this.engine.portfolio;
    this.realised = new Float64Array(finest.length);
    this.engine.clock.now = clock.now;
    this.broker.listener = this.listen(listener);
  }

  get due(): number {
    return this.broker.nextDue;
  }

  /** Values the account at prices that were known before it began. */
  mark(instrument: number, price: number): void {
    const { portfolio } = this;
    portfolio.mark[instrument] = price;
    portfolio.revalue(instrument);
  }

  /** Units of an order as it stands: exits and orders of a group shrink with what others have filled. */
  quantityOf(row: number): number {
    return this.engine.book.quantity[row];
  }

  /** The stop of an order as it stands: of a trailing one it moves. */
  stopOf(row: number): number {
    return this.engine.book.stop[row];
  }

  /** The limit of an order as it stands: a trailing stop-limit has one once it has triggered. */
  limitOf(row: number): number {
    return this.engine.book.limit[row];
  }

  /** What an order that the broker made itself is. */
  lookAt(row: number): { readonly instrument: number; readonly side: number; readonly quantity: number } {
    const { book } = this.engine;
    return { instrument: book.instrument[row], side: book.side[row], quantity: book.quantity[row] };
  }

  place(order: VenueOrder): Placed {
    const row = this.write(order);
    this.asked(() => this.engine.flow.place(row));
    const { book } = this.engine;
    return { row, denial: book.status[row] === DENIED ? book.denials.get(row) : undefined };
  }

  /** Why the order cannot be changed like that; undefined when it was. */
  change(row: number, { quantity, limit, stop, trail }: VenueChange): Denial | undefined {
    this.cuts.changed(row);
    return this.asked(() => this.engine.flow.modify(row, quantity, limit, stop, trail));
  }

  cancel(row: number): void {
    this.asked(() => this.engine.flow.cancel(row));
  }

  /** Nothing can come of a tick while nothing works and nothing is held: then only the prices are kept. */
  onTick(tick: MarketTick): void {
    const { engine, feed } = this;
    const isQuiet = engine.working.total === 0 && this.held === 0;
    if (isQuiet && feed.instruments[tick.instrument].assetClass !== "forex") {
      this.keep(tick);
      return;
    }
    feed.offer(tick);
    engine.drain(2);
  }

  onDue(): void {
    this.engine.clock.now = this.clock.now;
    this.broker.onDue();
  }

  onInstantEnd(): void {
    this.engine.clock.now = this.clock.now;
    this.broker.onInstantEnd();
  }

  private keep(tick: MarketTick): void {
    const { market, portfolio } = this.engine;
    const quote = market.quotes[tick.instrument];
    quote.time = tick.time;
    quote.bid = tick.bid;
    quote.ask = tick.ask;
    quote.bidSize = tick.bidSize;
    quote.askSize = tick.askSize;
    portfolio.mark[tick.instrument] = quote.mid;
    if (!(tick.last === tick.last)) return;
    const trade = market.trades[tick.instrument];
    trade.time = tick.time;
    trade.price = tick.last;
    trade.size = tick.lastSize;
  }

  private write(order: VenueOrder): number {
    const { book, clock } = this.engine;
    clock.now = this.clock.now;
    const type = ORDER_TYPES.indexOf(order.type);
    const row = book.add(order.instrument, order.side, type, order.quantity);
    book.tif[row] = TIMES_IN_FORCE.indexOf(order.tif);
    book.limit[row] = order.limit;
    book.stop[row] = order.stop;
    if (book.trails(row)) book.setTrail(row, order.trail, order.limitOffset);
    if (book.tif[row] === GOOD_TILL_DATE) book.setGoodTill(row, order.goodTill);
    book.parent[row] = order.parent;
    book.group[row] = order.group;
    if (order.outsideRth) book.flags[row] |= OUTSIDE_RTH;
    if (order.isTrailFraction) book.flags[row] |= TRAIL_FRACTION;
    if (order.isExit) book.flags[row] |= PROTECTIVE;
    return row;
  }

  /** Does what a client asks for, at the present instant. */
  private asked<T>(what: () => T): T {
    const { flow, clock } = this.engine;
    clock.now = this.clock.now;
    flow.handler = CLIENT_REQUEST;
    flow.decision++;
    try {
      return what();
    } finally {
      flow.handler = 0;
    }
  }

  /** Tells a listener what the broker says, with the figures that the account's books have of it. */
  private listen(listener: VenueListener): BrokerEvents {
    return {
      accepted: (row) => listener.accepted(row),
      rejected: (row, reason) => listener.rejected(row, reason),
      triggered: (row) => listener.triggered(row),
      changeFailed: () => undefined,
      pendingCancel: (row) => listener.pendingCancel(row),
      cancelled: (row) => listener.cancelled(row),
      expired: (row) => listener.expired(row),
      filled: () => this.tellFill(listener),
      forced: () => undefined,
      unknown: () => undefined,
      revived: () => undefined,
      joined: () => -1,
      charged: () => undefined,
      busted: () => undefined,
    };
  }

  private tellFill(listener: VenueListener): void {
    const { fills } = this.engine;
    const last = fills.length - 1;
    const instrument = fills.instrument[last];
    const realised = this.portfolio.realised(instrument);
    const before = this.realised[instrument];
    const quantity = fills.quantity[last];
    // One that closes at the price it was opened at has realised nothing, and is told all the same.
    const closes = (this.portfolio.quantity[instrument] - quantity) * quantity < 0;
    this.realised[instrument] = realised;
    this.held = this.portfolio.quantity.reduce((count, held) => (held === 0 ? count : count + 1), 0);
    listener.filled({
      row: fills.order[last],
      quantity: Math.abs(quantity),
      price: fills.price[last],
      fee: fills.fee[last],
      realised: closes ? realised - before : Number.NaN,
      time: fills.time[last],
    });
  }
}

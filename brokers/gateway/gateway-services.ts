import type { BarSeries } from "../../core/market/bar-series.js";
import type { TickRules } from "../../core/market/bar-ticks.js";
import type { SimRules } from "../sim/rules.js";
import { AccountBook } from "./account/account-book.js";
import { AccountFigures } from "./account/account-figures.js";
import { AccountService } from "./account/account-service.js";
import { PnlService } from "./account/pnl-service.js";
import { PositionService } from "./account/position-service.js";
import { ContractBook } from "./contracts/contract-book.js";
import type { ContractQuery } from "./contracts/contract-fields.js";
import { ContractService } from "./contracts/contract-service.js";
import { type Listing, listAll } from "./contracts/listing.js";
import { MarketRuleBook } from "./contracts/market-rules.js";
import type { FaultState } from "./faults/fault-state.js";
import type { ManualOrder } from "./faults/fault-target.js";
import type { GatewayData } from "./gateway-data.js";
import { HeadService } from "./history/head-service.js";
import { HistoryBook } from "./history/history-book.js";
import { HistoryService } from "./history/history-service.js";
import { LiveBars } from "./history/live-bars.js";
import { RealTimeBars } from "./history/real-time-bars.js";
import { TickHistoryService } from "./history/tick-history-service.js";
import type { HistoryPacing } from "./limits/history-pacing.js";
import { MarketDataLines } from "./limits/market-data-lines.js";
import { AccountDesk } from "./orders/account-desk.js";
import { ExecutionLog } from "./orders/execution-log.js";
import { LateCuts } from "./orders/late-cuts.js";
import { OrderAttributes } from "./orders/order-attributes.js";
import { OrderIdService } from "./orders/order-id-service.js";
import type { OrderIds } from "./orders/order-ids.js";
import { OrderListService } from "./orders/order-list-service.js";
import { OrderRegister } from "./orders/order-register.js";
import { OrderService } from "./orders/order-service.js";
import { OrderTeller } from "./orders/order-teller.js";
import { SimVenue, type VenueAccount } from "./orders/sim-venue.js";
import { WhatIf } from "./orders/what-if.js";
import { DepthService } from "./quotes/depth-service.js";
import { MarketDataService } from "./quotes/market-data-service.js";
import { QuoteBoard } from "./quotes/quote-board.js";
import { TickByTickService } from "./quotes/tick-by-tick-service.js";
import type { ClientList } from "./session/client-list.js";
import type { ClientSession } from "./session/client-session.js";
import type { RequestHandler, Service } from "./session/service.js";
import { SessionService } from "./session/session-service.js";
import type { Simulation } from "./simulation/simulation.js";
import type { TimeTexts } from "./time-text.js";
import type { ZoneTimes } from "./zones.js";

/** What the services of a gateway are made with. */
export interface ServiceParts {
  readonly data: GatewayData;
  readonly finest: readonly BarSeries[];
  readonly ticks: TickRules;
  readonly accounts: readonly string[];
  readonly account: VenueAccount;
  /** Rules of the simulated broker, anew for each account: fees and margin keep counts. */
  readonly rules: () => SimRules;
  readonly simulation: Simulation;
  readonly clients: ClientList;
  readonly faults: FaultState;
  readonly texts: TimeTexts;
  readonly operator: ZoneTimes;
  readonly orderIds: OrderIds;
  /** Undefined where the limit is switched off. */
  readonly pacing: HistoryPacing | undefined;
  /** Contracts that may be streamed at once; Infinity for no limit. */
  readonly lines: number;
  readonly wallClock: () => number;
}

const ANY_CONTRACT: ContractQuery = {
  conId: 0,
  symbol: "",
  secType: "",
  lastTradeDate: "",
  strike: 0,
  right: "",
  multiplier: "",
  exchange: "",
  primaryExchange: "",
  currency: "",
  localSymbol: "",
  tradingClass: "",
};

/** What goes on until its client leaves or cancels it, or all is lost. */
interface Lasting {
  left(client: ClientSession): void;
  forget(): void;
}

/** Everything that answers requests and lives in simulated time, put together. */
export class GatewayServices {
  readonly listings: readonly Listing[];
  readonly quotes: MarketDataService;
  readonly live: LiveBars;
  readonly orders: OrderService;
  readonly orderLists: OrderListService;
  readonly teller: OrderTeller;
  readonly register = new OrderRegister();
  readonly executions = new ExecutionLog();
  readonly contracts: ContractBook;
  private readonly all: readonly Service[];
  private readonly handlers = new Map<number, RequestHandler>();
  /** What tells of the market. */
  private readonly streams: readonly (Lasting & { readonly size: number })[];
  private readonly lasting: readonly Lasting[];
  private readonly desks = new Map<string, AccountDesk>();
  private readonly accounts: readonly string[];
  private readonly clients: ClientList;

  constructor(parts: ServiceParts) {
    const { data, simulation, faults, texts, operator, accounts, orderIds, pacing, wallClock } = parts;
    const { zoneOf } = data;
    this.accounts = accounts;
    this.clients = parts.clients;
    this.listings = listAll(data);
    const contracts = new ContractBook(this.listings);
    this.contracts = contracts;
    const rules = new MarketRuleBook(this.listings);
    const book = new HistoryBook(this.listings.length, data.series, parts.ticks);
    const lines = new MarketDataLines(parts.lines);
    const isLimited = parts.lines < Infinity;
    const board = new QuoteBoard(this.listings, book, simulation.now);
    this.teller = new OrderTeller(parts.clients, faults, texts);
    const { register, executions, teller } = this;

    const figures = accounts.map((account) => this.openAccount(account, parts, board));
    const { margin, fees } = parts.rules();
    const whatIf = new WhatIf(simulation, margin, fees, (account) => this.desk(account).portfolio);
    const accountBook = new AccountBook(figures, simulation, operator, (account) =>
      whatIf.marginOf(account, this.tradeDate(simulation.now)),
    );
    const accountService = new AccountService(accountBook, simulation, texts, faults);
    const positions = new PositionService(accountBook, faults);
    const profits = new PnlService(accountBook, contracts, simulation, faults);
    this.onChanged = (account, listing) => {
      positions.changed(account, listing);
      accountService.changed(account);
    };

    const history = { contracts, book, simulation, texts, zoneOf, operator, faults, pacing, wallClock };
    this.live = new LiveBars(book, simulation, faults);
    const realTimeBars = new RealTimeBars(contracts, simulation, lines, faults);
    this.quotes = new MarketDataService({ contracts, rules, board, simulation, lines, faults });
    const tickByTick = new TickByTickService(contracts, faults, isLimited);
    const depth = new DepthService(contracts, board, faults, isLimited);
    const shared = { register, orderIds, teller, simulation, faults, zoneOf, operator };
    this.orders = new OrderService({ ...shared, contracts, desks: this.desks, whatIf });
    this.orderLists = new OrderListService({ ...shared, executions });

    // Accounts fill before anybody is told the price; the board knows it before those who tell it.
    simulation.join(board);
    for (const one of [this.quotes, tickByTick, depth, realTimeBars, this.live]) simulation.join(one);
    // A new day begins before its first fill.
    simulation.joinFirst(accountBook);
    for (const one of [accountService, profits]) simulation.join(one);
    this.streams = [this.quotes, tickByTick.streams, depth.streams, realTimeBars.streams];
    this.lasting = [...this.streams, accountService, positions, profits.streams];
    this.all = [
      new SessionService(simulation, accounts, faults, wallClock),
      new OrderIdService(orderIds),
      new ContractService(contracts, rules, simulation),
      new HistoryService(history, this.live),
      new HeadService(history),
      new TickHistoryService(history),
      realTimeBars,
      this.quotes,
      tickByTick,
      depth,
      accountService,
      positions,
      profits,
      this.orders,
      this.orderLists,
    ];
    for (const service of this.all) {
      for (const [id, handler] of Object.entries(service.requests)) this.handlers.set(Number(id), handler);
    }
  }

  handler(messageId: number): RequestHandler | undefined {
    return this.handlers.get(messageId);
  }

  /** A client is gone: its streams end. */
  left(client: ClientSession): void {
    for (const one of new Set<Pick<Service, "left">>([...this.all, ...this.lasting])) one.left?.(client);
  }

  /** All streams of all clients are lost. */
  forgetStreams(): void {
    for (const one of this.lasting) one.forget();
    this.live.kill();
  }

  /** TWS has IB again: orders that waited are sent, and what became of the others is told. */
  resume(): void {
    this.teller.release();
    this.orders.resume();
  }

  /** Places an order as if it were made by hand in TWS. */
  placeByHand({ symbol, action, quantity, limit }: ManualOrder): void {
    const listing = this.listings.find((one) => one.localSymbol === symbol || one.symbol === symbol);
    if (listing === undefined) return;
    const attributes = new OrderAttributes();
    attributes.set("action", action);
    attributes.set("totalQuantity", quantity);
    attributes.set("orderType", limit === undefined ? "MKT" : "LMT");
    if (limit !== undefined) attributes.set("lmtPrice", limit);
    attributes.set("account", this.accounts[0]);
    const contract = { ...ANY_CONTRACT, conId: listing.conId, exchange: listing.exchange };
    const order = this.orders.placeByHand({ orderId: 0, contract, attributes });
    this.orderLists.madeByHand(this.clients.get(0), order);
  }

  /** Whether anybody waits for something to happen in the market. */
  get isWatched(): boolean {
    return this.streams.some((one) => one.size > 0) || this.live.size > 0 || this.register.open.length > 0;
  }

  private onChanged: (account: string, listing: Listing) => void = () => undefined;

  private openAccount(account: string, parts: ServiceParts, board: QuoteBoard): AccountFigures {
    const { data, finest, simulation, faults } = parts;
    const { register, executions, teller, listings } = this;
    const desk = new AccountDesk(account, {
      simulation,
      faults,
      register,
      executions,
      teller,
      listings,
      onChanged: (changed, listing) => this.onChanged(changed, listing),
    });
    const cuts = new LateCuts(faults, simulation);
    const venue = new SimVenue(data, finest, parts.rules(), parts.account, simulation.clock, desk, cuts);
    for (const listing of listings) {
      const { bid, ask } = board.of(listing);
      if (bid === bid && ask === ask) venue.mark(listing.instrument.index, (bid + ask) / 2);
    }
    desk.open(venue);
    this.desks.set(account, desk);
    simulation.join(venue);
    simulation.join({
      due: Infinity,
      onTick: () => undefined,
      onDue: () => undefined,
      onInstantEnd: () => desk.followSizes(),
    });
    return new AccountFigures(account, venue.portfolio, listings);
  }

  /** An account's orders and holdings. */
  desk(account: string): AccountDesk {
    const desk = this.desks.get(account);
    if (desk === undefined) throw new Error(`there is no account ${account}`);
    return desk;
  }

  /** The trade date of the first instrument's session at an instant, or of the next. */
  private tradeDate(now: number): number {
    const { sessions, tradeDates } = this.listings[0];
    return tradeDates[Math.min(sessions.indexAt(now), tradeDates.length - 1)];
  }
}

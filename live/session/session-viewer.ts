import type { ConnectionState } from "../../core/connection-event.js";
import { formatDenial } from "../../core/orders/denial.js";
import { ORDER_STATUSES, ORDER_TYPES, TIMES_IN_FORCE } from "../../core/orders/kinds.js";
import { PROTECTIVE } from "../../core/orders/order-book.js";
import type { FillFee } from "../broker/fill-fees.js";
import type { KillSwitchState } from "../journal/journal.js";
import { ledgerView } from "../ledger-view.js";
import type {
  ConnectionView,
  FillView,
  MoneyView,
  OrderView,
  PositionView,
  QuoteView,
  ReconciliationView,
  SessionView,
  TripView,
} from "../session-view.js";
import type { Session } from "./session.js";

/** How many of the latest fills are shown. */
const FILLS = 20;

/** Shows a session as it stands, or as it was when it ended: plain data. */
export class SessionViewer {
  private readonly session: Session;
  private readonly startedAt: number;
  private readonly startEquity: number;
  private connectionState: ConnectionState;
  private since: number;
  private reason = "";
  /** On the machine's clock, by which the connection goes. */
  private nextAttemptAt: number | null = null;
  private kill: KillSwitchState | undefined;

  /** @param startedAt epoch ms UTC on the machine's clock */
  constructor(session: Session, startedAt: number) {
    this.session = session;
    this.startedAt = startedAt;
    const { connection, engine, journal } = session.parts;
    this.kill = journal.killSwitch();
    this.startEquity = engine.portfolio.equity;
    this.connectionState = connection.state;
    this.since = session.shownNow;
    connection.events.on("state", ({ state, reason }) => {
      this.connectionState = state;
      this.since = session.shownNow;
      this.reason = reason?.message ?? "";
      if (state !== "disconnected") this.nextAttemptAt = null;
    });
    connection.events.on("failed", ({ nextAt }) => {
      this.nextAttemptAt = nextAt ?? null;
    });
  }

  /** Accounts are masked in all of it, as they are in the log. */
  view(): SessionView {
    const { mask } = this.session.parts;
    return JSON.parse(JSON.stringify(this.plainView()), (_key, value: unknown) =>
      typeof value === "string" ? mask.apply(value) : value,
    ) as SessionView;
  }

  private plainView(): SessionView {
    const { session } = this;
    const { setup, account, engine, ledger, news, journal } = session.parts;
    // The journal of a session that has ended is closed.
    if (session.state !== "stopped") this.kill = journal.killSwitch();
    const { kill } = this;
    const now = session.shownNow;
    const { foreign, foreignOrders, blocks, lostIntents, ...own } = ledgerView(ledger, now);
    const traded = new Set(setup.instruments.map(({ symbol }) => symbol));
    // The engine does not know of these: they are shown as the ledger has them.
    const untraded = <Row extends { readonly symbol: string }>(rows: readonly Row[]): Row[] =>
      rows.filter(({ symbol }) => !traded.has(symbol)).map((row) => ({ ...row, isUntraded: true }));
    return {
      name: setup.name,
      mode: setup.mode,
      state: session.state,
      failure: session.failure ?? null,
      strategy: {
        name: setup.strategy.name,
        file: setup.file,
        hash: setup.hash,
        params: engine.desk.params as SessionView["strategy"]["params"],
      },
      account,
      currency: setup.baseCurrency,
      startedAt: this.startedAt,
      now,
      connection: this.connection(now),
      quotes: setup.instruments.map((_, i) => this.quote(i, now)),
      positions: [...setup.instruments.flatMap((_, i) => this.position(i)), ...untraded(own.positions)],
      foreign,
      money: this.money(),
      orders: [...this.orders(now), ...untraded(own.orders)],
      foreignOrders,
      fills: this.fills(),
      trips: this.trips(),
      blocks,
      lostIntents,
      killSwitch:
        kill?.isOn === true
          ? { isOn: true, reason: kill.reason, since: kill.since, flatten: session.hasFlattened }
          : { isOn: false },
      reconciliation: this.reconciliation(),
      alerts: news.alerts.map((alert) => ({ code: alert.code, at: alert.at, text: news.textOf(alert) })),
    };
  }

  private connection(now: number): ConnectionView {
    const { connection, setup, feed } = this.session.parts;
    const { host, port } = setup.connection.address;
    const types = setup.instruments.map((_, i) => feed.dataType(i)).filter((type) => type === type);
    return {
      place: `${host}:${port}`,
      state: this.connectionState,
      since: this.since,
      reason: this.reason,
      // The session's clock may be far from the one on the wall; what is left to wait is the same.
      nextAttemptAt: this.nextAttemptAt === null ? null : now + this.nextAttemptAt - Date.now(),
      farmsBroken: connection.farms.broken.map(({ name }) => name),
      dataType: types.length === 0 ? null : Math.max(...types),
      clockSkew: setup.lockstep === undefined ? Math.round(connection.clock.now - Date.now()) : 0,
      lines: { used: setup.instruments.length, of: setup.feed?.lines?.total ?? 100 },
    };
  }

  private quote(i: number, now: number): QuoteView {
    const { engine, feed, setup } = this.session.parts;
    const { market, guards } = engine;
    return {
      symbol: setup.instruments[i].symbol,
      bid: known(market.bid(i)),
      ask: known(market.ask(i)),
      // Trades come only where the strategy asks for them; the last price comes with every quote.
      last: known(feed.lastPrice(i)) ?? known(market.trades[i].price),
      age: known(now - feed.lastQuoteAt(i)),
      isStale: guards.isStale(i, now),
      isHalted: feed.isHalted(i),
    };
  }

  private position(i: number): PositionView[] {
    const { portfolio } = this.session.parts.engine;
    const quantity = portfolio.quantity[i];
    const realised = portfolio.realised(i);
    if (quantity === 0 && realised === 0) return [];
    return [
      {
        symbol: this.session.parts.setup.instruments[i].symbol,
        quantity,
        averagePrice: quantity === 0 ? 0 : portfolio.averagePrice(i),
        mark: known(portfolio.mark[i]),
        unrealised: known(portfolio.unrealised(i)),
        realised,
        isUntraded: false,
      },
    ];
  }

  private money(): MoneyView {
    const { portfolio, watch } = this.session.parts.engine;
    const { equity } = portfolio;
    let fees = 0;
    for (const { index } of portfolio.instruments) {
      fees += portfolio.fees(index) * portfolio.rate[portfolio.currencyOf[index]];
    }
    return {
      equity: known(equity),
      day: known(equity - watch.dayStart),
      session: known(equity - this.startEquity),
      fees,
    };
  }

  private orders(now: number): OrderView[] {
    const { engine, broker } = this.session.parts;
    const { book, working } = engine;
    const rows = working.lists.flatMap((list, i) => [...list.subarray(0, working.count[i])]).sort((a, b) => a - b);
    return rows.map((row) => ({
      ref: broker.refOf(row),
      symbol: this.symbolOf(row),
      side: book.side[row] > 0 ? "buy" : "sell",
      type: ORDER_TYPES[book.type[row]],
      tif: TIMES_IN_FORCE[book.tif[row]],
      quantity: book.quantity[row],
      filled: book.filled[row],
      limit: known(book.limit[row]),
      stop: known(book.stop[row]),
      status: ORDER_STATUSES[book.status[row]],
      age: now - book.createdAt[row],
      isExit: (book.flags[row] & PROTECTIVE) !== 0,
      isUntraded: false,
    }));
  }

  private fills(): FillView[] {
    const { engine, broker } = this.session.parts;
    const { fills } = engine;
    const rows = Array.from({ length: Math.min(FILLS, fills.length) }, (_, i) => fills.length - 1 - i);
    const fees = [...broker.fillFees];
    // What no order has filled, such as what was adopted, has an order of its own there, and nothing is told of its cost.
    const feeOf = (row: number): number =>
      fees.at(-1)?.order === fills.order[row] ? (fees.pop() as FillFee).fee : fills.fee[row] || Number.NaN;
    return rows.map((row) => ({
      at: fills.knownAt[row],
      ref: broker.refOf(fills.order[row]),
      symbol: engine.market.instruments[fills.instrument[row]].symbol,
      side: fills.quantity[row] > 0 ? "buy" : "sell",
      quantity: Math.abs(fills.quantity[row]),
      price: fills.price[row],
      fee: known(feeOf(row)),
      isRecovered: engine.book.tags.get(fills.order[row]) !== undefined && broker.refOf(fills.order[row]) === "",
    }));
  }

  private trips(): TripView[] {
    const { trips } = this.session;
    const { denials } = this.session.parts.engine.flow;
    return [...denials].map(([code, { count, order, first, time }]) => {
      // What a broker has refused is counted with them, and told by its first.
      const last = trips.latestOf(code) ?? { at: time, symbol: this.symbolOf(order), reason: formatDenial(first) };
      return { code, count, last };
    });
  }

  private reconciliation(): ReconciliationView | null {
    const { last } = this.session;
    if (last === undefined) return null;
    const { report, at } = last;
    const differences = [
      ...report.differences.map(
        (one) => `${one.symbol}: the journal has ${one.own + one.foreign}, the broker has ${one.broker}.`,
      ),
      ...report.lost.map(({ intent }) => `Of ${intent.ref} (${intent.symbol}) the broker has no trace.`),
      ...(report.isFull ? [] : ["The broker has not told everything."]),
    ];
    return { at, agreed: differences.length === 0, differences };
  }

  private symbolOf(row: number): string {
    const { book, market } = this.session.parts.engine;
    return market.instruments[book.instrument[row]].symbol;
  }
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

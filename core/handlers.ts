import type { AgendaTold } from "./agenda.js";
import type { Desk } from "./desk.js";
import { type Inbox, ORDER_CHANGED, ORDER_DENIED, ORDER_FILLED } from "./inbox.js";
import type { Bar } from "./market/bar.js";
import type { Instrument } from "./market/instrument.js";
import type { Quote } from "./market/quote.js";
import type { Trade } from "./market/trade.js";
import type { OrderFlow } from "./order-flow.js";
import { formatDenial } from "./orders/denial.js";
import type { FillLog } from "./portfolio/fill-log.js";
import { Strategy } from "./strategy.js";
import { StrategyError } from "./strategy-errors.js";

const HANDLERS = [
  "",
  "onStart",
  "onBar",
  "onBars",
  "onQuote",
  "onTrade",
  "onOrder",
  "onFill",
  "onGuard",
  "onStop",
  "onSessionOpen",
  "onSessionClose",
  "schedule",
  "onConnection",
] as const;
const NONE = 0;
const ON_START = 1;
const ON_BAR = 2;
const ON_BARS = 3;
const ON_QUOTE = 4;
const ON_TRADE = 5;
const ON_ORDER = 6;
const ON_FILL = 7;
const ON_GUARD = 8;
const ON_STOP = 9;
const ON_SESSION_OPEN = 10;
const ON_SESSION_CLOSE = 11;
const ON_SCHEDULE = 12;
const ON_CONNECTION = 13;

/**
 * Calls a strategy's handlers: only those its class has, each as one decision, and refuses promises. Remembers which
 * handler runs, so that an error can say where it happened.
 */
export class Handlers implements AgendaTold {
  hasBar: boolean;
  hasBars: boolean;
  hasQuote: boolean;
  hasTrade: boolean;
  /** Whether it hears of opens or closes. */
  readonly hasSessions: boolean;
  /** Whether none is called any more. */
  isSilent = false;
  private readonly strategy: Strategy;
  private readonly desk: Desk;
  private readonly flow: OrderFlow;
  private readonly inbox: Inbox;
  private readonly fills: FillLog;

  constructor(strategy: Strategy, desk: Desk, flow: OrderFlow, inbox: Inbox, fills: FillLog) {
    const base = Strategy.prototype;
    this.strategy = strategy;
    this.desk = desk;
    this.flow = flow;
    this.inbox = inbox;
    this.fills = fills;
    this.hasBar = strategy.onBar !== base.onBar;
    this.hasBars = strategy.onBars !== base.onBars;
    this.hasQuote = strategy.onQuote !== base.onQuote;
    this.hasTrade = strategy.onTrade !== base.onTrade;
    this.hasSessions = strategy.onSessionOpen !== base.onSessionOpen || strategy.onSessionClose !== base.onSessionClose;
    inbox.wantsOrders = strategy.onOrder !== base.onOrder;
    inbox.wantsFills = strategy.onFill !== base.onFill;
    inbox.wantsDenials = strategy.onGuard !== base.onGuard;
    inbox.wantsConnection = strategy.onConnection !== base.onConnection;
  }

  /** From now on no handler is called, and what was still to be told is dropped. May be called when one has thrown. */
  silence(): void {
    const { inbox } = this;
    this.isSilent = true;
    this.hasBar = this.hasBars = this.hasQuote = this.hasTrade = false;
    inbox.wantsOrders = inbox.wantsFills = inbox.wantsDenials = inbox.wantsConnection = false;
    inbox.clear();
    this.flow.handler = NONE;
  }

  start(): void {
    this.enter(ON_START);
    this.leave(this.strategy.onStart());
  }

  bar(bar: Bar): void {
    this.enter(ON_BAR);
    this.leave(this.strategy.onBar(bar));
  }

  bars(bars: readonly Bar[]): void {
    this.enter(ON_BARS);
    this.leave(this.strategy.onBars(bars));
  }

  quote(quote: Quote): void {
    this.enter(ON_QUOTE);
    this.leave(this.strategy.onQuote(quote));
  }

  trade(trade: Trade): void {
    this.enter(ON_TRADE);
    this.leave(this.strategy.onTrade(trade));
  }

  sessionOpen(instrument: Instrument): void {
    if (this.isSilent) return;
    this.enter(ON_SESSION_OPEN);
    this.leave(this.strategy.onSessionOpen(instrument));
  }

  sessionClose(instrument: Instrument): void {
    if (this.isSilent) return;
    this.enter(ON_SESSION_CLOSE);
    this.leave(this.strategy.onSessionClose(instrument));
  }

  task(run: () => unknown): void {
    if (this.isSilent) return;
    this.enter(ON_SCHEDULE);
    this.leave(run());
  }

  release(): void {
    this.flow.release();
  }

  stop(): void {
    if (this.isSilent) return;
    this.enter(ON_STOP);
    this.leave(this.strategy.onStop());
  }

  /**
   * Hands out what is in the inbox, and what these calls put into it. A denial that comes of handling a denial is
   * counted but not handed out: the two would answer each other for ever.
   */
  deliver(): void {
    const { inbox } = this;
    for (let i = 0; i < inbox.length; i++) {
      const row = inbox.rowAt(i);
      const kind = inbox.kindAt(i);
      if (kind === ORDER_FILLED) this.fill(row);
      else if (kind === ORDER_CHANGED) this.order(row);
      else if (kind === ORDER_DENIED) this.denial(row);
      else this.connection(row);
    }
    inbox.clear();
  }

  private order(row: number): void {
    this.enter(ON_ORDER);
    this.leave(this.strategy.onOrder(this.desk.orders.handle(row)));
  }

  private fill(row: number): void {
    const { fills, desk } = this;
    const order = desk.orders.handle(fills.order[row]);
    const quantity = fills.quantity[row];
    const before = desk.cursor.series;
    desk.cursor.series = desk.run.market.shown[order.instrument.index];
    this.enter(ON_FILL);
    this.leave(
      this.strategy.onFill({
        order,
        instrument: order.instrument,
        side: quantity > 0 ? "buy" : "sell",
        quantity: Math.abs(quantity),
        price: fills.price[row],
        fee: fills.fee[row],
        time: fills.time[row],
      }),
    );
    desk.cursor.series = before;
  }

  private denial(row: number): void {
    const { order, denial, time } = this.inbox.denialAt(row);
    this.inbox.wantsDenials = false;
    this.enter(ON_GUARD);
    this.leave(
      this.strategy.onGuard({ order: this.desk.orders.handle(order), denial, reason: formatDenial(denial), time }),
    );
    this.inbox.wantsDenials = true;
  }

  private connection(row: number): void {
    this.enter(ON_CONNECTION);
    this.leave(this.strategy.onConnection(this.inbox.connectionAt(row)));
  }

  private enter(handler: number): void {
    this.flow.handler = handler;
    this.flow.decision++;
  }

  private leave(answer: unknown): void {
    if (answer !== undefined) this.refuse(answer);
    this.flow.handler = NONE;
  }

  private refuse(answer: unknown): void {
    if (typeof answer !== "object" || answer === null || typeof (answer as PromiseLike<unknown>).then !== "function")
      return;
    // Somebody has to listen to it, or its rejection would end the process before this error is told.
    (answer as PromiseLike<unknown>).then(undefined, () => undefined);
    throw new StrategyError("HANDLER_PROMISE", { handler: HANDLERS[this.flow.handler], strategy: this.desk.strategy });
  }
}

/** An error that a handler let out, with the handler and the moment; any other error as it is. */
export function explainFailure(error: unknown, flow: OrderFlow, desk: Desk, now: number): unknown {
  if (flow.handler === NONE || (error instanceof StrategyError && error.code === "HANDLER_PROMISE")) return error;
  const { series } = desk.cursor;
  const { market } = desk.run;
  const row = series < 0 ? -1 : market.row[series];
  const where = row < 0 ? "no bar" : `${market.series[series].name} bar of ${iso(market.series[series].start[row])}`;
  const message = error instanceof Error ? error.message : String(error);
  return new StrategyError(
    "HANDLER_FAILED",
    { handler: HANDLERS[flow.handler], strategy: desk.strategy, time: iso(now), where, message },
    error,
  );
}

function iso(instant: number): string {
  return Number.isFinite(instant) ? new Date(instant).toISOString() : "the start";
}

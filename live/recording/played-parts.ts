import type { Broker, BrokerAccount } from "../../core/broker.js";
import type { Evidence } from "../../core/evidence.js";
import { BAR, type Feed, NOTHING, QUOTE, TRADE } from "../../core/feed.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { QuoteRecord } from "../../core/market/quote.js";
import { TradeRecord } from "../../core/market/trade.js";
import type { Denial } from "../../core/orders/denial.js";
import type { BundleKind } from "../../core/orders/held-bundle.js";
import type { RestoredOrder } from "../../core/orders/restored-run.js";
import { FillReport } from "../../core/portfolio/fill-report.js";
import type { Cursor } from "./cursor.js";
import { decision, type Line, orderContent, setBrokerColumns } from "./line.js";

type Numbers = readonly number[];

/** Hands out the events of a recording, each when its turn has come. */
export class PlayedFeed implements Feed {
  readonly instruments: readonly Instrument[];
  readonly series: readonly BarSeries[];
  readonly hasQuotes: readonly boolean[];
  readonly hasTrades: readonly boolean[];
  readonly instants = 0;
  readonly times = undefined;
  onReady: (() => void) | undefined = undefined;
  time = Number.NEGATIVE_INFINITY;
  seriesIndex = 0;
  row = -1;
  quote: QuoteRecord;
  trade: TradeRecord;
  late = false;
  private readonly cursor: Cursor;
  private readonly quotes: readonly QuoteRecord[];
  private readonly trades: readonly TradeRecord[];

  constructor(
    cursor: Cursor,
    series: readonly BarSeries[],
    instruments: readonly Instrument[],
    hasQuotes: readonly boolean[],
    hasTrades: readonly boolean[],
  ) {
    this.cursor = cursor;
    this.series = series;
    this.instruments = instruments;
    this.hasQuotes = hasQuotes;
    this.hasTrades = hasTrades;
    this.quotes = instruments.map((one) => new QuoteRecord(one));
    this.trades = instruments.map((one) => new TradeRecord(one));
    this.quote = this.quotes[0];
    this.trade = this.trades[0];
  }

  get ended(): boolean {
    return this.cursor.current === undefined;
  }

  next(): number {
    const { cursor } = this;
    while (cursor.current?.[0] === "p") this.append(cursor.take());
    const kind = cursor.current?.[0];
    if (kind === "b") return this.bar(cursor.takeInput());
    if (kind === "q") return this.showQuote(cursor.takeInput());
    if (kind === "t") return this.showTrade(cursor.takeInput());
    return NOTHING;
  }

  private bar(line: Line): number {
    const [, index, row, late] = line as unknown as [string, ...number[]];
    if (row === this.series[index].length) this.append(line);
    this.seriesIndex = index;
    this.row = row;
    this.late = late === 1;
    // A recording from before this was written does not say: a bar of it counts as known at its end.
    this.time = (line[11] as number | undefined) ?? this.series[index].end[row];
    return BAR;
  }

  private append(line: Line): void {
    const [, index, , , ...columns] = line as unknown as [string, ...number[]];
    const [start, end, open, high, low, close, volume] = columns;
    this.series[index].append(start, end, open, high, low, close, volume);
  }

  private showQuote(line: Line): number {
    const [index, time, late, bid, ask, bidSize, askSize] = line.slice(1) as unknown as Numbers;
    const quote = this.quotes[index];
    this.begin(time, late);
    Object.assign(quote, { time, bid, ask, bidSize, askSize });
    this.quote = quote;
    return QUOTE;
  }

  private showTrade(line: Line): number {
    const [index, time, late, price, size] = line.slice(1) as unknown as Numbers;
    const trade = this.trades[index];
    this.begin(time, late);
    Object.assign(trade, { time, price, size });
    this.trade = trade;
    return TRADE;
  }

  private begin(time: Instant, late: number): void {
    this.time = time;
    this.late = late === 1;
    this.row = -1;
  }
}

/** Holds what the engine asks of its broker to the recording, and tells what that broker told, at the same places. */
export class PlayedBroker implements Broker {
  readonly tradesAtClose: boolean;
  private readonly cursor: Cursor;
  private account: BrokerAccount | undefined;

  constructor(cursor: Cursor, tradesAtClose: boolean) {
    this.cursor = cursor;
    this.tradesAtClose = tradesAtClose;
  }

  connect(account: BrokerAccount): void {
    this.account = account;
  }

  /** A recording from before orders for a target waited does not say. */
  get targetsWait(): boolean {
    return (this.cursor.answer("targets wait") ?? false) as boolean;
  }
  get alertBelow(): number {
    return (this.cursor.answer("alert below") ?? Number.NEGATIVE_INFINITY) as number;
  }
  get nextDue(): Instant {
    return (this.cursor.answer("broker due") ?? Infinity) as number;
  }

  refusal(): Denial | undefined {
    return (this.cursor.answer("refusal") ?? undefined) as Denial | undefined;
  }
  submit(order: number): void {
    this.decide("order", this.content(order));
    this.play(`submit ${order}`);
  }
  held(kind: BundleKind, orders: readonly number[]): void {
    this.decide("hold", [kind, ...orders.map((order) => this.content(order))]);
    this.play("held");
  }
  dropped(order: number): void {
    this.decide("drop", [order]);
    this.play(`dropped ${order}`);
  }
  modifying(order: number): void {
    this.play(`modifying ${order}`);
  }
  modified(order: number): void {
    this.decide("change", this.content(order));
    this.play(`modified ${order}`);
  }
  cancel(order: number): void {
    this.decide("cancel", [order]);
    this.play(`cancel ${order}`);
  }
  split(instrument: number): void {
    this.play(`split ${instrument}`);
  }
  onBar(instrument: number): void {
    this.play(`bar ${instrument}`);
  }
  onQuote(instrument: number): void {
    this.play(`quote ${instrument}`);
  }
  onTrade(instrument: number): void {
    this.play(`trade ${instrument}`);
  }
  onInstantEnd(): void {
    this.play("instant");
  }
  onDue(): void {
    this.play("due");
  }

  /** A denial of the engine: a decision like an order. */
  denied(order: number, denial: Denial): void {
    this.decide("deny", [denial, ...this.content(order)]);
  }

  /** Tells what the broker told by this call of the engine, at this instant. */
  play(by: string): void {
    const { cursor } = this;
    for (;;) {
      const { current } = cursor;
      if (!cursor.isOpen || current === undefined || current[1] !== by || current[2] !== this.run.clock.now) return;
      if (current[0] === "c") this.change(cursor.take());
      else if (current[0] === "f") this.tell(by === "" ? cursor.takeInput() : cursor.take());
      else return;
    }
  }

  /** Columns that the broker has changed by itself. */
  change(line: Line): void {
    const [, , , order, ...columns] = line as unknown as [string, string, Instant, number, ...number[]];
    setBrokerColumns(this.run.book, order, columns);
  }

  private tell(line: Line): void {
    const { events } = this.run;
    const [, , , event, ...content] = line as unknown as [string, string, Instant, string, ...unknown[]];
    const [order, second, third, fourth] = content as [number, number, number, string];
    if (event === "filled" || event === "busted") events[event](Object.assign(new FillReport(), content[0]));
    else if (event === "rejected" || event === "changeFailed") events[event](order, content[1] as Denial);
    else if (event === "joined") events.joined(content[0] as RestoredOrder);
    else if (event === "charged") events.charged(order, second);
    else if (event === "forced") events.forced(order, second, third, fourth);
    else events[event as "accepted"](order);
  }

  private content(order: number): readonly unknown[] {
    return orderContent(this.run.book, order);
  }

  private decide(kind: string, content: readonly unknown[]): void {
    this.cursor.decided(decision(this.run.clock.now, kind, content));
  }

  private get run(): BrokerAccount {
    return this.account as BrokerAccount;
  }
}

/**
 * Answers what the session's evidence answered. What the session never asked speaks against no order: a replay that asks
 * has decided something else, and that is to be seen.
 */
export class PlayedEvidence implements Evidence {
  private readonly cursor: Cursor;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  connection(instrument: number): string {
    return (this.cursor.answer(`connection ${instrument}`) ?? "") as string;
  }
  dataType(instrument: number): number {
    return (this.cursor.answer(`data type ${instrument}`) ?? 1) as number;
  }
  isHalted(instrument: number): boolean {
    return this.cursor.answer(`halted ${instrument}`) === true;
  }
  unchangedSince(instrument: number): Instant {
    return (this.cursor.answer(`unchanged since ${instrument}`) ?? Number.NaN) as number;
  }
  get clockSkew(): number {
    return (this.cursor.answer("clock skew") ?? 0) as number;
  }
  blocked(instrument: number): Denial | undefined {
    return (this.cursor.answer(`blocked ${instrument}`) ?? undefined) as Denial | undefined;
  }
}

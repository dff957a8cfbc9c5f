import { type Broker, BrokerAccount, type BrokerEvents } from "../../core/broker.js";
import type { EngineOptions } from "../../core/engine-options.js";
import type { Evidence } from "../../core/evidence.js";
import { BAR, type Feed, NOTHING, QUOTE } from "../../core/feed.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { QuoteRecord } from "../../core/market/quote.js";
import type { TradeRecord } from "../../core/market/trade.js";
import type { Denial } from "../../core/orders/denial.js";
import type { BundleKind } from "../../core/orders/held-bundle.js";
import type { RestoredOrder } from "../../core/orders/restored-run.js";
import type { FillReport } from "../../core/portfolio/fill-report.js";
import { localTimeName } from "./header.js";
import { digits } from "./line.js";
import type { Recorder } from "./recorder.js";

/** The options of an engine whose feed, broker, evidence and calendar are recorded. */
export function wrapped(options: EngineOptions, recorder: Recorder): EngineOptions {
  const { feed, broker, evidence, localTime } = options;
  return {
    ...options,
    feed: new WatchedFeed(feed, recorder),
    broker: new WatchedBroker(broker, recorder),
    ...(evidence !== undefined && { evidence: new WatchedEvidence(evidence, recorder) }),
    ...(localTime !== undefined && {
      localTime: (instrument: number) => {
        const timeOf = localTime(instrument);
        return (session: number, minutes: number) =>
          recorder.answer(localTimeName(instrument, session, minutes), timeOf(session, minutes));
      },
    }),
  };
}

/** Writes every event that is taken from a feed. */
class WatchedFeed implements Feed {
  private readonly feed: Feed;
  private readonly recorder: Recorder;
  /** Rows of each series that have been written. */
  private readonly written: Int32Array;

  constructor(feed: Feed, recorder: Recorder) {
    this.feed = feed;
    this.recorder = recorder;
    this.written = new Int32Array(feed.series.length);
  }

  next(): number {
    const { feed } = this;
    const kind = feed.next();
    if (kind === NOTHING) return kind;
    if (kind === BAR) this.writeBar(feed.seriesIndex, feed.row);
    else if (kind === QUOTE) this.writeQuote();
    else this.writeTrade();
    return kind;
  }

  private writeBar(series: number, row: number): void {
    const { late, time } = this.feed;
    for (let r = this.written[series]; r < row; r++) this.write("p", series, r, 0);
    this.write("b", series, row, late ? 1 : 0, `,${digits(time)}`);
    this.written[series] = Math.max(this.written[series], row + 1);
  }

  private write(kind: string, series: number, row: number, late: number, behind = ""): void {
    const { start, end, open, high, low, close, volume } = this.feed.series[series];
    const values = [start, end, open, high, low, close, volume].map((column) => digits(column[row])).join(",");
    this.recorder.writer.writeText(`["${kind}",${series},${row},${late},${values}${behind}]`);
  }

  private writeQuote(): void {
    const { quote, time, late } = this.feed;
    const { bid, ask, bidSize, askSize, instrument } = quote;
    const sides = `${digits(bid)},${digits(ask)},${digits(bidSize)},${digits(askSize)}`;
    this.recorder.writer.writeText(`["q",${instrument.index},${time},${late ? 1 : 0},${sides}]`);
  }

  private writeTrade(): void {
    const { trade, time, late } = this.feed;
    const { price, size, instrument } = trade;
    this.recorder.writer.writeText(
      `["t",${instrument.index},${time},${late ? 1 : 0},${digits(price)},${digits(size)}]`,
    );
  }

  get instruments(): readonly Instrument[] {
    return this.feed.instruments;
  }
  get series(): readonly BarSeries[] {
    return this.feed.series;
  }
  get hasQuotes(): readonly boolean[] {
    return this.feed.hasQuotes;
  }
  get hasTrades(): readonly boolean[] {
    return this.feed.hasTrades;
  }
  get time(): Instant {
    return this.feed.time;
  }
  get seriesIndex(): number {
    return this.feed.seriesIndex;
  }
  get row(): number {
    return this.feed.row;
  }
  get quote(): QuoteRecord {
    return this.feed.quote;
  }
  get trade(): TradeRecord {
    return this.feed.trade;
  }
  get late(): boolean {
    return this.feed.late;
  }
  get ended(): boolean {
    return this.feed.ended;
  }
  get instants(): number {
    return this.feed.instants;
  }
  get times(): Float64Array | undefined {
    return this.feed.times;
  }
  get onReady(): (() => void) | undefined {
    return this.feed.onReady;
  }
  set onReady(ready: (() => void) | undefined) {
    this.feed.onReady = ready;
  }
}

/** Writes what is asked of a broker, and what it tells. */
class WatchedBroker implements Broker {
  private readonly broker: Broker;
  private readonly recorder: Recorder;

  constructor(broker: Broker, recorder: Recorder) {
    this.broker = broker;
    this.recorder = recorder;
  }

  connect(account: BrokerAccount): void {
    const { book, working, portfolio, market, clock, events, opensNothing } = account;
    this.recorder.follow({ book, working, clock });
    const watched = new WatchedEvents(events, this.recorder);
    this.broker.connect(new BrokerAccount(book, working, portfolio, market, clock, watched, opensNothing));
  }

  refusal(order: number, quantity: number): Denial | undefined {
    const denial = this.broker.refusal(order, quantity);
    this.recorder.answer("refusal", denial ?? null);
    return denial;
  }

  submit(order: number): void {
    this.recorder.decided("order", ...this.recorder.order(order));
    this.recorder.within(`submit ${order}`, () => this.broker.submit(order));
  }

  held(kind: BundleKind, orders: readonly number[]): void {
    this.recorder.decided("hold", kind, ...orders.map((order) => this.recorder.order(order)));
    this.recorder.within("held", () => this.broker.held(kind, orders));
  }

  dropped(order: number): void {
    this.recorder.decided("drop", order);
    this.recorder.within(`dropped ${order}`, () => this.broker.dropped(order));
  }

  modifying(order: number): void {
    this.recorder.within(`modifying ${order}`, () => this.broker.modifying(order));
  }

  modified(order: number): void {
    this.recorder.decided("change", ...this.recorder.order(order));
    this.recorder.within(`modified ${order}`, () => this.broker.modified(order));
  }

  cancel(order: number): void {
    this.recorder.decided("cancel", order);
    this.recorder.within(`cancel ${order}`, () => this.broker.cancel(order));
  }

  flattened(instrument: number): void {
    this.broker.flattened?.(instrument);
  }

  split(instrument: number, numerator: number, denominator: number): void {
    this.recorder.within(`split ${instrument}`, () => this.broker.split(instrument, numerator, denominator));
  }

  onBar(instrument: number, row: number): void {
    this.recorder.within(`bar ${instrument}`, () => this.broker.onBar(instrument, row));
  }

  onQuote(instrument: number): void {
    this.recorder.within(`quote ${instrument}`, () => this.broker.onQuote(instrument));
  }

  onTrade(instrument: number): void {
    this.recorder.within(`trade ${instrument}`, () => this.broker.onTrade(instrument));
  }

  onInstantEnd(): void {
    this.recorder.within("instant", () => this.broker.onInstantEnd());
  }

  onDue(): void {
    this.recorder.within("due", () => this.broker.onDue());
  }

  get tradesAtClose(): boolean {
    return this.broker.tradesAtClose;
  }
  get targetsWait(): boolean {
    return this.recorder.answer("targets wait", this.broker.targetsWait === true);
  }
  get alertBelow(): number {
    return this.recorder.answer("alert below", this.broker.alertBelow);
  }
  get nextDue(): Instant {
    return this.recorder.answer("broker due", this.broker.nextDue);
  }
}

/** Writes what a broker tells, and hands it on. */
class WatchedEvents implements BrokerEvents {
  private readonly events: BrokerEvents;
  private readonly recorder: Recorder;

  constructor(events: BrokerEvents, recorder: Recorder) {
    this.events = events;
    this.recorder = recorder;
  }

  accepted(order: number): void {
    this.recorder.fact("accepted", order);
    this.events.accepted(order);
  }
  rejected(order: number, reason: Denial): void {
    this.recorder.fact("rejected", order, reason);
    this.events.rejected(order, reason);
  }
  triggered(order: number): void {
    this.recorder.fact("triggered", order);
    this.events.triggered(order);
  }
  filled(report: FillReport): void {
    this.recorder.fact("filled", { ...report });
    this.events.filled(report);
  }
  changeFailed(order: number, reason: Denial): void {
    this.recorder.fact("changeFailed", order, reason);
    this.events.changeFailed(order, reason);
  }
  pendingCancel(order: number): void {
    this.recorder.fact("pendingCancel", order);
    this.events.pendingCancel(order);
  }
  cancelled(order: number): void {
    this.recorder.fact("cancelled", order);
    this.events.cancelled(order);
  }
  expired(order: number): void {
    this.recorder.fact("expired", order);
    this.events.expired(order);
  }
  unknown(order: number): void {
    this.recorder.fact("unknown", order);
    this.events.unknown(order);
  }
  revived(order: number): void {
    this.recorder.fact("revived", order);
    this.events.revived(order);
  }
  joined(order: RestoredOrder): number {
    this.recorder.fact("joined", order);
    return this.events.joined(order);
  }
  charged(order: number, amount: number): void {
    this.recorder.fact("charged", order, amount);
    this.events.charged(order, amount);
  }
  busted(report: FillReport): void {
    this.recorder.fact("busted", { ...report });
    this.events.busted(report);
  }
  forced(instrument: number, side: number, quantity: number, tag: string): void {
    this.recorder.fact("forced", instrument, side, quantity, tag);
    this.events.forced(instrument, side, quantity, tag);
  }
}

/** Writes what a session's evidence says, whenever it says something else than before. */
class WatchedEvidence implements Evidence {
  private readonly evidence: Evidence;
  private readonly recorder: Recorder;

  constructor(evidence: Evidence, recorder: Recorder) {
    this.evidence = evidence;
    this.recorder = recorder;
  }

  connection(instrument: number): string {
    return this.recorder.answer(`connection ${instrument}`, this.evidence.connection(instrument));
  }
  dataType(instrument: number): number {
    return this.recorder.answer(`data type ${instrument}`, this.evidence.dataType(instrument));
  }
  isHalted(instrument: number): boolean {
    return this.recorder.answer(`halted ${instrument}`, this.evidence.isHalted(instrument));
  }
  unchangedSince(instrument: number): Instant {
    return this.recorder.answer(`unchanged since ${instrument}`, this.evidence.unchangedSince(instrument));
  }
  get clockSkew(): number {
    return this.recorder.answer("clock skew", this.evidence.clockSkew);
  }
  blocked(instrument: number): Denial | undefined {
    const denial = this.evidence.blocked(instrument);
    this.recorder.answer(`blocked ${instrument}`, denial ?? null);
    return denial;
  }
}

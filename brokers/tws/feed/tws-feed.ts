import { BAR, type Feed, NOTHING, QUOTE } from "../../../core/feed.js";
import type { BarSeries } from "../../../core/market/bar-series.js";
import { DAY, type Instant, SECOND } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import { QuoteRecord } from "../../../core/market/quote.js";
import { TradeRecord } from "../../../core/market/trade.js";
import { ibBarSizeOf, SMALLEST_UPDATED_MS } from "../../ib/bar-sizes.js";
import { HISTORY_MANNERS } from "../../ib/pacing.js";
import { TwsError } from "../errors.js";
import { Listeners } from "../listeners.js";
import { Timetable } from "../scheduler.js";
import { AWAY, BarStream, type CompletedBar } from "./bar-stream.js";
import { BarTimes } from "./bar-times.js";
import { EventRing } from "./event-ring.js";
import type { FeedEvents, TradeSource } from "./feed-events.js";
import { FEED_LINES, STALE_TIMES, type StaleTimes, type TwsFeedOptions } from "./feed-options.js";
import { FeedStart } from "./feed-start.js";
import { QuoteDesk, type TickSink } from "./quote-desk.js";
import { Turns } from "./turns.js";

/**
 * Market events out of TWS. What comes is gathered, in order, until `flush` hands it out: all messages of one batch have
 * one instant, and those of one quote are one event. It knows no time but its clock's and sets no timers: whoever moves
 * the clock calls `onDue` when `due` has come.
 */
export class TwsFeed implements Feed, TickSink {
  readonly instruments: readonly Instrument[];
  readonly series: readonly BarSeries[];
  readonly hasQuotes: readonly boolean[];
  readonly hasTrades: readonly boolean[];
  readonly events: Listeners<FeedEvents>;
  readonly instants = 0;
  readonly times = undefined;
  onReady: (() => void) | undefined;
  time: Instant = Number.NEGATIVE_INFINITY;
  seriesIndex = -1;
  row = -1;
  quote: QuoteRecord;
  trade: TradeRecord;
  late = false;
  /** Events that have been handed out, but for the warm-up. */
  taken = 0;
  private readonly options: TwsFeedOptions;
  private readonly stale: StaleTimes;
  private readonly grace: number;
  private readonly timetable: Timetable;
  private readonly turns = new Turns<BarStream>(HISTORY_MANNERS.atOnce);
  private readonly desk: QuoteDesk;
  private readonly streams: readonly BarStream[];
  private readonly quotes: readonly QuoteRecord[];
  private readonly trades: readonly TradeRecord[];
  /** The warm-up, by the bars' ends; it comes out before all else. */
  private readonly history = new EventRing();
  private readonly live = new EventRing();
  /** The instrument whose quote is being gathered; -1 for none. */
  private gathering = -1;
  /** Bars that are over and not handed out yet. */
  private completed: CompletedBar[] = [];
  private barsDue: Instant = Infinity;
  private barsMoved = true;
  private starting: FeedStart | undefined;
  private state: "new" | "starting" | "started" | "closed" = "new";

  /** @throws TwsError BARS_NOT_UPDATED, LINES_EXCEEDED */
  constructor(options: TwsFeedOptions) {
    const { connection, instruments, contracts, clock } = options;
    check(options);
    this.options = options;
    this.instruments = instruments;
    this.stale = { ...STALE_TIMES, ...options.stale };
    this.grace = options.barGrace ?? 0;
    this.timetable = new Timetable(clock);
    this.events = new Listeners((event, error) => connection.listenerFailed(event, error));
    this.quotes = instruments.map((instrument) => new QuoteRecord(instrument));
    this.trades = instruments.map((instrument) => new TradeRecord(instrument));
    this.quote = this.quotes[0];
    this.trade = this.trades[0];
    // An index is calculated: nobody bids for it.
    this.hasQuotes = instruments.map(({ assetClass }) => assetClass !== "index");
    const sources = tradeSources(options);
    this.hasTrades = sources.map((source) => source !== "none");
    this.desk = new QuoteDesk({
      connection,
      instruments,
      contracts,
      sessions: options.sessions,
      sources,
      stale: this.stale,
      clock,
      timetable: this.timetable,
      events: this.events,
      sink: this,
      answered: (instrument, error) => this.starting?.quote(instrument, error),
    });
    this.streams = options.series.map((wanted, index) => this.barStream(wanted, index));
    this.series = this.streams.map(({ series }) => series);
    this.events.on("problem", ({ instrument, problem }) => this.doubtBars(instrument, problem !== ""));
  }

  /**
   * Asks for everything, and resolves once the history of every series up to now has come and every quote has been
   * answered.
   * @throws TwsError for what TWS refuses
   */
  async start(): Promise<void> {
    const { timetable } = this;
    const start = new FeedStart(this.instruments.length, this.streams, () => timetable.run(), this.options.patience);
    this.starting = start;
    this.state = "starting";
    try {
      this.desk.start();
      for (const stream of this.streams) stream.start();
      start.begin();
      await start.done;
    } catch (error) {
      this.close();
      throw error;
    }
    this.begin();
  }

  /** Ends all streams. What has been handed out before is still there to be taken. */
  close(): void {
    this.state = "closed";
    this.desk.close();
    for (const stream of this.streams) stream.close();
    this.timetable.clear();
    this.barsDue = Infinity;
    this.barsMoved = false;
    this.starting?.fail(new TwsError("CONNECTION_CLOSED", { what: "the start of the market data" }));
    this.starting = undefined;
  }

  get ended(): boolean {
    return this.state === "closed" && this.live.isDry && this.history.isDry;
  }

  next(): number {
    const ring = this.history.take() ? this.history : this.live.take() ? this.live : undefined;
    if (ring === undefined) return NOTHING;
    if (ring === this.live) this.taken++;
    const { kind, subject } = ring;
    if (ring.time > this.time) this.time = ring.time;
    this.late = ring.isLate;
    this.row = ring.row;
    if (kind === BAR) {
      this.seriesIndex = subject;
    } else if (kind === QUOTE) {
      const { quotes } = this;
      const quote = quotes[subject];
      quote.time = this.time;
      quote.bid = ring.a;
      quote.ask = ring.b;
      quote.bidSize = ring.c;
      quote.askSize = ring.d;
      this.quote = quote;
    } else {
      const trade = this.trades[subject];
      trade.time = this.time;
      trade.price = ring.a;
      trade.size = ring.b;
      this.trade = trade;
    }
    return kind;
  }

  /** Hands out what has come since the last time, as known now: the end of a batch of messages. */
  flush(): void {
    const { now } = this.options.clock;
    this.closeQuote();
    this.desk.state.settle(now);
    if (this.barsMoved) this.settleBars();
    if (this.barsDue <= now) this.completeBars(now);
    if (this.state === "starting" || this.state === "new") return;
    if (this.completed.length > 0) this.appendBars(this.live, now);
    if (this.live.release(now)) this.onReady?.();
  }

  /** Events that have come, but for the warm-up and for bars, which are known at their ends: a quote as it stands counts. */
  get arrived(): number {
    this.closeQuote();
    return this.taken + this.live.length;
  }

  /** The sessions have changed where they lie: bars under way may end at another time. */
  hoursChanged(): void {
    this.barsMoved = true;
  }

  /** When `onDue` is to be called; Infinity for never. */
  get due(): Instant {
    return Math.min(this.timetable.due, this.desk.due, this.barsMoved ? this.options.clock.now : this.barsDue);
  }

  /** Looks into silence, asks again for what was lost, and completes bars that are over. */
  onDue(): void {
    const { now } = this.options.clock;
    this.desk.state.settle(now);
    this.timetable.run();
    if (this.desk.due <= now) this.watch();
    this.flush();
  }

  // ---- evidence, by instrument ----------------------------------------------------------------------------------

  /** The last price that came with the quotes; NaN before. */
  lastPrice(instrument: number): number {
    return this.desk.state.lastPrice(instrument);
  }

  /** When a bid, ask or size came last, but for what was told again after a break; NaN before. */
  lastQuoteAt(instrument: number): Instant {
    return this.desk.state.quoteAt[instrument];
  }

  /** Milliseconds since then. */
  quoteAge(instrument: number): number {
    return this.options.clock.now - this.desk.state.quoteAt[instrument];
  }

  /** Type of the data: 1 real-time, 2 frozen, 3 delayed, 4 delayed and frozen; NaN before it was told. */
  dataType(instrument: number): number {
    return this.desk.state.dataType[instrument];
  }

  isHalted(instrument: number): boolean {
    return this.desk.state.halted[instrument] > 0;
  }

  /** Since when bid, ask, last and sizes have been the same in an open market; now in a closed one, NaN before a quote. */
  unchangedSince(instrument: number): Instant {
    return this.desk.unchangedSince(instrument);
  }

  /** Whether a bid and an ask have come since the stream was asked for or found again. */
  hasFreshQuote(instrument: number): boolean {
    return !this.hasQuotes[instrument] || this.desk.state.isFresh[instrument] === 1;
  }

  /** Why its market data does not come, such as "usfarm" or "no market data permission"; "" for no reason. */
  problem(instrument: number): string {
    const problem = this.desk.problem(instrument);
    if (problem !== "") return problem;
    const { streams } = this;
    for (let s = 0; s < streams.length; s++) {
      if (streams[s].problem !== "" && streams[s].series.instrument.index === instrument) return streams[s].problem;
    }
    return "";
  }

  // ---- what streams bring ---------------------------------------------------------------------------------------

  gather(instrument: number): void {
    if (this.gathering === instrument) return;
    this.closeQuote();
    this.gathering = instrument;
  }

  onTrade(instrument: number, price: number, size: number): void {
    this.closeQuote();
    this.live.trade(instrument, price, size);
  }

  private closeQuote(): void {
    const i = this.gathering;
    if (i < 0) return;
    this.gathering = -1;
    const { state } = this.desk;
    state.refresh(i);
    if (!state.hasNews(i)) return;
    this.live.quote(i, state.bid[i], state.ask[i], state.bidSize[i], state.askSize[i]);
  }

  private settleBars(): void {
    this.barsMoved = false;
    this.barsDue = Infinity;
    for (const { wakesAt } of this.streams) if (wakesAt < this.barsDue) this.barsDue = wakesAt;
  }

  private completeBars(now: Instant): void {
    for (const stream of this.streams) stream.completeUntil(now, this.movedAt(stream));
    this.settleBars();
  }

  /** Puts the bars that are over into their series; at one end by series. */
  private appendBars(ring: EventRing, now: Instant): void {
    const { completed, grace } = this;
    this.completed = [];
    completed.sort((a, b) => a.end - b.end || a.stream.index - b.stream.index);
    for (const { stream, start, end, bar } of completed) {
      const { series, index } = stream;
      const volume = bar.volume > 0 && bar.volume < Infinity ? bar.volume : 0;
      const row = series.append(start, end, bar.open, bar.high, bar.low, bar.close, volume);
      const isLate = end + (end - start) + grace < now;
      ring.bar(index, row, end, isLate);
      if (isLate) this.events.tell("lateBar", { series, row });
    }
  }

  /** All histories are there: the warm-up comes first, then what has come meanwhile. */
  private begin(): void {
    if (this.state !== "starting") return;
    this.state = "started";
    this.starting = undefined;
    this.flushHistory();
    this.flush();
    if (!this.history.isDry) this.onReady?.();
  }

  private flushHistory(): void {
    this.closeQuote();
    this.settleBars();
    this.completeBars(this.options.clock.now);
    this.appendBars(this.history, Number.NEGATIVE_INFINITY);
    this.history.release(Number.NEGATIVE_INFINITY);
  }

  /** What keeps quotes from coming keeps bars from coming. */
  private doubtBars(instrument: Instrument, isAway: boolean): void {
    for (const stream of this.streams) {
      if (stream.series.instrument !== instrument) continue;
      if (isAway) stream.doubt(AWAY.quotes);
      else stream.expect(AWAY.quotes);
    }
  }

  private watch(): void {
    this.desk.watch();
    // The market moves, and its bars do not.
    for (const stream of this.streams) {
      if (stream.due < Infinity && this.movedAt(stream) - stream.toldAt >= this.stale.bars) stream.renew("silent");
    }
  }

  /** When something came of what the bars are made of. */
  private movedAt({ series }: BarStream): Instant {
    const { state } = this.desk;
    return series.source === "trades"
      ? state.tradedAt[series.instrument.index]
      : state.quoteAt[series.instrument.index];
  }

  private barStream(wanted: TwsFeedOptions["series"][number], index: number): BarStream {
    const { connection, contracts, sessions, tradeDates, zones, renewal } = this.options;
    const i = wanted.instrument.index;
    const hours = wanted.hours === "all" ? sessions[i].extended : sessions[i];
    return new BarStream({
      connection,
      contract: contracts[i],
      times: new BarTimes(wanted.size, hours, tradeDates[i], zones[i]),
      wanted,
      index,
      grace: this.grace,
      // Bars are told every five seconds.
      verify: this.stale.verify + 5 * SECOND,
      renewal,
      timetable: this.timetable,
      events: this.events,
      turns: this.turns,
      complete: (bar) => this.completed.push(bar),
      answered: (stream, error) => this.starting?.bars(stream, error),
      moved: () => {
        this.barsMoved = true;
      },
    });
  }
}

/** @throws TwsError BARS_NOT_UPDATED, LINES_EXCEEDED */
function check({ series, contracts, lines }: TwsFeedOptions): void {
  // A week has no end before it is over, and is told under another date every day.
  for (const { size } of series) {
    const isServed = ibBarSizeOf(size) !== undefined && size.ms >= SMALLEST_UPDATED_MS && size.ms <= DAY;
    if (!isServed) throw new TwsError("BARS_NOT_UPDATED", { size: size.label });
  }
  const needed = new Set(contracts.map(({ conId }) => conId)).size;
  const most = lines?.total ?? FEED_LINES.total;
  if (needed > most) throw new TwsError("LINES_EXCEEDED", { needed, most });
}

/** Tick by tick as far as there are lines for it, then by time and sales. */
function tradeSources({ trades, contracts, lines }: TwsFeedOptions): TradeSource[] {
  let left = lines?.tickByTick ?? FEED_LINES.tickByTick;
  return contracts.map(({ secType }, i) => {
    // Currencies have quotes and no trades.
    if (!trades[i] || secType === "CASH") return "none";
    if (secType === "IND") return "last";
    return left-- > 0 ? "tick-by-tick" : "time-and-sales";
  });
}

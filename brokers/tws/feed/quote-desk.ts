import { type Instant, SECOND } from "../../../core/market/bar-size.js";
import { mayQuote } from "../../ib/data-farms.js";
import { LIMITS } from "../../ib/pacing.js";
import { MARKET_DATA_TYPES } from "../../ib/tick-types.js";
import type { Link } from "../connection/link.js";
import { URGENCY } from "../connection/outbox.js";
import { type Refusal, TwsError } from "../errors.js";
import type { RenewalReason, TradeSource } from "./feed-events.js";
import { BOTH_TOLD, MarketState } from "./market-state.js";
import { type QuoteHooks, QuoteStream } from "./quote-stream.js";
import { RenewalBudget } from "./renewal-budget.js";
import { StreamWatch, type StreamWatchParts, type WatchedStreams } from "./stream-watch.js";
import { type TradeHooks, TradeStream } from "./trade-stream.js";

/** Where quotes and trades go, in the order in which they came. */
export interface TickSink {
  gather(instrument: number): void;
  onTrade(instrument: number, price: number, size: number): void;
}

export interface QuoteDeskParts extends StreamWatchParts {
  readonly sources: readonly TradeSource[];
  readonly sink: TickSink;
  /** A stream has been answered, or is not: `error` says why. */
  answered(instrument: number, error: unknown): void;
}

/**
 * The streams of quotes and trades of all instruments: asked for, and asked for again when they are lost or the watch
 * finds that they stand still. After each break the first quote counts once both of its sides have been told again.
 */
export class QuoteDesk implements QuoteHooks, TradeHooks, WatchedStreams {
  readonly state: MarketState;
  private readonly watched: StreamWatch;
  private readonly parts: QuoteDeskParts;
  private readonly streams: readonly QuoteStream[];
  private readonly trades: readonly (TradeStream | undefined)[];
  private readonly budgets: readonly RenewalBudget[];
  /** Why no quotes come of an instrument, as TWS says it; "" for no reason. */
  private readonly problems: string[];
  /** The broken farm that may quote an instrument, by its name. */
  private readonly farms: string[];
  /** Breaks off what is under way for an instrument: a verification, the next question. */
  private readonly verifications: ((() => void) | undefined)[];
  private readonly retries: ((() => void) | undefined)[];
  private readonly ends: (() => void)[] = [];
  /** The connection on which it was said which type of data is wanted. */
  private typedFor: Link | undefined;

  constructor(parts: QuoteDeskParts) {
    const { instruments, contracts, stale } = parts;
    this.parts = parts;
    this.state = new MarketState(instruments);
    this.watched = new StreamWatch(parts, this.state, this);
    this.streams = instruments.map(({ symbol }, i) => new QuoteStream(symbol, i, contracts[i], this.state, this));
    this.trades = instruments.map(({ symbol }, i) => {
      this.streams[i].trades = parts.sources[i];
      return parts.sources[i] === "tick-by-tick" ? new TradeStream(symbol, i, contracts[i], this) : undefined;
    });
    this.budgets = instruments.map(() => new RenewalBudget(stale.most, stale.within));
    this.problems = instruments.map(() => "");
    this.farms = instruments.map(() => "");
    this.verifications = instruments.map(() => undefined);
    this.retries = instruments.map(() => undefined);
  }

  start(): void {
    const { events } = this.parts.connection;
    this.ends.push(
      events.on("restored", ({ isDataLost }) => this.restored(isDataLost)),
      events.on("farm", ({ name, isOk }) => this.farmTold(name, isOk)),
      events.on("state", ({ before }) => {
        this.nameFarms();
        if (before === "synchronising" && this.parts.connection.isUsable) this.openClosed();
      }),
    );
    this.nameFarms();
    this.watched.begin();
    for (let i = 0; i < this.streams.length; i++) this.open(i, "start");
  }

  close(): void {
    for (const end of this.ends.splice(0)) end();
    for (let i = 0; i < this.streams.length; i++) {
      this.callOff(i);
      this.streams[i].close();
      this.trades[i]?.close();
    }
    this.watched.due = Infinity;
  }

  /** Why no quotes come of an instrument now; "" for no reason. */
  problem(i: number): string {
    if (this.problems[i] !== "") return this.problems[i];
    if (this.farms[i] !== "") return this.farms[i];
    return this.streams[i].isOpen ? "" : "not subscribed";
  }

  /** Looks at every stream: which has been silent, and which has stood still, for too long. */
  watch(): void {
    this.watched.look();
  }

  /** When the next stream has to be looked at; Infinity for never. */
  get due(): Instant {
    return this.watched.due;
  }

  /** Since when the values have been the same though the market is open; now where it is closed, NaN before a quote. */
  unchangedSince(i: number): Instant {
    return this.watched.unchangedSince(i);
  }

  // ---- what streams tell ----------------------------------------------------------------------------------------

  gather(i: number): void {
    this.parts.sink.gather(i);
  }

  trade(i: number, price: number, size: number): void {
    this.watched.traded(i);
    this.parts.sink.onTrade(i, price, size);
  }

  heard(i: number): void {
    if (this.problems[i] !== "") {
      this.retries[i]?.();
      this.retries[i] = undefined;
      this.setProblem(i, "");
      this.verify(i);
    }
    this.parts.answered(i, undefined);
  }

  dataType(i: number, type: number): void {
    const { state, parts } = this;
    const before = state.dataType[i];
    if (before === type) return;
    state.dataType[i] = type;
    parts.events.tell("dataType", { instrument: parts.instruments[i], type, before });
    // What was told of another type never stands beside what comes now.
    if (before === before) this.expectAgain(i);
  }

  halted(i: number, value: number): void {
    const { state, parts } = this;
    // -1 is that of frozen data, which does not say.
    const halted = value > 0 ? value : 0;
    const before = state.halted[i];
    if (before === halted) return;
    state.halted[i] = halted;
    parts.events.tell("halted", { instrument: parts.instruments[i], value: halted });
    if (halted === 0) this.expectAgain(i);
  }

  told(i: number, refusal: Refusal): boolean {
    const { parts } = this;
    parts.events.tell("told", { instrument: parts.instruments[i], refusal });
    if (refusal.code === COMPETING) {
      this.setProblem(i, "competing session");
      this.streams[i].doubt();
      this.state.forget(i, parts.clock.now);
      this.parts.answered(i, undefined);
      this.retryLater(i, parts.stale.competing, "competing session");
      return true;
    }
    if (refusal.class === "subscription-degraded") this.dataType(i, MARKET_DATA_TYPES.delayed);
    const isPartial = refusal.code === 10090 || refusal.code === 10091;
    if (isPartial && this.streams[i].trades === "time-and-sales") this.tradesBy(i, "last");
    return false;
  }

  ended(i: number, error: unknown): void {
    const { parts } = this;
    this.callOff(i);
    this.state.forget(i, parts.clock.now);
    // What was lost with the connection is asked for when that is back.
    if (isLost(error)) return;
    parts.answered(i, error);
    const refusal = error instanceof TwsError ? error.refusal : undefined;
    this.setProblem(i, nameOf(refusal, error));
    if (refusal === undefined || !PASSING.includes(refusal.class)) this.giveUp(i, this.problems[i]);
    else if (this.budgets[i].take(parts.clock.now)) this.retryLater(i, RETRY_AFTER, "ended by TWS");
    else this.rest(i, "ended by TWS", parts.clock.now);
  }

  tradesEnded(i: number, error: unknown): void {
    if (isLost(error)) return;
    const refusal = error instanceof TwsError ? error.refusal : undefined;
    const mayHelp = refusal !== undefined && PASSING.includes(refusal.class);
    if (mayHelp && this.budgets[i].take(this.parts.clock.now)) this.openTradesLater(i);
    // Without a line for each trade there is still the time and sales of the quotes.
    else this.tradesBy(i, "time-and-sales");
  }

  // ---- asking ---------------------------------------------------------------------------------------------------

  private open(i: number, reason: RenewalReason | "start"): void {
    const { connection, clock, events, instruments } = this.parts;
    const { link } = connection;
    this.callOff(i);
    if (link === undefined) return;
    if (link !== this.typedFor) this.askLive(link);
    this.state.forget(i, clock.now);
    this.streams[i].open(link);
    events.tell("subscribed", { instrument: instruments[i], reason });
    this.watched.expect(i);
    const trades = this.trades[i];
    // Each trade that comes meanwhile would be lost, so they are left alone where only quotes are in doubt.
    if (trades !== undefined && !(trades.isOpen && ONLY_QUOTES.includes(reason))) this.openTrades(i, trades);
  }

  /** Only real-time data is wanted; it is said once on each connection. */
  private askLive(link: Link): void {
    this.typedFor = link;
    link.outbox.put(URGENCY.request, {
      write: () => link.api.reqMarketDataType(MARKET_DATA_TYPES.live),
      dropped: () => undefined,
    });
  }

  private openTrades(i: number, trades: TradeStream): void {
    const { connection, clock } = this.parts;
    if (this.streams[i].trades !== "tick-by-tick" || connection.link === undefined) return;
    if (trades.askedAt + LIMITS.tickByTickAgain > clock.now) this.openTradesLater(i);
    else trades.open(connection.link, clock.now);
  }

  private openTradesLater(i: number): void {
    const trades = this.trades[i];
    if (trades === undefined) return;
    const { timetable, clock } = this.parts;
    const wait = trades.askedAt + LIMITS.tickByTickAgain - clock.now;
    timetable.after(Math.max(0, wait), () => {
      if (trades.askedAt + LIMITS.tickByTickAgain <= clock.now) this.openTrades(i, trades);
    });
  }

  private openClosed(): void {
    for (let i = 0; i < this.streams.length; i++) if (!this.streams[i].isOpen) this.open(i, "connected again");
  }

  private restored(isDataLost: boolean): void {
    for (let i = 0; i < this.streams.length; i++) {
      if (isDataLost) this.open(i, "data lost");
      else if (this.streams[i].isOpen) this.expectAgain(i);
    }
  }

  private farmTold(farm: string, isOk: boolean): void {
    this.nameFarms();
    const { contracts } = this.parts;
    for (let i = 0; i < this.streams.length; i++) {
      if (!mayQuote(farm, contracts[i])) continue;
      if (!isOk) this.state.doubt(i, this.parts.clock.now);
      else if (this.streams[i].isOpen) this.expectAgain(i);
    }
  }

  private nameFarms(): void {
    const { connection, contracts, events, instruments } = this.parts;
    const { broken } = connection.farms;
    for (let i = 0; i < this.farms.length; i++) {
      const name = broken.find((farm) => mayQuote(farm.name, contracts[i]))?.name ?? "";
      if (name === this.farms[i]) continue;
      this.farms[i] = name;
      events.tell("problem", { instrument: instruments[i], problem: this.problem(i) });
    }
  }

  /** A stream is said to go on after a break: what was told before does not count any more. */
  private expectAgain(i: number): void {
    this.state.forget(i, this.parts.clock.now);
    this.verify(i);
  }

  /** Where the two sides of a quote are not told soon it is asked for again. */
  private verify(i: number): void {
    const { timetable, stale } = this.parts;
    this.verifications[i]?.();
    this.verifications[i] = timetable.after(stale.verify, () => {
      this.verifications[i] = undefined;
      if (this.state.told[i] !== BOTH_TOLD) this.open(i, "not verified");
    });
  }

  private retryLater(i: number, wait: number, reason: RenewalReason): void {
    this.retries[i]?.();
    this.retries[i] = this.parts.timetable.after(wait, () => {
      this.retries[i] = undefined;
      this.open(i, reason);
    });
  }

  private callOff(i: number): void {
    this.verifications[i]?.();
    this.verifications[i] = undefined;
    this.watched.callOff(i);
    this.retries[i]?.();
    this.retries[i] = undefined;
  }

  private tradesBy(i: number, source: TradeSource): void {
    const { events, instruments, connection } = this.parts;
    this.trades[i]?.close();
    this.streams[i].trades = source;
    events.tell("trades", { instrument: instruments[i], by: source });
    // The list of ticks is said when quotes are asked for.
    if (source === "time-and-sales" && connection.link !== undefined) this.open(i, "ended by TWS");
  }

  // ---- what the watch asks --------------------------------------------------------------------------------------

  isSound(i: number): boolean {
    return (
      this.parts.connection.isUsable &&
      this.streams[i].isOpen &&
      this.farms[i] === "" &&
      this.problems[i] === "" &&
      this.verifications[i] === undefined
    );
  }

  tradesOf(i: number): TradeStream | undefined {
    return this.trades[i];
  }

  renew(i: number, reason: "silent" | "frozen", now: Instant): void {
    if (this.budgets[i].take(now)) {
      this.open(i, reason);
      return;
    }
    // The next tick counts as news, and only with the other side.
    this.streams[i].doubt();
    this.state.forget(i, now);
    this.setProblem(i, reason);
    this.rest(i, reason, now);
  }

  renewTrades(i: number, trades: TradeStream, now: Instant): void {
    if (this.budgets[i].take(now)) this.openTrades(i, trades);
  }

  /** It has been asked for too often: it is left alone until it may be again. */
  private rest(i: number, reason: RenewalReason, now: Instant): void {
    this.giveUp(i, reason);
    this.retryLater(i, this.budgets[i].nextAt - now, reason);
  }

  private giveUp(i: number, reason: string): void {
    const { events, instruments } = this.parts;
    events.tell("givenUp", { instrument: instruments[i], reason });
  }

  private setProblem(i: number, problem: string): void {
    if (this.problems[i] === problem) return;
    this.problems[i] = problem;
    const { events, instruments } = this.parts;
    events.tell("problem", { instrument: instruments[i], problem: this.problem(i) });
  }
}

const COMPETING = 10197;
/** For these the quotes alone are asked for again. */
const ONLY_QUOTES: readonly (RenewalReason | "start")[] = ["frozen", "not verified", "ended by TWS"];
const RETRY_AFTER = 15 * SECOND;
const PASSING: readonly string[] = ["subscription-retry", "request-retry", "pacing"];
const LOST: readonly string[] = ["CONNECTION_LOST", "NOT_CONNECTED", "CONNECTION_CLOSED"];

function isLost(error: unknown): boolean {
  return error instanceof TwsError && LOST.includes(error.code);
}

/** A few words for what a stream was refused for. */
function nameOf(refusal: Refusal | undefined, error: unknown): string {
  if (refusal === undefined) return error instanceof Error ? error.message : String(error);
  return WORDS[refusal.code] ?? `code ${refusal.code}`;
}

const WORDS: Readonly<Record<number, string>> = {
  101: "no market data line",
  200: "contract unknown",
  354: "no market data permission",
  10089: "no market data permission",
  10168: "no market data permission",
  10186: "no market data permission",
};

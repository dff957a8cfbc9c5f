import { BarSeries } from "../../../core/market/bar-series.js";
import { type Instant, SECOND } from "../../../core/market/bar-size.js";
import { servesHistory } from "../../ib/data-farms.js";
import { HISTORY_MANNERS } from "../../ib/pacing.js";
import type { TwsConnection } from "../connection/tws-connection.js";
import type { ContractDetails } from "../contracts/contract-details.js";
import type { TwsError } from "../errors.js";
import type { TimedBar } from "../history/bar-sequence.js";
import { UpdatingBars } from "../history/updating-bars.js";
import type { Listeners } from "../listeners.js";
import type { Timetable } from "../scheduler.js";
import type { BarTimes } from "./bar-times.js";
import type { FeedEvents } from "./feed-events.js";
import type { FeedSeries, TwsFeedOptions } from "./feed-options.js";
import { RenewalBudget } from "./renewal-budget.js";
import type { Turns } from "./turns.js";

/** A bar that is over, on its way to its series. */
export interface CompletedBar {
  readonly stream: BarStream;
  readonly start: Instant;
  readonly end: Instant;
  readonly bar: TimedBar;
}

export interface BarStreamParts {
  readonly connection: TwsConnection;
  readonly contract: ContractDetails;
  readonly times: BarTimes;
  readonly wanted: FeedSeries;
  /** Its place among the series of the feed. */
  readonly index: number;
  readonly grace: number;
  /** Milliseconds in which bars have to be told again that were away. */
  readonly verify: number;
  readonly renewal: TwsFeedOptions["renewal"];
  readonly timetable: Timetable;
  readonly events: Listeners<FeedEvents>;
  /** Not all series ask at once. */
  readonly turns: Turns<BarStream>;
  /** A bar is over. */
  complete(bar: CompletedBar): void;
  /** A history has come, or will not: `error` says why. */
  answered(stream: BarStream, error: unknown): void;
  /** When the bar under way ends may have changed. */
  moved(): void;
}

/** The bars of one series as they come, each handed on once when it is over by the session's clock. */
export class BarStream {
  readonly series: BarSeries;
  readonly index: number;
  /** Why no bars come; "" for no reason. */
  problem = "";
  /** What TWS has answered instead of the history that is awaited; undefined where nothing. */
  refusal: TwsError | undefined;
  /** When TWS told the bar under way last; NaN before. */
  toldAt: Instant = Number.NaN;
  private readonly parts: BarStreamParts;
  private readonly bars: UpdatingBars;
  private readonly ends: (() => void)[] = [];
  /** Whether an answer is awaited, and what gives it up. */
  private callOff: (() => void) | undefined;
  private retry: (() => void) | undefined;
  private readonly silences = new RenewalBudget(SILENCES.most, SILENCES.within);
  private readonly holes = new RenewalBudget(HOLES.most, HOLES.within);
  private hasHistory = false;
  /** Whether the data has been away since it was told last. */
  private isDoubtful = false;
  private away = 0;
  private verification: (() => void) | undefined;
  /** Until when it waits for the last values of the bar under way. */
  private waitsUntil: Instant = Number.NEGATIVE_INFINITY;
  private filled = 0;
  private filledFrom: Instant = Number.NaN;
  /** When the latest history came: up to then there are no other bars. */
  private cameAt: Instant = Number.NEGATIVE_INFINITY;
  private lastEnd: Instant = Number.NEGATIVE_INFINITY;

  constructor(parts: BarStreamParts) {
    const { wanted, connection, contract, times, timetable, renewal } = parts;
    this.parts = parts;
    this.index = parts.index;
    this.series = new BarSeries(wanted.instrument, wanted.size, {}, wanted.what === "trades" ? "trades" : "midpoint");
    const admit = (ask: () => void): void =>
      parts.turns.take(this, () => {
        ask();
        // Without a connection nothing was asked.
        if (!this.bars.isOpen) parts.turns.done(this);
      });
    this.bars = new UpdatingBars(connection, { ...wanted, contract }, renewal, {
      clock: timetable,
      scheduler: timetable,
      endOf: (time) => times.endOf(time),
      admit,
    });
    this.bars.events.on("complete", (bar) => this.complete(bar));
    this.bars.events.on("update", ({ time }) => this.updated(time));
    this.bars.events.on("revised", (bar) => parts.events.tell("revised", { series: this.series, bar }));
    this.bars.events.on("history", () => this.came());
    this.bars.events.on("interrupted", ({ error }) => {
      this.settle();
      this.refusal = error;
      this.interrupted(error.message);
    });
    this.bars.events.on("asked", () => this.await());
    this.bars.events.on("ended", ({ error }) => this.ended(error));
  }

  /** @throws TwsError BARS_NOT_UPDATED */
  start(): void {
    this.ends.push(
      this.parts.connection.events.on("farm", ({ name, isOk }) => {
        if (!servesHistory(name)) return;
        if (!isOk) this.doubt(AWAY.history);
        else this.expect(AWAY.history);
        // What was asked while it was away is not answered any more.
        if (isOk && this.callOff !== undefined) this.bars.renew();
      }),
      this.parts.connection.events.on("state", () => {
        if (this.parts.connection.isUsable) this.expect(AWAY.connection);
        else this.doubt(AWAY.connection);
      }),
    );
    this.bars.start();
  }

  close(): void {
    for (const end of this.ends.splice(0)) end();
    this.settle();
    this.retry?.();
    this.verification?.();
    this.bars.close();
  }

  /** When `completeUntil` is to be called; Infinity where TWS has to tell first, or there is no bar. */
  get wakesAt(): Instant {
    return Math.max(this.due, this.waitsUntil);
  }

  /** When the bar under way is taken as over; Infinity where TWS has to tell first, or there is none. */
  get due(): Instant {
    const { endsAt } = this.bars;
    if (!(endsAt === endsAt && this.isTelling)) return Infinity;
    return endsAt + this.parts.grace;
  }

  /**
   * Hands the bar under way on where it is over by now. Where the market has moved since it was told last, it waits for
   * what it has come to, and after a while asks.
   * @param movedAt when something came of what the bars are made of
   */
  completeUntil(now: Instant, movedAt: Instant): void {
    const { due } = this;
    if (!(due <= now)) return;
    if (!(movedAt - this.toldAt >= BEHIND)) this.bars.completeUntil(now);
    else if (now - due < PATIENCE) this.waitsUntil = due + PATIENCE;
    else if (this.silences.take(now)) this.renew("silent");
    else {
      // Asked so often that it is not told what it has come to: it is not made up.
      this.waitsUntil = now + PATIENCE;
      this.fail("silent");
    }
  }

  /** Asks for it again, for whoever finds it silent, or something missing. */
  renew(reason: "silent" | "hole" | "not verified"): void {
    this.interrupted(reason);
    this.bars.renew();
  }

  /** The data does not come now: what was told last may not be what the bar under way has come to. */
  doubt(why: number): void {
    this.away |= why;
    this.isDoubtful = true;
    this.verification?.();
    this.verification = undefined;
    this.parts.moved();
  }

  /** It should come again: where it does not, it is asked for. */
  expect(why: number): void {
    if ((this.away & why) === 0) return;
    this.away &= ~why;
    if (this.away !== 0) return;
    this.verification?.();
    this.verification = this.parts.timetable.after(this.parts.verify, () => {
      this.verification = undefined;
      // An answer that is awaited tells as much.
      if (this.isDoubtful && this.bars.isOpen && this.callOff === undefined) this.renew("not verified");
    });
  }

  /** Whether TWS would tell what the bar under way has come to: else it is over when its history has come. */
  private get isTelling(): boolean {
    return !this.isDoubtful && this.hasHistory && this.bars.isOpen && this.callOff === undefined;
  }

  private updated(time: number): void {
    const { times, timetable } = this.parts;
    this.waitsUntil = Number.NEGATIVE_INFINITY;
    this.toldAt = timetable.now;
    if (this.away === 0) this.isDoubtful = false;
    this.problem = "";
    // A thin market has holes of its own, so this is not looked into each time.
    if (this.isTelling && times.hasHole(Math.max(this.lastEnd, this.cameAt), time) && this.holes.take(timetable.now))
      this.renew("hole");
    this.parts.moved();
  }

  private complete(bar: TimedBar): void {
    const { times, events } = this.parts;
    const end = times.endOf(bar.time);
    const start = Math.max(times.startOf(bar.time), this.lastEnd);
    if (!(start < end && this.isSound(bar))) {
      events.tell("unsound", { series: this.series, bar });
      return;
    }
    this.lastEnd = end;
    if (this.filled++ === 0) this.filledFrom = start;
    this.parts.complete({ stream: this, start, end, bar });
    this.parts.moved();
  }

  private isSound({ open, high, low, close }: TimedBar): boolean {
    const floor = this.series.instrument.negativePrices ? -Infinity : 0;
    return low > floor && high < Infinity && open >= low && open <= high && close >= low && close <= high;
  }

  /** Asked: an answer that does not come is asked for again. */
  private await(): void {
    this.filled = 0;
    this.callOff?.();
    this.callOff = this.parts.timetable.after(HISTORY_MANNERS.timeOut, () => {
      this.callOff = undefined;
      this.interrupted("not answered");
      this.bars.renew();
    });
  }

  /** Nothing is awaited any more. */
  private settle(): void {
    this.callOff?.();
    this.callOff = undefined;
    this.parts.turns.done(this);
  }

  private came(): void {
    this.settle();
    this.toldAt = this.parts.timetable.now;
    this.cameAt = this.toldAt;
    if (this.away === 0) this.isDoubtful = false;
    this.problem = "";
    this.refusal = undefined;
    const { events } = this.parts;
    if (this.hasHistory && this.filled > 0) {
      const { series, filled: bars, filledFrom: from, lastEnd: to } = this;
      events.tell("gapFilled", { series, bars, from, to });
    }
    this.hasHistory = true;
    this.parts.moved();
    this.parts.answered(this, undefined);
  }

  private interrupted(reason: string): void {
    this.parts.events.tell("barsInterrupted", { series: this.series, reason });
    this.parts.moved();
  }

  private fail(reason: string): void {
    const { series, parts } = this;
    const problem = `no ${series.size.label} bars`;
    if (this.problem === problem) return;
    this.problem = problem;
    parts.events.tell("givenUp", { instrument: series.instrument, series, reason });
  }

  /** It was ended too often, or for good: it is tried again after a while, and with every new connection. */
  private ended(error: unknown): void {
    this.settle();
    this.fail(error instanceof Error ? error.message : String(error));
    this.retry?.();
    this.retry = this.parts.timetable.after(RETRY_AFTER, () => this.bars.renew());
    this.parts.moved();
    this.parts.answered(this, error);
  }
}

/** Why bars do not come now. */
export const AWAY = { connection: 1, history: 2, quotes: 4 } as const;
/** Milliseconds that bars may be behind the market, of which TWS tells every five seconds, and that are waited for them. */
const BEHIND = 10 * SECOND;
const PATIENCE = 15 * SECOND;
/** How often bars that are behind are asked for again. */
const SILENCES = { most: 10, within: 600 * SECOND } as const;
/** How often holes between bars are looked into. */
const HOLES = { most: 3, within: 600 * SECOND } as const;
/** How long bars that TWS ends again and again are left alone. */
const RETRY_AFTER = 600 * SECOND;

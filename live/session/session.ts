import type { StateTold } from "../../brokers/tws/connection/connection-events.js";
import type { Link } from "../../brokers/tws/connection/link.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { TwsFeed } from "../../brokers/tws/feed/tws-feed.js";
import type { TwsOrders } from "../../brokers/tws/orders/tws-orders.js";
import type { AccountMask } from "../../brokers/tws/recording/account-mask.js";
import type { Engine } from "../../core/engine.js";
import { SeatrialError } from "../../core/errors.js";
import { stateText } from "../../core/kept-state.js";
import type { Instant } from "../../core/market/bar-size.js";
import { alertText } from "../alerts.js";
import type { LiveBroker } from "../broker/live-broker.js";
import { placeIn } from "../failed-place.js";
import { type Journal, STRATEGY_FAILED } from "../journal/journal.js";
import type { Ledger } from "../ledger/ledger.js";
import type { ReconcileReport } from "../reconcile/reconcile.js";
import type { RecordingWriter } from "../recording/recording-file.js";
import type { SessionState } from "../session-view.js";
import { AccountLooks, type LastReconciliation } from "./account-looks.js";
import type { FactOrder } from "./fact-order.js";
import type { HoursWatch } from "./hours-watch.js";
import type { JournalArchive } from "./journal-archive.js";
import { KeptKill, type KillAnswer } from "./kept-kill.js";
import { LossMemory } from "./loss-memory.js";
import type { ChangedHours, MarketHours } from "./market-hours.js";
import { watchAlerts } from "./session-alerts.js";
import type { SessionClock } from "./session-clock.js";
import { SessionLoop } from "./session-loop.js";
import type { SessionNews } from "./session-news.js";
import { type SessionSetup, UNHEARD } from "./session-setup.js";
import { SessionWatch } from "./session-watch.js";
import type { TimeSource } from "./time-source.js";
import { TripLog } from "./trip-log.js";

export interface SessionParts {
  readonly setup: SessionSetup;
  readonly account: string;
  /** Hides accounts from screen and log alike. */
  readonly mask: AccountMask;
  readonly connection: TwsConnection;
  readonly time: TimeSource;
  readonly clock: SessionClock;
  readonly journal: Journal;
  readonly archive: JournalArchive;
  readonly ledger: Ledger;
  readonly port: TwsOrders;
  readonly broker: LiveBroker;
  readonly feed: TwsFeed;
  readonly facts: FactOrder;
  readonly engine: Engine;
  readonly news: SessionNews;
  readonly hours: MarketHours;
  readonly hoursWatch: HoursWatch;
  /** Milliseconds that the broker's clock is ahead of the machine's; 0 where time is simulated. */
  readonly clockSkew: () => number;
  /** The broker's number of each instrument's contract, by its index. */
  readonly conIds: readonly number[];
  readonly recording: RecordingWriter | undefined;
}

/**
 * A strategy on an account: from what the session before has left until it is stopped. Time and messages come from
 * outside; each turn deals with all that has come.
 */
export class Session {
  readonly parts: SessionParts;
  readonly trips: TripLog;
  state: SessionState = "starting";
  /** Whether the journal has been held against the broker since the connection is there. */
  isReconciled = false;
  /** Why its strategy has failed, in a sentence: none of its handlers is called any more. */
  failure: string | undefined;
  /** Called behind every turn. */
  onTurn: (() => void) | undefined;
  private readonly loop: SessionLoop;
  private readonly watch: SessionWatch;
  private readonly looks: AccountLooks;
  private readonly killSwitch: KeptKill;
  private readonly losses: LossMemory;
  private stateKept = "{}";
  private decisionKept = -1;
  private hasJournalFailed = false;
  private shown: Instant;
  /** Whether the connection was lost and found while the session came up. */
  private hasReconnected = false;
  private readonly ends: (() => void)[] = [];

  constructor(parts: SessionParts) {
    this.parts = parts;
    const { clock, feed, broker, facts, engine, news, hoursWatch, connection, ledger } = parts;
    this.shown = clock.now;
    this.killSwitch = new KeptKill(parts.journal);
    this.looks = new AccountLooks({
      connection,
      broker,
      ledger,
      engine,
      facts,
      clock,
      news,
      isRunning: () => this.state === "running",
      turn: (now) => this.loop.turn(now),
      hear: (tell) => this.hear(tell),
    });
    this.loop = new SessionLoop({
      clock,
      feed,
      broker,
      facts,
      engine,
      hoursWatch,
      elsewhere: this.looks.elsewhere,
      failed: (error) => this.strategyFailed(error),
      keep: () => {
        this.keepState();
        this.losses.keep(clock.now);
      },
      unkept: (error) => this.unkept(error),
    });
    this.losses = new LossMemory(parts.journal, engine);
    news.onAsk = (reason) => this.looks.lookAgain(reason);
    this.trips = new TripLog(parts.journal, ({ symbol, reason }, code) =>
      news.note(code, `denied: ${symbol} ${reason}`, { symbol }, "warn"),
    );
    this.watch = new SessionWatch(news, parts.clockSkew);
    const { inbox, book, market, guards } = engine;
    guards.onLossLimit = (denial) => this.watch.lossLimit(denial, engine.watch.dayEnd);
    const before = inbox.onDenied;
    inbox.onDenied = (denied) => {
      before?.(denied);
      this.watch.lossLimit(denied.denial, engine.watch.dayEnd);
      this.trips.add(denied, market.instruments[book.instrument[denied.order]].symbol);
    };
  }

  get now(): Instant {
    return this.parts.clock.now;
  }

  /** The last look at the account. */
  get last(): LastReconciliation | undefined {
    return this.looks.last;
  }

  /** Whether the kill switch has closed, or is closing, all positions. */
  get hasFlattened(): boolean {
    return this.killSwitch.flattens;
  }

  /**
   * The time for whoever looks on: it passes where nothing comes as well, such as while there is no connection. The time
   * of the engine is that of the last turn, which a recording can repeat.
   */
  get shownNow(): Instant {
    if (this.state !== "stopped") this.shown = Math.max(this.shown, this.now, this.parts.time.now);
    return this.shown;
  }

  /** Reads the bars in front of the beginning, holds the journal against the broker, and takes over what it has left. */
  async warmUp(): Promise<void> {
    const { connection, feed, broker, engine, clock, journal, news, setup } = this.parts;
    this.state = "warming up";
    broker.isConnected = true;
    await this.looks.read(await connection.ready());
    const { host, port } = setup.connection.address;
    // A start may take a minute where TWS refuses what it asks for; who waits for it is to see why.
    this.ends.push(...watchAlerts({ connection, feed, news, place: `${host}:${port}`, now: () => this.now }));
    await feed.start();
    const { atStart = UNHEARD } = setup;
    await atStart.heard();
    while (this.hasReconnected) {
      // What happened while the connection was away is read as well.
      this.hasReconnected = false;
      await this.looks.read(await connection.ready());
      await atStart.heard();
    }
    atStart.apart(() => {
      engine.drain(Infinity);
      engine.advance(clock.now);
      const run = broker.restored(clock.now);
      broker.bind(run, engine.restore(run));
    });
    const kill = journal.killSwitch();
    const asked = setup.killAsked?.() ?? (kill?.isOn === true ? kill : undefined);
    if (asked !== undefined) {
      // Closing orders that had not left are asked for again; those that had are taken over with the run.
      const { reason } = this.killSwitch.keep(asked.reason, asked.flatten, clock.now);
      engine.kill(reason, this.hasFlattened);
    }
    journal.putEvent({ at: clock.now, what: "start", details: { mode: setup.mode } });
    broker.flush();
    this.isReconciled = true;
  }

  /** Lets time pass: from here on the strategy trades. */
  begin(): void {
    const { connection, time } = this.parts;
    this.state = "running";
    this.ends.push(connection.events.on("state", (told) => this.connectionChanged(told)));
    time.begin(
      (now) => this.turn(now),
      () => this.loop.due,
    );
  }

  /** Has the session deal with all that has come, as known now. */
  turn(now: Instant = this.now): void {
    if (this.state === "stopped") return;
    this.loop.turn(now);
    if (this.now >= this.parts.archive.due) this.moveOld();
    this.watch.look(this.now);
    this.onTurn?.();
  }

  /** A connection is there: what may have changed meanwhile is read before it counts as ready. */
  async synchronise(link: Link): Promise<void> {
    if (this.state === "warming up") this.hasReconnected = true;
    if (this.state !== "running") return;
    this.isReconciled = false;
    await this.looks.lookBehind(link);
    this.isReconciled = true;
    // Behind it: orders and cancels need not wait for an answer that may not come, and what fails it tells itself.
    void this.parts.hoursWatch.read(link);
  }

  /** Reads what the broker has and holds the journal against it; one look at a time. */
  reconcile(): Promise<ReconcileReport> {
    return this.looks.look();
  }

  /** IB has other hours than before: the table is changed at this instant, for the engine and for the feed. */
  changeHours(changes: readonly ChangedHours[]): void {
    if (this.state !== "running") return;
    this.act((engine) => {
      for (const { instrument, sessions } of changes) engine.changeHours(instrument, sessions);
    });
    this.parts.feed.hoursChanged();
    this.parts.broker.hoursChanged();
  }

  /** Does something with the engine at the present instant, and sends what comes of it. */
  act<T>(what: (engine: Engine) => T): T {
    const { engine } = this.parts;
    this.turn();
    let result!: T;
    this.hear(() => {
      result = what(engine);
    });
    this.turn();
    return result;
  }

  /** The engine hears of something now. A handler that falls due in front of it may fail, and keeps nothing from it. */
  private hear(tell: () => void): void {
    const { engine, clock } = this.parts;
    const { now } = clock;
    try {
      engine.advance(now);
    } catch (error) {
      this.strategyFailed(error);
    }
    engine.hear(now, tell);
  }

  /**
   * Turns the kill switch on, for this session and those that come after it, and closes all positions if asked to. One
   * that is on keeps its reason and its time, and may still be asked to close positions. Answers why it is on.
   */
  kill(asked: string, flatten: boolean): string {
    const { news } = this.parts;
    let kept: KillAnswer;
    try {
      kept = this.killSwitch.keep(asked, flatten, this.now);
    } catch (error) {
      // What cannot be kept for the next start holds for this one.
      this.killSwitch.flattens ||= flatten;
      this.act((engine) => engine.kill(asked, flatten));
      throw error;
    }
    const { isOn, reason, since } = kept;
    this.act((engine) => engine.kill(reason, flatten));
    // One that the session has begun with is told as well.
    const isTold = isOn && news.alerts.some(({ code }) => code === "KILL_SWITCH_ON");
    if (!isTold) news.alert("KILL_SWITCH_ON", { reason });
    else news.note("kill switch", `asked for again${flatten ? ", to close all positions" : ""}: ${asked}`);
    return isOn ? `${reason} (it was on already, since ${new Date(since).toISOString()})` : reason;
  }

  /** Whether it was on. */
  releaseKill(): boolean {
    const { engine, broker, news } = this.parts;
    if (!engine.guards.killSwitch.isOn) return false;
    this.killSwitch.release(this.now);
    broker.forgetOwed();
    news.alert("KILL_SWITCH_RELEASED", {});
    this.act(() => engine.release());
    return true;
  }

  /**
   * Cancels the session's orders and closes its positions, past the guards; the strategy goes on.
   * @returns the first row of the book that was made by this or behind it
   */
  flatten(tag: string): number {
    return this.act((engine) => {
      const { length } = engine.book;
      engine.flatten(tag);
      return length;
    });
  }

  /** The same to end it: nothing is opened any more, until its next start. */
  closeDown(): void {
    this.act((engine) => engine.closeDown("stop"));
  }

  /** Ends it: the strategy hears of it, everything is kept, and the connection is closed. */
  stop(): void {
    if (this.state === "stopped") return;
    this.state = "stopping";
    const { engine, journal, connection, time, feed, port, broker, clock } = this.parts;
    this.loop.turn(clock.now);
    try {
      engine.finish();
    } catch (error) {
      this.strategyFailed(error);
    }
    this.keepState();
    this.losses.keep(clock.now, true);
    journal.putEvent({ at: clock.now, what: "stop", details: {} });
    try {
      broker.flush();
    } catch (error) {
      this.unkept(error);
    }
    this.leave();
    time.end();
    feed.close();
    port.close();
    connection.close();
    journal.close();
    this.parts.recording?.close();
  }

  /** Drops everything as a process that is killed does: nothing is kept, nothing is told. */
  abandon(): void {
    const { connection, time, feed, port, journal } = this.parts;
    this.leave();
    time.end();
    feed.close();
    port.close();
    connection.close();
    journal.close();
    this.parts.recording?.close();
  }

  private leave(): void {
    this.shown = this.shownNow;
    this.state = "stopped";
    for (const end of this.ends.splice(0)) end();
  }

  private connectionChanged({ state, reason }: StateTold): void {
    const { broker, engine, news } = this.parts;
    const isUsable = state === "ready" || state === "degraded";
    broker.isConnected = isUsable;
    const why = reason?.message ?? "";
    news.note("connection", `${state}${why === "" ? "" : `: ${why}`}`, undefined, isUsable ? "info" : "warn");
    this.turn();
    engine.connectionChanged({ state, time: this.now, reason: why });
    this.turn();
  }

  /** What cannot be moved stays where it is. */
  private moveOld(): void {
    const { archive, news } = this.parts;
    archive.move(this.now).catch((error: unknown) => {
      if (this.state === "stopped") return;
      const reason = error instanceof Error ? error.message : String(error);
      news.note("journal", `what has ended could not be moved into the archive: ${reason}`, undefined, "error");
    });
  }

  /**
   * An error of the strategy has come to nobody: a promise or a timer of its own has failed. The strategy is stopped as
   * by a handler that fails, for what it was about is not known; the session goes on.
   */
  strategyEscaped(error: unknown): void {
    const { news } = this.parts;
    if (this.state === "running" && this.failure === undefined) {
      this.act(() => this.strategyFailed(error, "Code outside of any handler"));
      return;
    }
    // It has been called out, or there is nothing left to stop; a timer may fail again every second.
    const message = error instanceof Error ? error.message : String(error);
    news.note("escaped", `outside of any handler: ${message}`, undefined, "warn");
  }

  /** @param escapedFrom what failed, where the error does not say itself whose handler has */
  private strategyFailed(error: unknown, escapedFrom?: string): void {
    const { engine, news, setup, journal, mask, clock } = this.parts;
    const known = error instanceof SeatrialError ? error : undefined;
    // The alert says itself whose handler has failed.
    const message = known?.code === "HANDLER_FAILED" ? known.details.message : undefined;
    const place = placeIn(escapedFrom === undefined ? known?.cause : error);
    const said = String(message ?? (error instanceof Error ? error.message : error));
    const details = {
      handler: escapedFrom ?? String(known?.details.handler ?? "The session"),
      strategy: setup.strategy.name,
      reason: `${said.replace(/\.$/, "")}${place === undefined ? "" : ` (${place})`}`,
    };
    engine.stopStrategy(error);
    if (this.failure === undefined) {
      this.failure = mask.apply(alertText({ code: "STRATEGY_FAILED", details }));
      journal.putEvent({ at: clock.now, what: STRATEGY_FAILED, details: { failure: this.failure } });
    }
    news.alert("STRATEGY_FAILED", details);
  }

  /** No order is sent that is not written down: the session stands by, and its orders at the broker work on. */
  private unkept(error: unknown): void {
    const { journal, news } = this.parts;
    const message = error instanceof Error ? error.message : String(error);
    if (!journal.hasFailed) {
      news.note("orders", `something could not be handed over: ${message}`, undefined, "error");
    } else if (!this.hasJournalFailed) {
      this.hasJournalFailed = true;
      // The alert brings its own sentence around the reason.
      const known = error instanceof SeatrialError ? error.details.reason : undefined;
      news.alert("JOURNAL_FAILED", { reason: String(known ?? message.replace(/\.$/, "")) });
    }
  }

  /** The strategy's state outlives the session; it can only have changed in a handler. */
  private keepState(): void {
    const { engine, journal, clock } = this.parts;
    const { decision } = engine.flow;
    if (decision === this.decisionKept) return;
    this.decisionKept = decision;
    let text: string;
    try {
      text = stateText(engine.strategy.constructor.name, engine.strategy.state);
    } catch (error) {
      // What cannot be kept would be missing after a restart.
      this.strategyFailed(error);
      return;
    }
    if (text === this.stateKept) return;
    this.stateKept = text;
    journal.putState(text, clock.now);
  }
}
